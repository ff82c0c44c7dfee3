"""A resident puts a thread back among the unread, to come back to it. It says nothing to anybody else."""

from datetime import datetime
from uuid import UUID

from app.audit.actions import record
from app.database import in_transaction, run
from app.errors import Missing
from app.inbox.queries.traces import by, seen_by
from app.sessions.principals import Resident

# The receipts of its messages are their own (`read_at`), and stay: this is the mark in the list alone.
MARK = (
    "UPDATE threads SET unread = CASE WHEN unread = 0 THEN 1 ELSE unread END"
    " WHERE id = {} AND resident = {} AND EXISTS (SELECT 1 FROM messages m WHERE m.thread = threads.id"
    " AND m.resident_key IS NOT NULL%s) RETURNING id"
)


@in_transaction
async def mark_unread(thread_id: UUID, *, resident: Resident, now: datetime) -> None:
    """Until it is opened again. Raises `Missing`."""
    if not await run(MARK % seen_by(resident, "m"), thread_id, resident.inbox_of):
        raise Missing("thread", thread_id)
    await record(by(resident, "thread.marked-unread", now, kind="thread", id=thread_id))
