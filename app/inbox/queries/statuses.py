"""What senders may know of a message, and whom a thread or message is about."""

from datetime import datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.database import rows, transaction
from app.errors import Missing
from app.inbox.rules import WITHDRAWN, state_of
from app.sessions.principals import CareSystem


class MessageStatus(NamedTuple):
    """What the sender may know. Delivered means: available in the inbox.

    `unread_at_due` is what was told when the time came. `deleted_unread`: the resident destroyed their copy
    without having opened it; whoever has opened it need not say what they do with it. `reason` is the code of
    what could not be delivered. `link_id` is what the letter is about.
    """

    id: UUID
    thread_id: UUID
    state: str
    accepted_at: datetime
    publish_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    confirmed_at: datetime | None = None
    answered_at: datetime | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    unread_at_due: bool = False
    deleted_unread: bool = False
    withdrawn_at: datetime | None = None
    corrected_at: datetime | None = None
    replaced_by: UUID | None = None
    reason: str | None = None
    link_id: UUID | None = None
    agent_name: str | None = None


class Whose(NamedTuple):
    """`resident_id` is None for what is nobody's: a slot that is not booked."""

    resident_id: UUID | None
    care_unit: str


class _StatusRow(NamedTuple):
    id: UUID
    thread_id: UUID
    kind: str
    accepted_at: datetime | None
    publish_at: datetime | None
    delivered_at: datetime
    read_at: datetime | None
    confirmed_at: datetime | None
    answered_at: datetime | None
    due_at: datetime | None
    expires_at: datetime | None
    unread_at_due: bool
    deleted_at: datetime | None
    withdrawn_at: datetime | None
    corrected_at: datetime | None
    replaced_by: UUID | None
    link_id: UUID | None
    resident_id: UUID
    care_unit: str
    test: bool
    agent_name: str | None

    def status(self, now: datetime) -> MessageStatus:
        return MessageStatus(
            id=self.id,
            thread_id=self.thread_id,
            state=state_of(
                kind=self.kind,
                read_at=self.read_at,
                confirmed_at=self.confirmed_at,
                answered_at=self.answered_at,
                expires_at=self.expires_at,
                withdrawn_at=self.withdrawn_at,
                now=now,
            ),
            accepted_at=self.accepted_at or self.delivered_at,
            publish_at=self.publish_at,
            delivered_at=self.delivered_at,
            read_at=self.read_at,
            confirmed_at=self.confirmed_at,
            answered_at=self.answered_at,
            due_at=self.due_at,
            expires_at=self.expires_at,
            unread_at_due=bool(self.unread_at_due),
            deleted_unread=self.deleted_at is not None and self.read_at is None,
            withdrawn_at=self.withdrawn_at,
            corrected_at=self.corrected_at,
            replaced_by=self.replaced_by,
            link_id=self.link_id,
            agent_name=self.agent_name,
        )


class _ScheduledRow(NamedTuple):
    id: UUID
    thread_id: UUID
    state: str
    accepted_at: datetime
    publish_at: datetime
    ended_at: datetime | None
    reason: str | None
    resident_id: UUID
    care_unit: str
    test: bool
    link_id: UUID | None
    agent_name: str | None

    def status(self, now: datetime) -> MessageStatus:
        return MessageStatus(
            id=self.id,
            thread_id=self.thread_id,
            state=self.state,
            accepted_at=self.accepted_at,
            publish_at=self.publish_at,
            withdrawn_at=self.ended_at if self.state == WITHDRAWN else None,
            reason=self.reason,
            link_id=self.link_id,
            agent_name=self.agent_name,
        )


class _Sought(NamedTuple):
    """How one message is found, or a thread: among what is delivered, and among what is not."""

    kind: str
    delivered: str
    scheduled: str


