"""Deleting one's own copy of a letter, for good."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import record
from app.callbacks.actions import tell
from app.database import in_transaction, rows, run
from app.errors import Missing
from app.inbox.actions.sent import RETURNING, Sent
from app.inbox.queries.traces import by, seen_by
from app.sessions.principals import Resident


class _Id(NamedTuple):
    id: UUID


class _Destroyed(NamedTuple):
    id: UUID
    thread_id: UUID
    provider_id: UUID
    care_system_id: UUID
    link_id: UUID | None
    read_at: datetime | None
    reply_allowed: bool


LOCK_THREAD_OF = (
    "UPDATE threads SET unread = unread"
    " WHERE id = (SELECT thread FROM messages WHERE id = {} AND resident = {}%s) RETURNING id"
)
# Deleting is claiming: of two presses of the button, one gets a row back.
DESTROY_COPY = (
    "UPDATE messages SET resident_key = NULL, deleted_at = {} WHERE id = {} AND resident_key IS NOT NULL"  # noqa: S608
    + RETURNING
    + ", read_at, reply_allowed"
)
DESTROY_REPLIES = "UPDATE replies SET resident_key = NULL WHERE message = {} AND resident_key IS NOT NULL"
RECOUNT = (
    "UPDATE threads SET"
    " unread = (SELECT count(*) FROM messages m"
    "  WHERE m.thread = threads.id AND m.resident_key IS NOT NULL AND m.read_at IS NULL),"
    " last_at = COALESCE((SELECT max(COALESCE(m.corrected_at, m.delivered_at)) FROM messages m"
    "  WHERE m.thread = threads.id AND m.resident_key IS NOT NULL), last_at),"
    " line_sealed = CASE WHEN EXISTS (SELECT 1 FROM messages m"
    "  WHERE m.thread = threads.id AND m.resident_key IS NOT NULL) THEN line_sealed END"
    " WHERE id = {}"
)


@in_transaction
async def delete(message_id: UUID, *, resident: Resident, now: datetime) -> UUID:
    """Destroy the key of the resident's copy: that copy is gone for good. The provider's stays.

    With it goes their copy of what was written back.

    With the last message goes the thread's line in the list. Its sender is told only of what was never
    opened. Returns the thread's id. Raises `Missing`.
    """
    locked = await rows(_Id, LOCK_THREAD_OF % seen_by(resident), message_id, resident.inbox_of)
    gone = await rows(_Destroyed, DESTROY_COPY, now, message_id) if locked else []
    if not gone:
        raise Missing("message", message_id)
    if gone[0].reply_allowed:
        await run(DESTROY_REPLIES, message_id)
    await run(RECOUNT, locked[0].id)
    await record(by(resident, "message.deleted", now, kind="message", id=message_id))
    unread = [Sent(*letter[:5]) for letter in gone if letter.read_at is None]
    await tell([message.became("message.deleted", resident.actor.kind) for message in unread], now=now)
    return locked[0].id
