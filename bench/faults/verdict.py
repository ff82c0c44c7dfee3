"""What was promised, compared with what was told and what stands in the database."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.outbox.rules import LANE_MOST
from bench.faults.people import Told
from bench.faults.receiving import Received


def faults(told: Told, received: Received, found: dict[str, Any], *, worker_kills: int) -> list[str]:
    """A sentence for each promise that was broken."""
    return [
        *told.strange,
        *_letters(told, found),
        *_events(found),
        *_changes(told, found),
        *_callbacks(received, found, worker_kills),
    ]


def duplicates(received: Received) -> int:
    return sum(times - 1 for times in received.accepted.values())


def _letters(told: Told, found: dict[str, Any]) -> Iterator[str]:
    acknowledged = [letter["id"] for letter in told.acknowledged.values()]
    stored = dict(found["messages"])
    if len(set(acknowledged)) != len(acknowledged):
        yield "Two keys were answered with the same letter."
    if lost := set(acknowledged) - set(stored):
        yield f"{len(lost)} acknowledged letters are lost."
    if doubled := set(stored) - set(acknowledged):
        yield f"{len(doubled)} letters are there that nobody was told of: sent twice."
    if unread := [id for id in told.opened if not stored.get(id)]:
        yield f"{len(unread)} letters were shown and are not marked as read."


def _events(found: dict[str, Any]) -> Iterator[str]:
    numbers = [number for _, number, _, _ in found["events"]]
    waiting, dead, last = found["jobs"]
    if numbers != list(range(1, last + 1)):
        yield "The numbers of the events have gaps, or some event has none."
    if waiting or dead:
        yield f"{waiting} jobs wait and {dead} are dead letters."
    happened = Counter((kind, message) for _, _, kind, message in found["events"])
    wanted = {("message.delivered", id) for id, _ in found["messages"]}
    wanted |= {("message.read", id) for id, read in found["messages"] if read}
    if set(happened) != wanted:
        yield "Something happened without an event, or the other way round."
    if happened and max(happened.values()) > 1:
        yield "Something happened once and has two events."


def _changes(told: Told, found: dict[str, Any]) -> Iterator[str]:
    if [change["id"] for change in told.changes] != [id for id, *_ in found["events"]]:
        yield "Whoever followed the changes has missed one, or got one twice or out of order."


def _callbacks(received: Received, found: dict[str, Any], worker_kills: int) -> Iterator[str]:
    happened = {id for id, *_ in found["events"]}
    if missing := happened - set(received.accepted):
        yield f"{len(missing)} events were never called about."
    if strange := set(received.bodies) - happened:
        yield f"{len(strange)} calls were about nothing that has happened."
    if received.badly_signed:
        yield f"{received.badly_signed} calls were badly signed."
    if any(len(bodies) > 1 for bodies in received.bodies.values()):
        yield "One id came with two bodies."
    if duplicates(received) > worker_kills * LANE_MOST:
        yield f"{duplicates(received)} calls came twice, after {worker_kills} workers with {LANE_MOST} each."