AGENT_NAME = (
    "(SELECT a.name FROM care_systems s JOIN connection_agents a ON a.id = s.agent"
    " WHERE s.id = m.care_system_id) AS agent_name"
)
STATUS = (
    "SELECT m.id, m.thread AS thread_id, m.kind, m.accepted_at, m.publish_at, m.delivered_at,"  # noqa: S608
    " m.read_at,"
    " m.confirmed_at, m.answered_at, m.due_at, m.expires_at, m.unread_at_due, m.deleted_at,"
    " m.withdrawn_at, m.corrected_at, m.replaced_by, m.link_id, m.resident AS resident_id,"
    f" c.hsa_id AS care_unit, m.test, {AGENT_NAME} FROM messages m"
    " JOIN clinics c ON c.id = m.clinic"
    " WHERE m.provider_id = {}"
)
STATUS_OF_SCHEDULED = (
    "SELECT m.id, m.thread AS thread_id, m.state, m.accepted_at, m.publish_at, m.ended_at,"  # noqa: S608
    " m.reason,"
    " m.resident AS resident_id, c.hsa_id AS care_unit, r.behaviour IS NOT NULL AS test, m.link_id,"
    f" {AGENT_NAME} FROM scheduled_messages m"
    " JOIN clinics c ON c.id = m.clinic JOIN residents r ON r.id = m.resident WHERE m.provider_id = {}"
)
MESSAGE = _Sought("message", f"{STATUS} AND m.id = {{}}", f"{STATUS_OF_SCHEDULED} AND m.id = {{}}")
THREAD = _Sought("thread", f"{STATUS} AND m.thread = {{}}", f"{STATUS_OF_SCHEDULED} AND m.thread = {{}}")
_WHOSE = "SELECT t.resident AS resident_id, c.hsa_id AS care_unit FROM {} t JOIN clinics c ON c.id = t.clinic"
WHOSE_THREAD = _WHOSE.replace("{}", "threads") + " WHERE t.id = {}"
WHOSE_MESSAGE = _WHOSE.replace("{}", "messages") + " WHERE t.id = {}"
WHOSE_SCHEDULED = _WHOSE.replace("{}", "scheduled_messages") + " WHERE t.id = {}"


async def status_for(care_system: CareSystem, message_id: UUID, *, now: datetime) -> MessageStatus:
    """For the care systems of the provider that sent it. Raises `Missing`."""
    [status] = await _statuses(MESSAGE, message_id, care_system=care_system, now=now)
    return status


async def thread_statuses_for(
    care_system: CareSystem, thread_id: UUID, *, now: datetime
) -> list[MessageStatus]:
    """Of everything the provider has sent in the thread, the first accepted first. Raises `Missing`."""
    return await _statuses(THREAD, thread_id, care_system=care_system, now=now)


async def _statuses(
    sought: _Sought, id: UUID, *, care_system: CareSystem, now: datetime
) -> list[MessageStatus]:
    async with transaction():
        sent: list[_StatusRow | _ScheduledRow] = [
            *await rows(_StatusRow, sought.delivered, care_system.provider_id, id)
        ]
        if sought is THREAD or not sent:
            sent += await rows(_ScheduledRow, sought.scheduled, care_system.provider_id, id)
        found = [row for row in sent if care_system.sees(row.care_unit, test=row.test)]
        if not found:
            raise Missing(sought.kind, id)
        entry = Entry(
            action=f"{sought.kind}.status-read", at=now, actor_kind=care_system.actor.kind,
            actor_id=care_system.id,
            resident_id=found[0].resident_id, care_unit=found[0].care_unit,
            object_kind=sought.kind, object_id=str(id),
        )  # fmt: skip
        await record(entry)
    return [row.status(now) for row in sorted(found, key=attrgetter("id"))]


async def whose(kind: str, id: UUID) -> Whose | None:
    """Whom a thread or message is about, and from where: for the audit of denials, not for pages."""
    sent = [WHOSE_MESSAGE, WHOSE_SCHEDULED]
    for sql in {"thread": [WHOSE_THREAD], "message": sent, "ordination": sent}.get(kind, []):
        for found in await rows(Whose, sql, id):
            return found
    return None
