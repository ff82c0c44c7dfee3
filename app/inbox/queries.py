"""Asking for the inbox. Ownership is in every query; every read leaves its row in the audit."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import sessions
from app.audit.actions import Entry, insert_by, reading, record
from app.database import POSTGRES, rows, transaction, uuid7
from app.errors import Missing, NotSignedIn
from app.inbox.sealed import Content, open_content, open_lines
from app.residents.sealed import open_key
from app.sessions import Claim, Signed
from app.sessions.principals import CareSystem, Resident
from app.sessions.queries import LIVING, Row

PAGE = 20


class Cursor(NamedTuple):
    """The last thread seen; the next page is older than it."""

    last_at: datetime
    id: UUID


class ThreadLine(NamedTuple):
    id: UUID
    subject: str
    clinic_name: str
    language: str
    last_at: datetime
    unread: int


class Inbox(NamedTuple):
    """One page of threads, newest first; `older` leads to the next, `unread` counts threads in the whole."""

    lines: list[ThreadLine]
    unread: int
    older: Cursor | None


class Letter(NamedTuple):
    """A message as its resident sees it."""

    id: UUID
    kind: str
    delivered_at: datetime
    content: Content


class Thread(NamedTuple):
    id: UUID
    subject: str
    letters: list[Letter]


class MessageStatus(NamedTuple):
    """What the sender may know. Delivered means: available in the inbox."""

    id: UUID
    thread_id: UUID
    delivered_at: datetime
    read_at: datetime | None


class Whose(NamedTuple):
    resident_id: UUID
    care_unit: str


class _StatusRow(NamedTuple):
    id: UUID
    thread_id: UUID
    delivered_at: datetime
    read_at: datetime | None
    resident_id: UUID
    care_unit: str


class _ThreadRow(NamedTuple):
    id: UUID
    last_at: datetime
    unread: int
    line_sealed: bytes
    key_wrapped: bytes
    unread_threads: int


class _ReaderAndThread(NamedTuple):
    """A living session and one of its resident's threads; the thread is all null in an empty inbox."""

    session_id: UUID
    kind: str
    subject_id: UUID
    level: str
    name_sealed: bytes
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    id: UUID | None
    last_at: datetime
    unread: int
    line_sealed: bytes
    key_wrapped: bytes
    unread_threads: int

    def session(self) -> Row:
        return Row(
            self.session_id, self.kind, self.subject_id, self.level, self.name_sealed,
            self.created_at, self.last_seen_at, self.expires_at,
        )  # fmt: skip

    def thread(self, id: UUID) -> _ThreadRow:
        return _ThreadRow(
            id, self.last_at, self.unread, self.line_sealed, self.key_wrapped, self.unread_threads
        )


class _LetterRow(NamedTuple):
    id: UUID
    kind: str
    provider_id: UUID
    delivered_at: datetime
    content_sealed: bytes
    resident_key: bytes
    thread: UUID


THREADS = (
    "SELECT t.id, t.last_at, t.unread, t.line_sealed, r.key_wrapped,"
    " (SELECT count(*) FROM threads WHERE resident = {} AND unread > 0) AS unread_threads"
    " FROM threads t JOIN residents r ON r.id = t.resident"
    " WHERE t.resident = {} AND t.line_sealed IS NOT NULL"
)
NEWEST_FIRST = f" ORDER BY t.last_at DESC, t.id DESC LIMIT {PAGE + 1}"
NEWEST = THREADS + NEWEST_FIRST
OLDER = THREADS + " AND (t.last_at, t.id) < ({}, {})" + NEWEST_FIRST

# Who is here and what they see: one statement, since each costs the page a tenth of its CPU. For PostgreSQL.
ASKED_AT_ONCE = f"""
WITH living AS MATERIALIZED ({LIVING} AND kind = 'resident'),
audited AS ({insert_by("living", action="inbox.listed")})
SELECT living.id AS session_id, living.kind, living.subject_id, living.level, living.name_sealed,
 living.created_at, living.last_seen_at, living.expires_at,
 t.id, t.last_at, t.unread, t.line_sealed, t.key_wrapped, t.unread_threads
FROM living LEFT JOIN LATERAL (%s) t ON true ORDER BY t.last_at DESC, t.id DESC
"""  # noqa: S608 - put together from our own constants
_OF_THE_LIVING = THREADS.replace("{}", "living.subject_id")
NEWEST_AT_ONCE = ASKED_AT_ONCE % (_OF_THE_LIVING + NEWEST_FIRST)
OLDER_AT_ONCE = ASKED_AT_ONCE % (_OF_THE_LIVING + " AND (t.last_at, t.id) < ({}, {})" + NEWEST_FIRST)

LETTERS = (
    "SELECT id, kind, provider_id, delivered_at, content_sealed, resident_key, thread FROM messages"
    " WHERE resident = {} AND resident_key IS NOT NULL AND "
)
# What came after the thread was opened is not shown yet: what is shown is exactly what is marked as read.
LETTERS_OF_THREAD = LETTERS + "thread = {} AND read_at IS NOT NULL ORDER BY delivered_at, id"
ONE_LETTER = LETTERS + "id = {}"
ONE_OPENED_LETTER = ONE_LETTER + " AND read_at IS NOT NULL"


