"""The loop that does the jobs: some at once, again after a failure, and to a clean end when told to stop."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import msgspec

from app.outbox.actions import Leased, bury, finish, put_back, retry, take
from app.outbox.rules import LANE_MOST, LONGEST, WAITS, wait_after
from app.web import log

AT_ONCE = 16
POLL_SECONDS = 0.5
AWAY_SECONDS = 2.0
DRAIN_SECONDS = 20.0


class Do(Protocol):
    """Does one job, at least once: done twice it must not matter. What it raises is a failed attempt."""

    def __call__(self, payload: dict[str, Any], /, *, now: datetime) -> Awaitable[None]: ...


@dataclass(frozen=True)
class Work:
    """How a kind of job is done, and how long after each failure it is tried again."""

    do: Do
    waits: Sequence[timedelta] = WAITS


class UnknownKind(Exception):
    """Nobody here does that: perhaps a newer version will. It ends among the dead letters, never lost."""


class LeaseRanOut(Exception):
    """Every attempt ended without a word: this job may be what kills the worker."""


@dataclass(frozen=True)
class Worker:
    works: Mapping[str, Work]
    clock: Callable[[], datetime]
    at_once: int = AT_ONCE
    drain_seconds: float = DRAIN_SECONDS
    _lanes: Counter[UUID] = field(default_factory=Counter, repr=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what runs is finished, and nothing new is begun."""
        running: set[asyncio.Task[None]] = set()
        told = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                running -= {task for task in running if task.done()}
                pause = await self._pause_after(running)
                await _first_of({told, *running}, seconds=pause)
        finally:
            told.cancel()
            await self._drain(running)

    async def run_due(self) -> int:
        """Do what is due now, as much as is done at once; returns how many jobs there were."""
        running, more = set[asyncio.Task[None]](), True
        while more and len(running) < self.at_once:
            more = await self._begin_some(running)
        await asyncio.gather(*running)
        return len(running)

    async def _pause_after(self, running: set[asyncio.Task[None]]) -> float | None:
        """Begin what there is; how long to wait for the first to end, None when only that makes room."""
        if len(running) >= self.at_once:
            return None
        try:
            return 0 if await self._begin_some(running) else POLL_SECONDS
        except Exception as fault:  # noqa: BLE001 - the database is away: it will be back
            log.write(log.fault_line("worker", fault))
            return AWAY_SECONDS

    async def _begin_some(self, running: set[asyncio.Task[None]]) -> bool:
        """Begin a few of what is due; whether there may be more.

        A few, since all may be for one lane. What it has no room for is put back, and it is full from then
        on: nothing more of it is taken.
        """
        few = min(self.at_once - len(running), LANE_MOST)
        full = [lane for lane, jobs in self._lanes.items() if jobs >= LANE_MOST]
        jobs, lanes = await take(few, now=self.clock(), full=full), Counter(self._lanes)
        later = [job for job in jobs if job.lane and _is_over(lanes, job.lane)]
        await put_back(later)
        for job in jobs:
            if job not in later:
                self._begin(job, running)
        return len(jobs) == few

    def _begin(self, job: Leased, running: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(self._attend(job))
        running.add(task)
        if job.lane:
            lane = job.lane
            self._lanes[lane] += 1
            task.add_done_callback(lambda _: self._leave(lane))

    def _leave(self, lane: UUID) -> None:
        self._lanes[lane] -= 1
        if not self._lanes[lane]:
            del self._lanes[lane]

    async def _attend(self, job: Leased) -> None:
        try:
            fault = await self._fault_of(job)
            if fault is None:
                await finish(job, now=self.clock())
            else:
                log.write(log.fault_line(f"{job.kind} {job.id}", fault))
                await self._again(job, fault)
        except Exception as fault:  # noqa: BLE001 - not marked: the lease runs out, and it is done again
            log.write(log.fault_line(f"{job.kind} {job.id}", fault))

    async def _fault_of(self, job: Leased) -> Exception | None:
        work = self.works.get(job.kind)
        if job.attempts > len(self._waits(job)) + 1:
            return LeaseRanOut()
        if work is None:
            return UnknownKind()
        try:
            async with asyncio.timeout(LONGEST.total_seconds()):
                await work.do(msgspec.json.decode(job.payload), now=self.clock())
        except Exception as fault:  # noqa: BLE001 - whatever it was, it is tried again
            return fault
        return None

    async def _again(self, job: Leased, fault: Exception) -> None:
        error, now = type(fault).__name__, self.clock()
        wait = wait_after(job.attempts, self._waits(job), chance=secrets.randbelow(1000) / 1000)
        if wait is None:
            await bury(job, error=error, now=now)
        else:
            await retry(job, error=error, run_at=now + wait)

    def _waits(self, job: Leased) -> Sequence[timedelta]:
        work = self.works.get(job.kind)
        return work.waits if work else WAITS

    async def _drain(self, running: set[asyncio.Task[None]]) -> None:
        if not running:
            return
        _, left = await asyncio.wait(running, timeout=self.drain_seconds)
        for task in left:
            # Its lease runs out, and another worker does it.
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def _is_over(lanes: Counter[UUID], lane: UUID) -> bool:
    lanes[lane] += 1
    return lanes[lane] > LANE_MOST


async def _first_of(tasks: set[asyncio.Task[Any]], *, seconds: float | None) -> None:
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
