"""The reader of a letter writes back to the clinic."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import record
from app.callbacks.actions import tell
from app.database import in_transaction, insert, rows, run, uuid7
from app.errors import Missing
from app.inbox.actions.answering import ANSWER
from app.inbox.actions.deleting import LOCK_THREAD_OF
from app.inbox.actions.sent import Sent
from app.inbox.queries.replies import OF_PROVIDER, OLDEST_FIRST, PROVIDER, Reply, ReplyRow
from app.inbox.queries.traces import by, seen_by
from app.inbox.rules import ensure_replyable
from app.inbox.sealed import seal_reply
from app.sessions.principals import Resident


class _Letter(NamedTuple):
    id: UUID
    thread_id: UUID
    provider_id: UUID
    care_system_id: UUID
    link_id: UUID | None
    reply_allowed: bool
    withdrawn_at: datetime | None
    expires_at: datetime | None


class _Id(NamedTuple):
    id: UUID


OPENED = (
    "SELECT id, thread AS thread_id, provider_id, care_system_id, link_id, reply_allowed, withdrawn_at,"
    " expires_at FROM messages WHERE id = {} AND resident = {} AND resident_key IS NOT NULL"
    " AND read_at IS NOT NULL"
)
ALL_OF = f"{OF_PROVIDER}m.id = {{}}{OLDEST_FIRST}"
REPLIES = (
    "INSERT INTO replies (id, message, provider_id, author, text_sealed, resident_key, provider_key,"
    " replied_at)"
)


@in_transaction
async def reply(message_id: UUID, *, text: str, resident: Resident, now: datetime) -> None:
    """Send what they have written to the clinic. The first settles what the letter asked for.

    The same again from the same person, with nothing between, is a second press: nothing is sent.
    Its sender is told of each. Raises `Missing` for what they have not opened, `RepliesClosed`,
    `AlreadyExpired` or `TooManyReplies`.
    """
    letter = await _locked(message_id, resident)
    before = [row.opened(of=PROVIDER) for row in await rows(ReplyRow, ALL_OF, message_id)]
    if before and _is_second_press(before[-1], text, resident):
        return
    ensure_replyable(
        allowed=bool(letter.reply_allowed),
        withdrawn_at=letter.withdrawn_at,
        expires_at=letter.expires_at,
        replies=len(before),
        now=now,
    )
    await _store(letter, text, resident, now)
    await run(ANSWER, now, message_id)
    await record(by(resident, "message.replied", now, kind="message", id=message_id))
    await tell([Sent(*letter[:5]).became("message.answered", resident.actor.kind)], now=now)


async def _locked(message_id: UUID, resident: Resident) -> _Letter:
    """With its thread, until the transaction ends, so that replies are counted one at a time."""
    await rows(_Id, LOCK_THREAD_OF % seen_by(resident), message_id, resident.inbox_of)
    sql = OPENED + seen_by(resident)
    found = await rows(_Letter, sql, message_id, resident.inbox_of)
    if not found:
        raise Missing("message", message_id)
    return found[0]


def _is_second_press(last: Reply, text: str, resident: Resident) -> bool:
    return last.author == resident.id and last.text == text


async def _store(letter: _Letter, text: str, resident: Resident, now: datetime) -> None:
    id = uuid7()
    sealed = seal_reply(text, provider_id=letter.provider_id, reply_id=id)
    await insert(REPLIES, [(id, letter.id, letter.provider_id, resident.id, *sealed, now)])
