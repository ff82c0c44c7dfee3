"""Letters that await their reader's confirmation or answer, across all threads."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.database import rows
from app.inbox.rules import SURVEY
from app.inbox.sealed import open_lines
from app.residents.sealed import open_key
from app.sessions.principals import Resident


class AwaitedLetter(NamedTuple):
    """`to_confirm`, else to answer. `subject` is what its thread's line may show in a list, or empty.

    `due_at`: where no last day to answer is said, the instant that ends what can be done.
    """

    id: UUID
    thread_id: UUID
    kind: str
    clinic_name: str
    subject: str
    language: str
    to_confirm: bool
    due_at: datetime | None
    delivered_at: datetime


class _Row(NamedTuple):
    id: UUID
    thread_id: UUID
    kind: str
    confirm_receipt: bool
    confirmed_at: datetime | None
    due_at: datetime | None
    expires_at: datetime | None
    delivered_at: datetime
    line_sealed: bytes
    key_wrapped: bytes


# A survey is done when it is answered; another letter that is confirmed has had its answer. Of what is about
# something with a state of its own, that says what is wanted by its last day, and the letter asks for nothing
# but a receipt. The first lines are those of the index `messages_awaiting`.
AWAITING = (
    "SELECT m.id, m.thread AS thread_id, m.kind, m.confirm_receipt, m.confirmed_at, m.due_at, m.expires_at,"  # noqa: S608
    " m.delivered_at, t.line_sealed, r.key_wrapped FROM messages m JOIN threads t ON t.id = m.thread"
    " JOIN residents r ON r.id = m.resident WHERE m.resident = {}"
    " AND (m.confirm_receipt OR m.due_at IS NOT NULL) AND m.answered_at IS NULL"
    " AND (m.confirm_receipt OR m.link_id IS NULL) AND m.resident_key IS NOT NULL AND m.withdrawn_at IS NULL"
    " AND (m.expires_at IS NULL OR m.expires_at > {})"
    f" AND (m.confirmed_at IS NULL OR (m.kind = '{SURVEY}' AND m.due_at IS NOT NULL))"
)
OPEN_TO_GUARDIANS = " AND NOT m.hidden_from_guardians AND NOT t.hidden_from_guardians"


async def awaiting_for(resident: Resident, *, now: datetime) -> list[AwaitedLetter]:
    """Who asks writes down that it was read. Of what is hidden from guardians they see nothing here."""
    sql = AWAITING + (OPEN_TO_GUARDIANS if resident.acting_for else "")
    found = await rows(_Row, sql, resident.inbox_of, now)
    if not found:
        return []
    key = open_key(found[0].key_wrapped, resident.inbox_of)
    lines = open_lines([(row.line_sealed, row.thread_id) for row in found], key=key)
    return [
        AwaitedLetter(
            id=row.id,
            thread_id=row.thread_id,
            kind=row.kind,
            clinic_name=line.clinic_name,
            subject=line.subject,
            language=line.language,
            to_confirm=bool(row.confirm_receipt) and row.confirmed_at is None,
            due_at=row.due_at or row.expires_at,
            delivered_at=row.delivered_at,
        )
        for row, line in zip(found, lines, strict=True)
    ]
