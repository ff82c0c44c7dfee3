"""What senders may know of a message, and whom a thread or message is about."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.database import rows, transaction
from app.errors import Missing
from app.sessions.principals import CareSystem


class MessageStatus(NamedTuple):
    """What the sender may know. Delivered means: available in the inbox."""

    id: UUID
    thread_id: UUID
    delivered_at: datetime
    read_at: datetime | None


class Whose(NamedTuple):
    resident_id: UUID | None
    care_unit: str


class _StatusRow(NamedTuple):
    id: UUID
    thread_id: UUID
    delivered_at: datetime
    read_at: datetime | None
    resident_id: UUID
    care_unit: str


STATUS = (
    "SELECT m.id, m.thread AS thread_id, m.delivered_at, m.read_at, m.resident AS resident_id,"
    " c.hsa_id AS care_unit FROM messages m JOIN clinics c ON c.id = m.clinic"
    " WHERE m.provider_id = {} AND m.id = {}"
)
_WHOSE = "SELECT t.resident AS resident_id, c.hsa_id AS care_unit FROM {} t JOIN clinics c ON c.id = t.clinic"
WHOSE_THREAD = _WHOSE.replace("{}", "threads") + " WHERE t.id = {}"
WHOSE_MESSAGE = _WHOSE.replace("{}", "messages") + " WHERE t.id = {}"


async def status_for(care_system: CareSystem, message_id: UUID, *, now: datetime) -> MessageStatus:
    """For the care systems of the provider that sent it. Raises `Missing`."""
    async with transaction():
        found = await rows(_StatusRow, STATUS, care_system.provider_id, message_id)
        if not found:
            raise Missing("message", message_id)
        message = found[0]
        entry = Entry(
            action="message.status-read", at=now, actor_kind="care-system", actor_id=care_system.id,
            resident_id=message.resident_id, care_unit=message.care_unit,
            object_kind="message", object_id=str(message_id),
        )  # fmt: skip
        await record(entry)
    return MessageStatus(message.id, message.thread_id, message.delivered_at, message.read_at)


async def whose(kind: str, id: UUID) -> Whose | None:
    """Whom a thread or message is about, and from where: for the audit of denials, not for pages."""
    sql = {"thread": WHOSE_THREAD, "message": WHOSE_MESSAGE}.get(kind)
    found = await rows(Whose, sql, id) if sql else []
    return found[0] if found else None
