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
    deleted_at: datetime | None


class Whose(NamedTuple):
    """`resident_id` is None for what is nobody's: a slot that is not booked."""

    resident_id: UUID | None
    care_unit: str


class _StatusRow(NamedTuple):
    id: UUID
    thread_id: UUID
    delivered_at: datetime
    read_at: datetime | None
    deleted_at: datetime | None
    resident_id: UUID
    care_unit: str
    test: bool


STATUS = (
    "SELECT m.id, m.thread AS thread_id, m.delivered_at, m.read_at, m.deleted_at, m.resident AS resident_id,"
    " c.hsa_id AS care_unit, m.test FROM messages m JOIN clinics c ON c.id = m.clinic"
    " WHERE m.provider_id = {}"
)
STATUS_OF_MESSAGE = STATUS + " AND m.id = {}"
STATUS_OF_THREAD = STATUS + " AND m.thread = {} ORDER BY m.id"
_WHOSE = "SELECT t.resident AS resident_id, c.hsa_id AS care_unit FROM {} t JOIN clinics c ON c.id = t.clinic"
WHOSE_THREAD = _WHOSE.replace("{}", "threads") + " WHERE t.id = {}"
WHOSE_MESSAGE = _WHOSE.replace("{}", "messages") + " WHERE t.id = {}"


async def status_for(care_system: CareSystem, message_id: UUID, *, now: datetime) -> MessageStatus:
    """For the care systems of the provider that sent it. Raises `Missing`."""
    [status] = await _statuses(STATUS_OF_MESSAGE, "message", message_id, care_system=care_system, now=now)
    return status


async def thread_statuses_for(
    care_system: CareSystem, thread_id: UUID, *, now: datetime
) -> list[MessageStatus]:
    """Of everything the provider has sent in the thread, the oldest first. Raises `Missing`."""
    return await _statuses(STATUS_OF_THREAD, "thread", thread_id, care_system=care_system, now=now)


async def _statuses(
    sql: str, kind: str, id: UUID, *, care_system: CareSystem, now: datetime
) -> list[MessageStatus]:
    async with transaction():
        sent = await rows(_StatusRow, sql, care_system.provider_id, id)
        found = [row for row in sent if care_system.sees(row.care_unit, test=row.test)]
        if not found:
            raise Missing(kind, id)
        entry = Entry(
            action=f"{kind}.status-read", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
            resident_id=found[0].resident_id, care_unit=found[0].care_unit,
            object_kind=kind, object_id=str(id),
        )  # fmt: skip
        await record(entry)
    return [MessageStatus(m.id, m.thread_id, m.delivered_at, m.read_at, m.deleted_at) for m in found]


async def whose(kind: str, id: UUID) -> Whose | None:
    """Whom a thread or message is about, and from where: for the audit of denials, not for pages."""
    sql = {"thread": WHOSE_THREAD, "message": WHOSE_MESSAGE, "ordination": WHOSE_MESSAGE}.get(kind)
    found = await rows(Whose, sql, id) if sql else []
    return found[0] if found else None
