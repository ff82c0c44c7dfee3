"""A letter to a made-up recipient, and which recipients there are."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.database import rows
from app.rehearsal.rules import RESERVE_NUMBER, ROLES, Role
from app.residents.queries import made_up
from app.summons.queries import places_for


class Letter(NamedTuple):
    """`own`: it brought what it is about. A receipt is about the same, and asks for nothing."""

    id: UUID
    thread_id: UUID
    resident_id: UUID
    behaviour: str
    link_id: UUID | None
    delivered_at: datetime
    own: bool


class _Row(NamedTuple):
    id: UUID
    thread_id: UUID
    resident_id: UUID
    behaviour: str
    link_id: UUID | None
    delivered_at: datetime


async def letter_to_act_on(message_id: UUID) -> Letter | None:
    """None when it is gone, or to a person."""
    found = await rows(
        _Row,
        "SELECT m.id, m.thread AS thread_id, m.resident AS resident_id, r.behaviour, m.link_id,"
        " m.delivered_at"
        " FROM messages m JOIN residents r ON r.id = m.resident"
        " WHERE m.id = {} AND r.behaviour IS NOT NULL AND m.resident_key IS NOT NULL",
        message_id,
    )
    if not found:
        return None
    [row] = found
    about = await places_for(row.resident_id, [row.link_id] if row.link_id else [])
    return Letter(*row, own=all(place.message_id == message_id for place in about))


async def roles_here() -> list[Role]:
    """Those that have been made, in the order of the rules."""
    here = await made_up()
    roles = [role for role in ROLES if role.behaviour in here]
    return [*roles, RESERVE_NUMBER] if roles else []
