"""What was promised, compared with what was told and what stands in the database."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.outbox.rules import LANE_MOST
from bench.faults.receiving import Received
from bench.faults.told import Result, Told


def faults(told: Told, received: Received, found: dict[str, Any], *, worker_kills: int) -> list[str]:
    """A sentence for each promise that was broken."""
    return [
        *told.strange,
        *_letters(told, found),
        *_batches(told, found),
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


def _batches(told: Told, found: dict[str, Any]) -> Iterator[str]:
    there = found["batches"]
    if there["received"] != len(told.batches):
        yield f"{len(told.batches)} batches were acknowledged, and {there['received']} are there."
    if there["not_ended"] or told.unread_batches:
        yield f"{there['not_ended']} batches have not ended, {len(told.unread_batches)} have no result."
    for id, result in told.results.items():
        yield from _rows(result, told.batches[id], told)


def _rows(result: Result, keys: list[str], told: Told) -> Iterator[str]:
    """Every row that is sent here is a good one."""
    counts = tuple(result.standing[name] for name in ("received", "accepted", "refused"))
    if counts != (len(keys), len(keys), 0):
        yield f"A batch of {len(keys)} letters counts {counts} of them received, accepted and refused."
    if [row["row"] for row in result.rows] != list(range(1, len(keys) + 1)):
        yield "A result has not one line for each row, in order."
    elif bad := [row for row in result.rows if row["result"] != "accepted"]:
        yield f"{len(bad)} rows of a batch were not accepted: {bad[0]}."
    elif any(
        row["reply"]["id"] != told.acknowledged[key]["id"] for row, key in zip(result.rows, keys, strict=True)
    ):
        yield "A row's letter is another than the one that its key stands for."


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
