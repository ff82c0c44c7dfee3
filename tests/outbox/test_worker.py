"""Each job is done, once if nothing fails, again if something does, and never lost."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.database import run, transaction, uuid7
from app.outbox.actions import finish, put, put_in_lanes, replay, retry, sweep, take
from app.outbox.queries import dead_letters, waiting
from app.outbox.rules import LEASE, WAITS
from app.outbox.tables import Job
from app.outbox.worker import Work, Worker
from tests.make import Clock
from tests.waiting import until


class Broken(Exception):
    """Says what must not be stored: a number, 191212121212."""


class Doer:
    """Does what it is told, and remembers it."""

    def __init__(self, *, fails: int = 0) -> None:
        self.done: list[dict[str, Any]] = []
        self.fails = fails

    async def __call__(self, payload: dict[str, Any], /, *, now: datetime) -> None:
        if self.fails:
            self.fails -= 1
            raise Broken("191212121212")
        self.done.append(payload)


def a_worker(doer: Any, clock: Clock, **more: Any) -> Worker:
    return Worker({"a": Work(doer)}, clock, **more)


async def nothing_waits(clock: Clock) -> bool:
    return (await waiting(now=clock())).jobs == 0


async def test_a_job_is_done_and_not_done_again(db: None, clock: Clock) -> None:
    doer = Doer()
    worker = a_worker(doer, clock)
    await put("a", {"n": 1}, now=clock())

    assert [await worker.run_due(), await worker.run_due()] == [1, 0]
    assert doer.done == [{"n": 1}]


async def test_a_job_waits_for_its_time(db: None, clock: Clock) -> None:
    worker = a_worker(Doer(), clock)
    await put("a", {}, now=clock(), run_at=clock() + timedelta(hours=1))

    assert await worker.run_due() == 0
    clock.turn(hours=1)
    assert await worker.run_due() == 1


async def test_a_job_of_what_was_rolled_back_is_not_there(db: None, now: datetime) -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await put("a", {}, now=now)
            raise RuntimeError

    assert await take(10, now=now) == []


async def test_what_fails_is_tried_again_later_and_says_only_what_kind_of_fault_it_was(
    db: None, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    doer = Doer(fails=2)
    worker = a_worker(doer, clock)
    await put("a", {}, now=clock())

    await worker.run_due()
    [job] = await Job.select()
    assert (job["attempts"], job["last_error"]) == (1, "Broken")
    assert timedelta(seconds=1) <= job["run_at"] - clock() <= timedelta(seconds=1.1)
    assert await worker.run_due() == 0

    clock.turn(seconds=1.1)
    await worker.run_due()
    clock.turn(seconds=5.5)
    await worker.run_due()
    assert doer.done == [{}]
    said = capsys.readouterr().err
    assert "Broken" in said
    assert "191212121212" not in said


async def test_what_always_fails_becomes_a_dead_letter_that_can_be_replayed(db: None, clock: Clock) -> None:
    doer = Doer(fails=len(WAITS) + 1)
    worker = a_worker(doer, clock)
    id = await put("a", {"n": 7}, now=clock())

    for wait in (*WAITS, timedelta(days=365)):
        assert await dead_letters() == []
        assert await worker.run_due() == 1
        clock.turn(seconds=wait.total_seconds() * 1.1)

    [dead] = await dead_letters()
    assert (dead.id, dead.attempts, dead.last_error) == (id, len(WAITS) + 1, "Broken")
    assert await worker.run_due() == 0

    assert await replay(id, now=clock()) == 1
    assert await worker.run_due() == 1
    assert doer.done == [{"n": 7}]
    assert await dead_letters() == []
    assert await replay(None, now=clock()) == 0


async def test_an_unknown_kind_ends_among_the_dead_letters(db: None, clock: Clock) -> None:
    worker = a_worker(Doer(), clock)
    await put("from-a-newer-version", {}, now=clock())

    for _ in range(len(WAITS) + 1):
        await worker.run_due()
        clock.turn(days=2)

    [dead] = await dead_letters()
    assert dead.last_error == "UnknownKind"


async def test_a_job_that_kills_every_worker_is_given_up(db: None, clock: Clock) -> None:
    """kill -9 leaves the lease; it runs out, and the next worker takes the job over."""
    doer = Doer()
    await put("a", {}, now=clock())
    for _ in range(len(WAITS) + 1):
        assert len(await take(1, now=clock())) == 1
        assert await take(1, now=clock()) == []
        clock.turn(seconds=LEASE.total_seconds())

    await a_worker(doer, clock).run_due()

    assert doer.done == []
    assert [dead.last_error for dead in await dead_letters()] == ["LeaseRanOut"]


async def test_a_worker_whose_lease_ran_out_cannot_mark_somebody_elses_job(db: None, clock: Clock) -> None:
    await put("a", {}, now=clock())
    [slow] = await take(1, now=clock())
    [taken_over] = await take(1, now=clock.turn(seconds=60))

    assert not await finish(slow, now=clock())
    assert not await retry(slow, error="Slow", run_at=clock())
    assert await finish(taken_over, now=clock())
    assert not await finish(taken_over, now=clock())
    [job] = await Job.select()
    assert (job["attempts"], job["last_error"]) == (2, None)


async def test_two_workers_do_two_hundred_jobs_once_each(db: None, clock: Clock) -> None:
    doer, stop = Doer(), asyncio.Event()
    for n in range(200):
        await put("a", {"n": n}, now=clock())

    working = [asyncio.create_task(a_worker(doer, clock, at_once=5).run(stop)) for _ in range(2)]
    await until(lambda: nothing_waits(clock))
    stop.set()
    await asyncio.gather(*working)

    assert sorted(done["n"] for done in doer.done) == list(range(200))


async def test_one_that_is_slow_does_not_hold_up_the_others(db: None, clock: Clock) -> None:
    """Four of the slow one's jobs run, its others wait without a try counted, and the quick are done."""
    done, may_end, stop = list[str](), asyncio.Event(), asyncio.Event()

    async def call(payload: dict[str, Any], /, *, now: datetime) -> None:
        if payload["to"] == "slow":
            await may_end.wait()
        done.append(payload["to"])

    slow, quick = uuid7(), uuid7()
    worker = Worker({"a": Work(call)}, clock, at_once=6)
    await put_in_lanes("a", [(slow, {"to": "slow"})] * 30 + [(quick, {"to": "quick"})] * 5, now=clock())
    working = asyncio.create_task(worker.run(stop))

    async def quick_are_done() -> bool:
        return bool(await Job.count().where(Job.done_at.is_not_null()) == 5)

    await until(quick_are_done)
    assert done == ["quick"] * 5
    begun = [row["attempts"] for row in await Job.select().where(Job.done_at.is_null())]
    assert sorted(begun) == [0] * 26 + [1] * 4

    may_end.set()
    await until(lambda: nothing_waits(clock))
    stop.set()
    await working
    assert sorted(done) == ["quick"] * 5 + ["slow"] * 30
    assert {row["attempts"] for row in await Job.select()} == {1}