STATUS = (
    "SELECT m.id, m.thread AS thread_id, m.delivered_at, m.read_at, m.resident AS resident_id,"
    " c.hsa_id AS care_unit FROM messages m JOIN clinics c ON c.id = m.clinic"
    " WHERE m.provider_id = {} AND m.id = {}"
)
_WHOSE = "SELECT t.resident AS resident_id, c.hsa_id AS care_unit FROM {} t JOIN clinics c ON c.id = t.clinic"
WHOSE_THREAD = _WHOSE.replace("{}", "threads") + " WHERE t.id = {}"
WHOSE_MESSAGE = _WHOSE.replace("{}", "messages") + " WHERE t.id = {}"


async def inbox_by(claim: Claim, *, older_than: Cursor | None) -> tuple[Signed, Inbox]:
    """Who the cookie stands for, and a page of their inbox. Raises `NotSignedIn`."""
    if not POSTGRES:
        signed = await sessions.find(*claim)
        if signed is None:
            raise NotSignedIn
        return signed, await inbox_for(signed.resident(), older_than=older_than, now=claim.now)
    sql = OLDER_AT_ONCE if older_than else NEWEST_AT_ONCE
    found = await rows(_ReaderAndThread, sql, *claim.arguments(), uuid7(), claim.now, *(older_than or ()))
    if not found:
        raise NotSignedIn
    signed = await sessions.settle(found[0].session(), claim)
    return signed, _inbox([row.thread(row.id) for row in found if row.id], signed.resident())


async def inbox_for(resident: Resident, *, older_than: Cursor | None, now: datetime) -> Inbox:
    entry = _by(resident, "inbox.listed", now)
    if older_than is None:
        found = await reading(_ThreadRow, NEWEST, resident.id, resident.id, entry=entry)
    else:
        found = await reading(_ThreadRow, OLDER, resident.id, resident.id, *older_than, entry=entry)
    return _inbox(found, resident)


def _inbox(found: list[_ThreadRow], resident: Resident) -> Inbox:
    if not found:
        return Inbox([], 0, None)
    shown = found[:PAGE]
    older = Cursor(shown[-1].last_at, shown[-1].id) if len(found) > PAGE else None
    return Inbox(_lines(shown, resident), found[0].unread_threads, older)


def _lines(found: list[_ThreadRow], resident: Resident) -> list[ThreadLine]:
    key = open_key(found[0].key_wrapped, resident.id)
    lines = open_lines([(row.line_sealed, row.id) for row in found], key=key)
    return [
        ThreadLine(row.id, line.subject, line.clinic_name, line.language, row.last_at, row.unread)
        for row, line in zip(found, lines, strict=True)
    ]


async def thread_for(resident: Resident, thread_id: UUID, *, now: datetime) -> Thread:
    """The messages that are opened and not deleted, oldest first. Raises `Missing`."""
    entry = _by(resident, "thread.read", now, kind="thread", id=thread_id)
    found = await reading(_LetterRow, LETTERS_OF_THREAD, resident.id, thread_id, entry=entry)
    if not found:
        raise Missing("thread", thread_id)
    letters = [_opened(row) for row in found]
    return Thread(thread_id, letters[0].content.subject, letters)


async def letter_for(resident: Resident, message_id: UUID, *, now: datetime) -> tuple[Letter, UUID]:
    """One message, opened or not, and its thread. Raises `Missing`."""
    return await _one_letter(ONE_LETTER, resident, message_id, now)


async def opened_letter_for(resident: Resident, message_id: UUID, *, now: datetime) -> tuple[Letter, UUID]:
    """One message whose receipt is given, and its thread. Raises `Missing`."""
    return await _one_letter(ONE_OPENED_LETTER, resident, message_id, now)


async def _one_letter(
    select: str, resident: Resident, message_id: UUID, now: datetime
) -> tuple[Letter, UUID]:
    entry = _by(resident, "message.read", now, kind="message", id=message_id)
    found = await reading(_LetterRow, select, resident.id, message_id, entry=entry)
    if not found:
        raise Missing("message", message_id)
    return _opened(found[0]), found[0].thread


async def has_letters(resident: Resident, thread_id: UUID) -> bool:
    """Whether the resident still has anything in the thread."""
    [count] = await rows(
        _Count,
        "SELECT count(*) AS number FROM messages"
        " WHERE resident = {} AND thread = {} AND resident_key IS NOT NULL",
        resident.id,
        thread_id,
    )
    return count.number > 0


def _opened(row: _LetterRow) -> Letter:
    content = open_content(
        row.content_sealed, row.resident_key, provider_id=row.provider_id, message_id=row.id
    )
    return Letter(row.id, row.kind, row.delivered_at, content)


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


class _Count(NamedTuple):
    number: int


async def number_of_threads() -> int:
    """How many threads there are in all, for the operator."""
    [count] = await rows(_Count, "SELECT count(*) AS number FROM threads")
    return count.number


def _by(
    resident: Resident, action: str, now: datetime, *, kind: str | None = None, id: UUID | None = None
) -> Entry:
    return Entry(
        action=action, at=now, actor_kind="resident", actor_id=resident.id, resident_id=resident.id,
        object_kind=kind, object_id=str(id) if id else None,
    )  # fmt: skip
