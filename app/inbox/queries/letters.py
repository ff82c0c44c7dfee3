"""What a resident has opened: a thread's messages, or one of them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import reading
from app.database import places, rows
from app.errors import Missing
from app.inbox.queries.traces import by, seen_by
from app.inbox.sealed import Opened, open_contents
from app.sessions.principals import Resident


class Asks(NamedTuple):
    """What a message wants of its reader and until when, and what they have done."""

    due_at: datetime | None
    expires_at: datetime | None
    confirm_receipt: bool
    confirmed_at: datetime | None
    answered_at: datetime | None


class Letter(NamedTuple):
    """A message as its resident sees it. `asks` is None for most: they want nothing."""

    id: UUID
    kind: str
    delivered_at: datetime
    content: Opened
    link_kind: str | None
    link_id: UUID | None
    asks: Asks | None = None


class Thread(NamedTuple):
    id: UUID
    subject: str
    letters: list[Letter]


class LetterRow(NamedTuple):
    id: UUID
    kind: str
    provider_id: UUID
    delivered_at: datetime
    content_sealed: bytes
    resident_key: bytes
    thread: UUID
    link_kind: str | None
    link_id: UUID | None
    due_at: datetime | None
    ends_at: datetime | None
    confirm_receipt: bool
    confirmed_at: datetime | None
    answered_at: datetime | None


class _Placed(NamedTuple):
    id: UUID
    thread: UUID


class _Count(NamedTuple):
    number: int


LETTERS = (
    "SELECT id, kind, provider_id, delivered_at, content_sealed, resident_key, thread, link_kind,"
    " link_id, due_at, expires_at AS ends_at, confirm_receipt, confirmed_at, answered_at FROM messages"
    " WHERE resident = {} AND resident_key IS NOT NULL AND "
)
# What came after the thread was opened is not shown yet: what is shown is exactly what is marked as read.
OLDEST_FIRST = " ORDER BY delivered_at, id"
LETTERS_OF_THREAD = LETTERS + "thread = {} AND read_at IS NOT NULL"
ONE_LETTER = LETTERS + "id = {}"
ONE_OPENED_LETTER = ONE_LETTER + " AND read_at IS NOT NULL"


async def thread_for(resident: Resident, thread_id: UUID, *, now: datetime) -> Thread:
    """The messages that are opened and not deleted, oldest first. Raises `Missing`."""
    entry = by(resident, "thread.read", now, kind="thread", id=thread_id)
    sql = LETTERS_OF_THREAD + seen_by(resident) + OLDEST_FIRST
    found = await reading(LetterRow, sql, resident.inbox_of, thread_id, entry=entry)
    if not found:
        raise Missing("thread", thread_id)
    return thread_of(found)


def thread_of(found: list[LetterRow]) -> Thread:
    """There is at least one letter."""
    letters: list[Letter] = []
    for provider_id, written in groupby(found, key=attrgetter("provider_id")):
        letters += _opened_each(list(written), provider_id)
    return Thread(found[0].thread, letters[0].content.subject, letters)


async def letter_for(resident: Resident, message_id: UUID, *, now: datetime) -> tuple[Letter, UUID]:
    """One message, opened or not, and its thread. Raises `Missing`."""
    return await _one_letter(ONE_LETTER, resident, message_id, now)


async def opened_letter_for(resident: Resident, message_id: UUID, *, now: datetime) -> tuple[Letter, UUID]:
    """One message whose receipt is given, and its thread. Raises `Missing`."""
    return await _one_letter(ONE_OPENED_LETTER, resident, message_id, now)


async def _one_letter(
    select: str, resident: Resident, message_id: UUID, now: datetime
) -> tuple[Letter, UUID]:
    entry = by(resident, "message.read", now, kind="message", id=message_id)
    found = await reading(LetterRow, select + seen_by(resident), resident.inbox_of, message_id, entry=entry)
    if not found:
        raise Missing("message", message_id)
    [letter] = _opened_each(found[:1], found[0].provider_id)
    return letter, found[0].thread


async def one_opened(resident: Resident, message_id: UUID) -> tuple[Letter, UUID]:
    """One message whose receipt is given, and its provider. Who asks says in the audit what for.

    Raises `Missing`.
    """
    found = await rows(LetterRow, ONE_OPENED_LETTER + seen_by(resident), resident.inbox_of, message_id)
    if not found:
        raise Missing("message", message_id)
    [letter] = _opened_each(found[:1], found[0].provider_id)
    return letter, found[0].provider_id


async def places_of(resident: Resident, message_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The addresses of those that the resident has, opened or not."""
    found = await rows(
        _Placed,
        "SELECT id, thread FROM messages WHERE resident = {} AND resident_key IS NOT NULL"  # noqa: S608
        f" AND id IN ({places(message_ids)}){seen_by(resident)}",
        resident.inbox_of,
        *message_ids,
    )
    return {letter.id: f"/inkorg/{letter.thread}#letter-{letter.id}" for letter in found}


async def has_letters(resident: Resident, thread_id: UUID) -> bool:
    """Whether the resident still has anything in the thread."""
    [count] = await rows(
        _Count,
        "SELECT count(*) AS number FROM messages"  # noqa: S608
        f" WHERE resident = {{}} AND thread = {{}} AND resident_key IS NOT NULL{seen_by(resident)}",
        resident.inbox_of,
        thread_id,
    )
    return count.number > 0


def _opened_each(found: list[LetterRow], provider_id: UUID) -> list[Letter]:
    """What one provider has written."""
    boxes = [(row.resident_key, row.content_sealed, row.id) for row in found]
    return [
        Letter(row.id, row.kind, row.delivered_at, content, row.link_kind, row.link_id, _asks(row))
        for row, content in zip(found, open_contents(boxes, provider_id=provider_id), strict=True)
    ]


def _asks(row: LetterRow) -> Asks | None:
    if not (row.confirm_receipt or row.due_at or row.ends_at or row.answered_at):
        return None
    return Asks(row.due_at, row.ends_at, bool(row.confirm_receipt), row.confirmed_at, row.answered_at)