async def test_one_that_is_quick_is_called_without_a_pause(
    db: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred for the same one, four at a time: nothing waits for the worker to look again."""
    monkeypatch.setattr("app.outbox.worker.POLL_SECONDS", 600)
    doer, stop, lane = Doer(), asyncio.Event(), uuid7()
    worker = a_worker(doer, clock)
    await put_in_lanes("a", [(lane, {"n": n}) for n in range(200)], now=clock())
    working = asyncio.create_task(worker.run(stop))

    await until(lambda: nothing_waits(clock))
    stop.set()
    await working
    assert sorted(done["n"] for done in doer.done) == list(range(200))
    assert {row["attempts"] for row in await Job.select()} == {1}


async def test_told_to_stop_it_finishes_what_it_has_begun_and_begins_nothing(db: None, clock: Clock) -> None:
    begun, may_end, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(payload: dict[str, Any], /, *, now: datetime) -> None:
        begun.set()
        await may_end.wait()

    await put("a", {}, now=clock())
    working = asyncio.create_task(a_worker(slow, clock, at_once=1).run(stop))
    await begun.wait()
    await put("a", {}, now=clock())
    stop.set()
    await asyncio.sleep(0.05)
    assert not working.done()
    may_end.set()
    await working

    assert await Job.count().where(Job.done_at.is_not_null()) == 1
    assert (await waiting(now=clock())).jobs == 1


async def test_it_does_not_wait_for_ever_for_what_does_not_end(db: None, clock: Clock) -> None:
    begun, stop = asyncio.Event(), asyncio.Event()

    async def endless(payload: dict[str, Any], /, *, now: datetime) -> None:
        begun.set()
        await asyncio.Event().wait()

    await put("a", {}, now=clock())
    working = asyncio.create_task(a_worker(endless, clock, drain_seconds=0.05).run(stop))
    await begun.wait()
    stop.set()
    await working

    assert len(await take(1, now=clock.turn(seconds=60))) == 1


async def test_it_survives_a_database_that_goes_away(
    db: None, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("app.outbox.worker.AWAY_SECONDS", 0.05)
    doer, stop = Doer(), asyncio.Event()
    await put("a", {}, now=clock())
    await run("ALTER TABLE outbox RENAME TO outbox_away")
    working = asyncio.create_task(a_worker(doer, clock).run(stop))
    await asyncio.sleep(0.2)
    assert not working.done()
    assert '"request": "worker", "fault"' in capsys.readouterr().err

    await run("ALTER TABLE outbox_away RENAME TO outbox")
    await until(lambda: nothing_waits(clock))
    stop.set()
    await working
    assert doer.done == [{}]


async def test_done_jobs_go_after_a_day_and_dead_letters_stay(db: None, clock: Clock) -> None:
    worker = Worker({"a": Work(Doer()), "b": Work(Doer(fails=1), waits=())}, clock)
    await put("a", {}, now=clock())
    await put("b", {}, now=clock())
    await worker.run_due()

    assert await sweep(clock.turn(hours=23)) == 0
    assert await sweep(clock.turn(hours=2)) == 1
    assert len(await dead_letters()) == 1
