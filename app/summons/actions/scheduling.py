"""Summonses that are accepted now and sent later. Their letters wait as all letters do; nothing is held."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import structs

from app.database import in_transaction, run, uuid7
from app.inbox import actions as inbox
from app.inbox.actions import Scheduled
from app.sessions.principals import CareSystem
from app.summons.actions.sending import LINK, NewSummons

NEW = "INSERT INTO scheduled_summonses (id, message, time_type, kind, book_by) VALUES ({}, {}, {}, {}, {})"
FORGET = "DELETE FROM scheduled_summonses WHERE id = {}"


class Later(NamedTuple):
    """A summons that waits, and its letter."""

    id: UUID
    letter: Scheduled


@in_transaction
async def schedule(
    new: NewSummons,
    received: bytes,
    *,
    kind: str,
    publish_at: datetime,
    care_system: CareSystem,
    now: datetime,
) -> Later:
    """Keep it until then, under ids that are given now. `received` is what its door has to read again.

    Raises `UnknownThread`.
    """
    id = uuid7()
    letter = structs.replace(new.letter, link=(LINK, id))
    waiting = inbox.waiting(letter, received, publish_at=publish_at, care_system_id=care_system.id)
    [kept] = await inbox.schedule([waiting], care_system_id=care_system.id, by=care_system.actor, now=now)
    await run(NEW, id, kept.id, new.time_type_id, kind, new.book_by)
    return Later(id, kept)


async def forget(summons_id: UUID) -> None:
    """It is sent, in the same transaction. Before its letter is forgotten."""
    await run(FORGET, summons_id)
