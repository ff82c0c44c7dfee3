"""Giving what has happened its number, after commit and one transaction at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.callbacks.rules.kinds import DELIVER
from app.database import among, in_transaction, rows, run
from app.outbox.actions import put_in_lanes

# The row's lock is held until commit: numbers become visible in their order, so that whoever has seen one has
# seen every lower one.
LOCK = (
    "INSERT INTO event_counter (id, last) VALUES (1, 0)"
    " ON CONFLICT (id) DO UPDATE SET last = event_counter.last RETURNING last"
)
NUMBER = (
    "UPDATE events SET number = fresh.number FROM (SELECT id, CAST({} AS BIGINT)"
    " + row_number() OVER (ORDER BY id) AS number FROM events WHERE number IS NULL AND id #) AS fresh"
    " WHERE events.id = fresh.id RETURNING events.id"
)
COUNT = "UPDATE event_counter SET last = last + {}"
WANTED = (
    "SELECT e.id AS event_id, c.id AS endpoint_id FROM events e"
    " JOIN callback_endpoints c ON c.care_system_id = e.care_system_id"
    " WHERE c.disabled_at IS NULL AND e.id # ORDER BY e.number"
)


class _Last(NamedTuple):
    last: int


class _Numbered(NamedTuple):
    id: UUID


class _Wanted(NamedTuple):
    event_id: UUID
    endpoint_id: UUID


@in_transaction
async def announce(event_ids: Sequence[UUID], *, now: datetime) -> None:
    """Number the events and queue a delivery of each to whoever wants to be told.

    Done twice it does nothing the second time: what has a number has been announced.
    """
    if not event_ids:
        return
    any_of, ids = among(event_ids)
    [counter] = await rows(_Last, LOCK)
    numbered = await rows(_Numbered, NUMBER.replace("#", any_of), counter.last, *ids)
    if not numbered:
        return
    await run(COUNT, len(numbered))
    any_of, ids = among([event.id for event in numbered])
    wanted = await rows(_Wanted, WANTED.replace("#", any_of), *ids)
    await queue([(one.event_id, one.endpoint_id) for one in wanted], now=now)


async def queue(wanted: Sequence[tuple[UUID, UUID]], *, now: datetime) -> None:
    """Deliver each event to its endpoint, in this order."""
    deliveries = [(endpoint, delivery(event, endpoint)) for event, endpoint in wanted]
    await put_in_lanes(DELIVER, deliveries, now=now)


def delivery(event_id: UUID, endpoint_id: UUID) -> dict[str, UUID]:
    """What the job says; always in this order, so that a dead letter is found by it."""
    return {"event": event_id, "endpoint": endpoint_id}
