"""What only time does to a letter: it is due and still unread, or there is nothing more to do with it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.callbacks.actions import tell
from app.database import Insert, in_transaction, rows
from app.inbox.actions.sent import RETURNING, Sent
from app.outbox.actions import jobs

DUE, EXPIRE = "messages.due", "messages.expire"
# Who did it, where only time has passed.
CLOCK = "clock"
# Whether something was done about what a letter is about, by the kind of its link: what is above says it.
Answered = Mapping[str, Callable[[UUID], Awaitable[bool]]]

# Each is claimed by the statement that does it, so that it is told once. An answer that came another way, as
# through a survey, is as good as having read.
UNREAD_AT_DUE = (
    "UPDATE messages SET unread_at_due = true WHERE id = {} AND due_at <= {} AND NOT unread_at_due"  # noqa: S608
    " AND (read_at IS NULL OR read_at > due_at) AND answered_at IS NULL AND withdrawn_at IS NULL" + RETURNING
)
EXPIRED = (
    "UPDATE messages SET expired_at = expires_at WHERE id = {} AND expires_at <= {} AND expired_at IS NULL"  # noqa: S608
    " AND withdrawn_at IS NULL AND answered_at IS NULL AND (confirmed_at IS NULL OR kind = 'health-survey')"
    + RETURNING
)


ABOUT = (
    "SELECT m.link_kind, m.link_id, r.deceased_at FROM messages m JOIN residents r ON r.id = m.resident"
    " WHERE m.id = {} AND (m.link_id IS NOT NULL OR r.deceased_at IS NOT NULL)"
)


class _About(NamedTuple):
    link_kind: str
    link_id: UUID | None
    deceased_at: datetime | None


class Deadlines(NamedTuple):
    """A letter's id, and when something comes of nothing being done."""

    id: UUID
    due_at: datetime | None
    expires_at: datetime | None


def reminders(letters: Iterable[Deadlines], *, now: datetime) -> Insert:
    """Have the worker look at each letter when its time comes; nothing for those that have none."""
    wanted = [
        (kind, {"message": letter.id}, at)
        for letter in letters
        for kind, at in ((DUE, letter.due_at), (EXPIRE, letter.expires_at))
        if at is not None
    ]
    return jobs(wanted, now=now)


@in_transaction
async def fall_due(message_id: UUID, *, answered: Answered, now: datetime) -> None:
    """Say, once, that a letter was not opened by its last day to answer."""
    if await _is_settled(message_id, answered):
        return
    unread = await rows(Sent, UNREAD_AT_DUE, message_id, now)
    await tell([message.became("message.unread-at-due", CLOCK) for message in unread], now=now)


@in_transaction
async def expire(message_id: UUID, *, answered: Answered, now: datetime) -> None:
    """Say, once, that nothing came of what the letter asked for."""
    if await _is_settled(message_id, answered):
        return
    expired = await rows(Sent, EXPIRED, message_id, now)
    await tell([message.became("message.expired", CLOCK) for message in expired], now=now)


async def _is_settled(message_id: UUID, answered: Answered) -> bool:
    """Who has died answers nothing. What a letter is about may have a state of its own, and an answer."""
    for about in await rows(_About, ABOUT, message_id):
        if about.deceased_at is not None:
            return True
        if about.link_id is not None:
            return await answered[about.link_kind](about.link_id)
    return False
