"""The loop that does the jobs: some at once, again after a failure, and to a clean end when told to stop."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from app.outbox.actions import Leased, bury, finish, put_back, retry, take
from app.outbox.rules import LANE_MOST, LANE_PAUSE, LONGEST, WAITS, wait_after
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
    """How a kind of job is done, and how long after each failure it is tried again.

    `lane` names the outsider a job may have to wait for: one that is slow must not hold up the others.
    """

    do: Do
    waits: Sequence[timedelta] = WAITS
    lane: Callable[[dict[str, Any]], str] | None = None


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
    _lanes: Counter[str] = field(default_factory=Counter, repr=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what runs is finished, and nothing new is begun."""
        running: set[asyncio.Task[None]] = set()
        told = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                pause = await self._begin_some(running)
                await _first_of({told, *running}, seconds=pause)
        finally:
            told.cancel()
            await self._drain(running)

    async def run_due(self) -> int:
        """Do what is due now, one batch; returns how many jobs there were."""
        jobs, _ = await self._take(self.at_once)
        await asyncio.gather(*(self._begin(job) for job in jobs))
        return len(jobs)

    async def _begin_some(self, running: set[asyncio.Task[None]]) -> float | None:
        """How long to wait for the first to end: None when there is no room before one does."""
        room = self.at_once - len(running)
        if room == 0:
            return None
        try:
            jobs, more = await self._take(room)
        except Exception as fault:  # noqa: BLE001 - the database is away: it will be back
            log.write(log.fault_line("worker", fault))
            return AWAY_SECONDS
        for job in jobs:
            task = self._begin(job)
            running.add(task)
            task.add_done_callback(running.discard)
        return 0 if more else POLL_SECONDS

    async def _take(self, room: int) -> tuple[list[Leased], bool]:
        """Jobs to begin at once, and whether there may be more; those whose lane is full are put back."""
        now, lanes = self.clock(), Counter(self._lanes)
        begun, later = list[Leased](), list[Leased]()
        for job in await take(room, now=now):
            lane = self._lane(job)
            (later if lane and lanes[lane] >= LANE_MOST else begun).append(job)
            lanes[lane] += 1
        await put_back(later, run_at=now + LANE_PAUSE)
        return begun, len(begun) + len(later) == room

    def _begin(self, job: Leased) -> asyncio.Task[None]:
        lane = self._lane(job)
        self._lanes[lane] += 1
        task = asyncio.create_task(self._attend(job))
        task.add_done_callback(lambda _: self._leave(lane))
        return task

    def _leave(self, lane: str) -> None:
        self._lanes[lane] -= 1
        if not self._lanes[lane]:
            del self._lanes[lane]

    def _lane(self, job: Leased) -> str:
        """The empty text where a job waits for nobody."""
        work = self.works.get(job.kind)
        return work.lane(msgspec.json.decode(job.payload)) if work and work.lane else ""

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


async def _first_of(tasks: set[asyncio.Task[Any]], *, seconds: float | None) -> None:
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
