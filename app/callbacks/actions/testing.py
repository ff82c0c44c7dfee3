"""A made-up event, to one receiver, so that it can be seen to arrive."""

from datetime import datetime
from uuid import UUID

from app.audit.actions import Entry, record
from app.callbacks.queries import endpoint_for
from app.callbacks.rules.kinds import DELIVER_TEST
from app.database import in_transaction, insert, run, uuid7
from app.outbox.actions import put_in_lanes
from app.sessions.principals import CareSystem

NEW_TEST = "INSERT INTO callback_tests (id, endpoint_id, care_system_id, created_at)"
DONE = (
    "UPDATE callback_tests SET done_at = {}, status = {}, fault = {} WHERE id = {} AND done_at IS NULL"
    " RETURNING 1 AS done"
)


@in_transaction
async def ask_test(*, care_system: CareSystem, now: datetime) -> UUID:
    """The test's id, which is the event's. It is sent once, also to a receiver that is disabled.

    Raises `Missing`.
    """
    endpoint, id = await endpoint_for(care_system), uuid7()
    await insert(NEW_TEST, [(id, endpoint.id, care_system.id, now)])
    await put_in_lanes(DELIVER_TEST, [(endpoint.id, {"test": id, "endpoint": endpoint.id})], now=now)
    entry = Entry(
        action="callback.tested", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        object_kind="callback", object_id=str(endpoint.id),
    )  # fmt: skip
    await record(entry)
    return id


async def note_test(test_id: UUID, *, status: int | None, fault: str | None, now: datetime) -> None:
    """What came of it; the first time counts."""
    await run(DONE, now, status, fault, test_id)


async def forget_tests(before: datetime) -> int:
    """Of which nobody will ask any more; returns how many."""
    return await run("DELETE FROM callback_tests WHERE created_at < {} RETURNING 1 AS gone", before)
