"""What readers have written back: theirs, and the provider's."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.database import in_transaction, places, rows
from app.errors import Missing
from app.inbox.queries.traces import seen_by
from app.inbox.sealed import open_reply
from app.sessions.principals import CareSystem, Resident


class Reply(NamedTuple):
    """`author` is a resident: the letter's own, or who acts for them."""

    id: UUID
    text: str
    author: UUID
    by_guardian: bool
    replied_at: datetime


class ReplyRow(NamedTuple):
    id: UUID
    message: UUID
    provider_id: UUID
    author: UUID
    by_guardian: bool
    text_sealed: bytes
    wrapped: bytes
    replied_at: datetime

    def opened(self, *, of: str) -> Reply:
        """`of` is the column that the wrapped key stands in. Raises `vault.Unreadable`."""
        text = open_reply(
            self.text_sealed, self.wrapped, of=of, provider_id=self.provider_id, reply_id=self.id
        )
        return Reply(self.id, text, self.author, bool(self.by_guardian), self.replied_at)


class _Own(NamedTuple):
    resident_id: UUID
    care_unit: str
    test: bool


RESIDENT, PROVIDER = "resident_key", "provider_key"
OF = (
    "SELECT r.id, r.message, r.provider_id, r.author, r.author <> m.resident AS by_guardian, r.text_sealed,"
    " r.{column} AS wrapped, r.replied_at FROM replies r JOIN messages m ON m.id = r.message WHERE "
)
OF_RESIDENT, OF_PROVIDER = OF.replace("{column}", RESIDENT), OF.replace("{column}", PROVIDER)
OLDEST_FIRST = " ORDER BY r.replied_at, r.id"
OF_MESSAGE = OF_PROVIDER + "m.id = {} AND r.provider_id = {}" + OLDEST_FIRST
_WHOSE = "SELECT m.resident AS resident_id, c.hsa_id AS care_unit, "
SENT = (
    _WHOSE + "m.test FROM messages m JOIN clinics c ON c.id = m.clinic WHERE m.id = {} AND m.provider_id = {}"
)
SCHEDULED = (
    _WHOSE + "r.behaviour IS NOT NULL AS test FROM scheduled_messages m JOIN clinics c ON c.id = m.clinic"
    " JOIN residents r ON r.id = m.resident WHERE m.id = {} AND m.provider_id = {}"
)


async def replies_of(resident: Resident, message_ids: Sequence[UUID]) -> dict[UUID, list[Reply]]:
    """To each of these messages of theirs, oldest first. Who asks has written down that they are read."""
    asked = f"m.resident = {{}} AND r.{RESIDENT} IS NOT NULL AND m.id IN ({places(message_ids)})"
    sql = OF_RESIDENT + asked + seen_by(resident, "m") + OLDEST_FIRST
    found: dict[UUID, list[Reply]] = {message_id: [] for message_id in message_ids}
    for row in await rows(ReplyRow, sql, resident.inbox_of, *message_ids):
        found[row.message].append(row.opened(of=RESIDENT))
    return found


@in_transaction
async def replies_for(care_system: CareSystem, message_id: UUID, *, now: datetime) -> list[Reply]:
    """For the care systems of the provider that sent it, oldest first; each time is in the audit.

    Raises `Missing`.
    """
    own = await _own(care_system, message_id)
    entry = Entry(
        action="message.replies-read", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        resident_id=own.resident_id, care_unit=own.care_unit,
        object_kind="message", object_id=str(message_id),
    )  # fmt: skip
    await record(entry)
    found = await rows(ReplyRow, OF_MESSAGE, message_id, care_system.provider_id)
    return [row.opened(of=PROVIDER) for row in found]


async def _own(care_system: CareSystem, message_id: UUID) -> _Own:
    """Delivered, or not yet: then nobody has written anything back."""
    for sql in (SENT, SCHEDULED):
        for own in await rows(_Own, sql, message_id, care_system.provider_id):
            if care_system.sees(own.care_unit, test=bool(own.test)):
                return own
    raise Missing("message", message_id)
