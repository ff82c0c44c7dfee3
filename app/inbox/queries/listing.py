"""A page of the inbox: its reader's threads, newest first."""

from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from app import sessions
from app.audit.actions import insert_by, reading
from app.database import POSTGRES, rows, uuid7
from app.errors import NotSignedIn
from app.inbox.queries.traces import by
from app.inbox.sealed import open_lines
from app.residents.sealed import open_key
from app.sessions import Claim, Signed
from app.sessions.principals import Resident
from app.sessions.queries import HERE, OF_THE_LIVING, row_of

PAGE = 20


class Cursor(NamedTuple):
    """The last thread seen; the next page is older than it."""

    last_at: datetime
    id: UUID


class ThreadLine(NamedTuple):
    """`kind` stands for a subject that is not to be read in lists; `others` are its other languages."""

    id: UUID
    subject: str
    clinic_name: str
    language: str
    last_at: datetime
    unread: int
    kind: str = ""
    others: tuple[tuple[str, str], ...] = ()


class Inbox(NamedTuple):
    """One page of threads, newest first; `older` leads to the next, `unread` counts threads in the whole."""

    lines: list[ThreadLine]
    unread: int
    older: Cursor | None


class _ThreadRow(NamedTuple):
    id: UUID
    last_at: datetime
    unread: int
    line_sealed: bytes
    key_wrapped: bytes
    unread_threads: int


class _ReaderAndThread(NamedTuple):
    """A living session and one of its resident's threads; the thread is all null in an empty inbox.

    Only the first row has the session.
    """

    session_id: UUID
    session_kind: str
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


THREADS = (
    "SELECT t.id, t.last_at, t.unread, t.line_sealed, r.key_wrapped,"
    " (SELECT count(*) FROM threads WHERE resident = {} AND unread > 0) AS unread_threads"
    " FROM threads t JOIN residents r ON r.id = t.resident"
    " WHERE t.resident = {} AND t.line_sealed IS NOT NULL"
)
NEWEST_FIRST = f" ORDER BY t.last_at DESC, t.id DESC LIMIT {PAGE + 1}"
NEWEST = THREADS + NEWEST_FIRST
OLDER = THREADS + " AND (t.last_at, t.id) < ({}, {})" + NEWEST_FIRST

# A guardian's list is put together from what they may see: the thread's own columns count all of it.
_SEEN = "resident_key IS NOT NULL AND NOT hidden_from_guardians"
GUARDIANS_THREADS = (
    "SELECT t.id, m.delivered_at AS last_at, (SELECT count(*) FROM messages WHERE thread = t.id"  # noqa: S608
    f" AND read_at IS NULL AND {_SEEN}) AS unread, t.line_sealed, r.key_wrapped,"
    " (SELECT count(DISTINCT thread) FROM messages WHERE resident = {} AND read_at IS NULL"
    f" AND {_SEEN}) AS unread_threads"
    " FROM threads t JOIN residents r ON r.id = t.resident JOIN messages m ON m.id = (SELECT id FROM messages"
    f" WHERE thread = t.id AND {_SEEN} ORDER BY delivered_at DESC, id DESC LIMIT 1)"
    " WHERE t.resident = {} AND t.line_sealed IS NOT NULL AND NOT t.hidden_from_guardians"
)
GUARDIANS_NEWEST_FIRST = f" ORDER BY m.delivered_at DESC, t.id DESC LIMIT {PAGE + 1}"
GUARDIANS_NEWEST = GUARDIANS_THREADS + GUARDIANS_NEWEST_FIRST
GUARDIANS_OLDER = GUARDIANS_THREADS + " AND (m.delivered_at, t.id) < ({}, {})" + GUARDIANS_NEWEST_FIRST

# Who is here and what they see: one statement, since each costs the page a tenth of its CPU. For PostgreSQL.
ASKED_AT_ONCE = f"""
WITH {HERE},
audited AS ({insert_by("living", action="inbox.listed")})
SELECT {OF_THE_LIVING}, t.id, t.last_at, t.unread, t.line_sealed, t.key_wrapped, t.unread_threads
FROM (SELECT t.*, row_number() OVER (ORDER BY t.last_at DESC, t.id DESC) AS place
 FROM living LEFT JOIN LATERAL (%s) t ON true) t
LEFT JOIN living ON t.place = 1 ORDER BY t.place
"""  # noqa: S608 - put together from our own constants
_THEIR_THREADS = THREADS.replace("{}", "living.subject_id")
NEWEST_AT_ONCE = ASKED_AT_ONCE % (_THEIR_THREADS + NEWEST_FIRST)
OLDER_AT_ONCE = ASKED_AT_ONCE % (_THEIR_THREADS + " AND (t.last_at, t.id) < ({}, {})" + NEWEST_FIRST)


async def inbox_by(claim: Claim, *, older_than: Cursor | None) -> tuple[Signed, Inbox]:
    """Who the cookie stands for, and a page of their inbox. Raises `NotSignedIn`."""
    if not POSTGRES:
        signed = await sessions.find(*claim)
        if signed is None:
            raise NotSignedIn
        return signed, await inbox_for(signed.resident(), older_than=older_than, now=claim.now)
    sql = OLDER_AT_ONCE if older_than else NEWEST_AT_ONCE
    found = await rows(_ReaderAndThread, sql, *claim.of_here(), uuid7(), claim.now, *(older_than or ()))
    if not found:
        raise NotSignedIn
    signed = sessions.signed(row_of(found[0]), claim)
    return signed, _inbox(_threads(found), signed.resident())


def _threads(found: list[_ReaderAndThread]) -> list[_ThreadRow]:
    # They have every field of a thread's row; twenty copies more would be three hundredths of the page.
    return [cast(_ThreadRow, row) for row in found if row.id is not None]


async def inbox_for(resident: Resident, *, older_than: Cursor | None, now: datetime) -> Inbox:
    entry = by(resident, "inbox.listed", now)
    newest, older = (GUARDIANS_NEWEST, GUARDIANS_OLDER) if resident.acting_for else (NEWEST, OLDER)
    whose = resident.inbox_of
    if older_than is None:
        found = await reading(_ThreadRow, newest, whose, whose, entry=entry)
    else:
        found = await reading(_ThreadRow, older, whose, whose, *older_than, entry=entry)
    return _inbox(found, resident)


def _inbox(found: list[_ThreadRow], resident: Resident) -> Inbox:
    if not found:
        return Inbox([], 0, None)
    shown = found[:PAGE]
    older = Cursor(shown[-1].last_at, shown[-1].id) if len(found) > PAGE else None
    return Inbox(_lines(shown, resident), found[0].unread_threads, older)


def _lines(found: list[_ThreadRow], resident: Resident) -> list[ThreadLine]:
    key = open_key(found[0].key_wrapped, resident.inbox_of)
    lines = open_lines([(row.line_sealed, row.id) for row in found], key=key)
    return [
        ThreadLine(
            row.id,
            line.subject,
            line.clinic_name,
            line.language,
            row.last_at,
            row.unread,
            line.kind,
            line.others,
        )
        for row, line in zip(found, lines, strict=True)
    ]
