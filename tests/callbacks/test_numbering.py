"""Whoever has seen a number has seen every lower one, whatever commits when."""

import asyncio
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.callbacks.actions import announce, tell
from app.callbacks.tables import HappenedEvent
from app.database import rows, transaction
from tests.callbacks.test_telling import an_event


class Number(NamedTuple):
    number: int | None


async def happened(now: datetime, count: int = 1) -> list[UUID]:
    """The ids of what has just been told."""
    before = {row["id"] for row in await HappenedEvent.select(HappenedEvent.id)}
    await tell([an_event() for _ in range(count)], now=now)
    told = await HappenedEvent.select(HappenedEvent.id).order_by(HappenedEvent.id)
    return [row["id"] for row in told if row["id"] not in before]


async def numbers() -> list[int | None]:
    """In the order in which things happened."""
    return [row.number for row in await rows(Number, "SELECT number FROM events ORDER BY id")]


async def test_numbers_follow_each_other_without_gaps(db: None, now: datetime) -> None:
    for count in (3, 1, 4):
        await announce(await happened(now, count), now=now)

    given = await numbers()
    assert None not in given
    assert given == list(range(given[0] or 0, (given[0] or 0) + 8))


async def test_announced_twice_it_keeps_its_number(db: None, now: datetime) -> None:
    ids = await happened(now, 2)
    await asyncio.gather(*(announce(ids, now=now) for _ in range(5)))
    before = await numbers()
    [after] = await happened(now)
    await announce([after], now=now)

    assert await numbers() == [*before, (before[-1] or 0) + 1]


async def test_while_one_numbers_nobody_sees_a_higher_number(db: None, now: datetime) -> None:
    """The slow one has the lower number and has not committed: the quick one waits for it."""
    [slow], [quick] = await happened(now), await happened(now)
    has_numbered, may_commit = asyncio.Event(), asyncio.Event()

    async def number_slowly() -> None:
        async with transaction():
            await announce([slow], now=now)
            has_numbered.set()
            await may_commit.wait()

    numbering = asyncio.create_task(number_slowly())
    await has_numbered.wait()
    waiting = asyncio.ensure_future(announce([quick], now=now))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    assert await numbers() == [None, None]
    may_commit.set()
    await asyncio.gather(numbering, waiting)

    first, second = await numbers()
    assert (second or 0) - (first or 0) == 1


async def test_what_commits_late_gets_a_number_that_nobody_has_passed(db: None, now: datetime) -> None:
    """Its id and its time are lower than those of what was already read; its number is not."""
    begun, may_commit = asyncio.Event(), asyncio.Event()

    async def commit_late() -> None:
        async with transaction():
            await tell([an_event(kind="late")], now=now)
            begun.set()
            await may_commit.wait()

    late = asyncio.create_task(commit_late())
    await begun.wait()
    other = asyncio.create_task(happened(now))
    await asyncio.sleep(0.05)
    may_commit.set()
    await late
    [seen] = [id for id in await other if await _kind(id) != "late"]
    await announce([seen], now=now)
    [left] = await HappenedEvent.select().where(HappenedEvent.number.is_null())
    await announce([left["id"]], now=now)

    [first] = await HappenedEvent.select().where(HappenedEvent.id == seen)
    [last] = await HappenedEvent.select().where(HappenedEvent.id == left["id"])
    assert left["id"] < seen
    assert last["number"] == first["number"] + 1


async def _kind(id: UUID) -> str:
    [row] = await HappenedEvent.select(HappenedEvent.kind).where(HappenedEvent.id == id)
    return str(row["kind"])
