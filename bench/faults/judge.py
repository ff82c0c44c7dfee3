"""What stands in the database after a run, as JSON:  python -m bench.faults.judge"""

import asyncio
import json
from typing import NamedTuple

from app import database
from app.care_api.actions.batches import PROCESS
from app.database import rows


class Message(NamedTuple):
    id: str
    read: bool


class Event(NamedTuple):
    id: str
    number: int | None
    kind: str
    message_id: str


class Jobs(NamedTuple):
    waiting: int
    dead: int
    last_number: int


class Batches(NamedTuple):
    """`begun_again`: the worker died in the middle of them."""

    received: int
    not_ended: int
    begun_again: int


async def found() -> dict[str, object]:
    await database.open()
    try:
        messages = await rows(
            Message, "SELECT CAST(id AS TEXT) AS id, read_at IS NOT NULL AS read FROM messages ORDER BY id"
        )
        events = await rows(
            Event,
            "SELECT CAST(id AS TEXT) AS id, number, kind, CAST(message_id AS TEXT) AS message_id FROM events"
            " ORDER BY number",
        )
        [jobs] = await rows(
            Jobs,
            "SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL) AS waiting,"
            " (SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL) AS dead,"
            " (SELECT COALESCE(max(last), 0) FROM event_counter) AS last_number",
        )
        [batches] = await rows(
            Batches,
            "SELECT (SELECT count(*) FROM batches WHERE received_at IS NOT NULL) AS received,"
            " (SELECT count(*) FROM batches WHERE received_at IS NOT NULL AND finished_at IS NULL)"
            " AS not_ended,"
            " (SELECT count(*) FROM outbox WHERE kind = {} AND attempts > 1) AS begun_again",
            PROCESS,
        )
    finally:
        await database.close()
    return {"messages": messages, "events": events, "jobs": jobs, "batches": batches._asdict()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(found())))
