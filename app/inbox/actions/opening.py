"""Opening a thread: what is shown is exactly what is marked as read."""

from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from app import sessions
from app.audit.actions import insert_each, record_all
from app.callbacks.actions import tell, tell_each
from app.database import POSTGRES, in_transaction, rows, run, tried_again, uuid7
from app.errors import Missing, NotSignedIn
from app.inbox.actions.deleting import RECOUNT
from app.inbox.actions.sent import RETURNING, Sent
from app.inbox.queries import Thread, thread_for
from app.inbox.queries.letters import LETTERS, OLDEST_FIRST, LetterRow, thread_of
from app.inbox.queries.traces import by
from app.sessions import Claim, Signed
from app.sessions.principals import Resident
from app.sessions.queries import HERE, OF_THE_LIVING, row_of

OPEN_THREAD = "UPDATE threads SET unread = 0 WHERE id = {} AND resident = {} RETURNING id"
FIRST_READ = (
    "UPDATE messages SET read_at = {} WHERE thread = {} AND read_at IS NULL AND resident_key IS NOT NULL"  # noqa: S608
    + RETURNING
)

# What a guardian may not see stays unread, for its reader to open.
FIRST_READ_BY_GUARDIAN = FIRST_READ.replace(" RETURNING", " AND NOT hidden_from_guardians RETURNING", 1)

LETTERS_OPENED = (
    LETTERS.replace("{}", "(SELECT subject_id FROM living)")  # noqa: S608
    + "thread = (SELECT id FROM opened) AND (read_at IS NOT NULL OR id IN (SELECT id FROM first_read))"
)

# All of it at once, for PostgreSQL (docs/decisions/one-statement-opens-a-thread.md). A statement sees the
# letters of the moment it began, but the thread's row as it is when its turn comes: where they do not agree
# on what is unread, somebody else has been here meanwhile, and nothing is opened.
AT_ONCE = f"""
WITH {HERE},
asked AS MATERIALIZED (
 SELECT subject_id AS resident, CAST({{}} AS uuid) AS thread, CAST({{}} AS timestamptz) AS at,
  CAST({{}} AS uuid) AS like_id FROM living),
opened AS (
 UPDATE threads t SET unread = 0 FROM asked a
 WHERE t.id = a.thread AND t.resident = a.resident AND t.line_sealed IS NOT NULL AND t.unread = (
  SELECT count(*) FROM messages m WHERE m.thread = t.id AND m.read_at IS NULL AND m.resident_key IS NOT NULL)
 RETURNING t.id, t.resident, a.at, a.like_id),
first_read AS (
 UPDATE messages m SET read_at = o.at FROM opened o
 WHERE m.thread = o.id AND m.read_at IS NULL AND m.resident_key IS NOT NULL
 RETURNING m.id, m.thread AS thread_id, m.provider_id, m.care_system_id, m.link_id, m.resident,
  o.at, o.like_id),
shown AS ({insert_each("opened", action="thread.read", kind="thread")}),
receipts AS ({insert_each("first_read", action="message.first-read", kind="message")}),
{tell_each("first_read", kind="message.read")}
SELECT {OF_THE_LIVING}, m.id, m.kind, m.provider_id, m.delivered_at, m.content_sealed, m.resident_key,
 m.thread, m.link_kind, m.link_id, m.due_at, m.ends_at, m.confirm_receipt, m.confirmed_at, m.answered_at
FROM (SELECT *, row_number() OVER ({OLDEST_FIRST}) AS place FROM ({LETTERS_OPENED}) m) m
LEFT JOIN living ON m.place = 1 ORDER BY m.place
"""  # noqa: S608 - put together from our own constants


class _ReaderAndLetter(NamedTuple):
    """A living session, on the first row only, and one of the letters that were opened."""

    session_id: UUID
    session_kind: str
    subject_id: UUID
    level: str
    name_sealed: bytes
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
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


async def read_thread_by(claim: Claim, thread_id: UUID) -> tuple[Signed, Thread]:
    """Who the cookie stands for, and the thread that they open with it. Raises `NotSignedIn` or `Missing`."""
    found = await _read_at_once(claim, thread_id) if POSTGRES else []
    if found:
        signed = sessions.signed(row_of(found[0]), claim)
        # They have every field of a letter's row.
        return signed, thread_of(cast(list[LetterRow], found))
    signed_in = await sessions.find(*claim)
    if signed_in is None:
        raise NotSignedIn
    resident = signed_in.resident()
    return signed_in, await read_thread(thread_id, resident=resident, now=claim.now)


@tried_again
async def _read_at_once(claim: Claim, thread_id: UUID) -> list[_ReaderAndLetter]:
    return await rows(_ReaderAndLetter, AT_ONCE, *claim.of_here(), thread_id, claim.now, uuid7())


@in_transaction
async def read_thread(thread_id: UUID, *, resident: Resident, now: datetime) -> Thread:
    """Open the thread and see what is in it. Raises `Missing`."""
    await open_thread(thread_id, resident=resident, now=now)
    return await thread_for(resident, thread_id, now=now)


@in_transaction
async def open_thread(thread_id: UUID, *, resident: Resident, now: datetime) -> None:
    """Mark what is in the thread as read. A receipt is given once and never taken back. Raises `Missing`."""
    if not await run(OPEN_THREAD, thread_id, resident.inbox_of):
        raise Missing("thread", thread_id)
    if resident.acting_for:
        read = await rows(Sent, FIRST_READ_BY_GUARDIAN, now, thread_id)
        await run(RECOUNT, thread_id)
    else:
        read = await rows(Sent, FIRST_READ, now, thread_id)
    await record_all(
        [by(resident, "message.first-read", now, kind="message", id=message.id) for message in read]
    )
    await tell([message.became("message.read", resident.actor.kind) for message in read], now=now)
