"""No more is given out in a window than its quota, over however many processes, and little of it is lost."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.limits.actions import Limiter, set_limit, sweep
from app.limits.actions.leasing import Lease, lease
from app.limits.queries import own_limits
from app.limits.rules import (
    AT_ONCE,
    ITEMS,
    REACHABILITY,
    SENDS,
    Policy,
    QuotaTooSmall,
    limit_field,
    policy_field,
    seconds_left,
)
from app.settings import Limits
from tests.make import Clock

QUOTA = 500
USUAL = {"sends": QUOTA, "reads": 10, "reachability": 10_000, "at-once": 3}
# The beginning of a window.
AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


async def given(limiter: Limiter, times: int, *, now: datetime = AT, policy: Policy = SENDS) -> int:
    taken = [await limiter.take(policy, "a", now=now) for _ in range(times)]
    return sum(one.granted for one in taken)


async def test_a_window_gives_its_quota_and_not_one_more(db: None) -> None:
    limiter = Limiter(USUAL)

    assert await given(limiter, QUOTA + 50) == QUOTA
    assert await given(limiter, 50, now=AT + timedelta(seconds=9.999)) == 0
    assert await given(limiter, QUOTA + 1, now=AT + timedelta(seconds=10)) == QUOTA


async def test_two_processes_that_both_ask_share_it_exactly(db: None) -> None:
    """Each has a memory of its own; only the row is common."""
    one, other = Limiter(USUAL), Limiter(USUAL)

    async def asks(limiter: Limiter) -> int:
        return sum([(await limiter.take(SENDS, "a", now=AT)).granted for _ in range(QUOTA)])

    assert sum(await asyncio.gather(asks(one), asks(other))) == QUOTA


async def test_eight_tasks_in_each_of_four_processes_get_the_quota_between_them(db: None) -> None:
    processes = [Limiter(USUAL) for _ in range(4)]

    async def asks_until_refused(limiter: Limiter) -> int:
        times = 0
        while (await limiter.take(SENDS, "a", now=AT)).granted:
            times += 1
        return times

    granted = await asyncio.gather(*(asks_until_refused(each) for each in processes for _ in range(8)))

    assert sum(granted) == QUOTA


async def test_what_a_quiet_process_holds_back_is_little(db: None) -> None:
    quiet, busy = Limiter(USUAL), Limiter(USUAL)
    assert await given(quiet, 20) == 20

    got = await given(busy, QUOTA)

    assert QUOTA - 20 - 2 * 20 <= got <= QUOTA - 20


async def test_a_request_is_no_question_to_the_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    async def counted(policy: Policy, subject: str, *, number: int, wanted: int) -> Lease:
        nonlocal asked
        asked += 1
        return await lease(policy, subject, number=number, wanted=wanted)

    monkeypatch.setattr("app.limits.actions.limiter.lease", counted)

    assert await given(Limiter(USUAL), QUOTA + 500) == QUOTA
    assert asked < 30


async def test_many_at_once_are_taken_whole_or_not_at_all(db: None) -> None:
    limiter = Limiter(USUAL)

    first = await limiter.take(REACHABILITY, "a", now=AT, count=9_999)
    second = await limiter.take(REACHABILITY, "a", now=AT, count=2)
    third = await limiter.take(REACHABILITY, "a", now=AT, count=1)

    assert (first.granted, second.granted, third.granted) == (True, False, True)
    assert (first.left, third.left) == (1, 0)


async def test_what_is_left_is_told_and_so_is_when_there_is_more(db: None) -> None:
    limiter = Limiter(USUAL)

    first = await limiter.take(SENDS, "a", now=AT + timedelta(seconds=3.2))
    await given(limiter, 199)
    last = await limiter.take(SENDS, "a", now=AT + timedelta(seconds=9.5))

    assert (first.policy_field, first.limit_field) == ('"sends";q=500;w=10', '"sends";r=499;t=7')
    assert last.limit_field == '"sends";r=299;t=1'


async def test_one_askers_limit_is_nothing_to_another(db: None) -> None:
    limiter = Limiter(USUAL)
    await given(limiter, QUOTA)

    assert (await limiter.take(SENDS, "b", now=AT)).granted


async def test_a_machine_whose_clock_is_behind_takes_from_the_same_window(db: None) -> None:
    ahead, behind = Limiter(USUAL), Limiter(USUAL)
    assert await given(ahead, 300, now=AT) == 300

    got = await given(behind, QUOTA, now=AT - timedelta(seconds=1))

    assert got <= 200
    assert await given(ahead, QUOTA, now=AT) + got == 200


async def test_a_clock_that_was_wrong_locks_nobody_out(db: None) -> None:
    limiter = Limiter(USUAL)
    await given(limiter, QUOTA, now=AT + timedelta(days=300))

    assert await given(limiter, QUOTA, now=AT) == QUOTA


async def test_a_quota_of_ones_own_counts_from_the_next_window(db: None) -> None:
    limiter = Limiter(USUAL)
    await given(limiter, 1)
    await set_limit(SENDS, "a", 7, now=AT)

    assert await given(limiter, 20, now=AT + timedelta(seconds=10)) == 7
    assert (await limiter.take(SENDS, "a", now=AT + timedelta(seconds=10))).policy_field == '"sends";q=7;w=10'
    assert await own_limits("a") == {"sends": 7}

    await set_limit(SENDS, "a", None, now=AT)
    assert await given(limiter, QUOTA + 1, now=AT + timedelta(seconds=20)) == QUOTA
    assert await own_limits("a") == {}


async def test_so_many_at_once_of_ones_own(db: None) -> None:
    limiter = Limiter(USUAL)
    assert [limiter.enter("a") for _ in range(4)] == [True, True, True, False]
    limiter.leave("a")
    assert limiter.enter("a")

    await set_limit(AT_ONCE, "a", 4, now=AT)
    await given(limiter, 1)

    assert limiter.at_once("a") == 4
    assert [limiter.enter("a"), limiter.enter("a")] == [True, False]
    assert limiter.enter("b")


@pytest.mark.parametrize(("policy", "quota"), [(SENDS, 0), (REACHABILITY, 9_999), (ITEMS, 44_999)])
async def test_a_quota_has_room_for_the_largest_request(db: None, policy: Policy, quota: int) -> None:
    with pytest.raises(QuotaTooSmall):
        await set_limit(policy, "a", quota, now=AT)


async def test_windows_that_have_ended_are_forgotten(db: None, clock: Clock) -> None:
    await given(Limiter(USUAL), 1, now=clock())

    assert await sweep(clock.turn(minutes=10)) == 0
    assert await sweep(clock.turn(seconds=11)) == 1


def test_refusals_wait_from_the_eleventh_in_a_second_each_another_while() -> None:
    limiter = Limiter(USUAL)
    limiter.enter("a")

    pauses = [limiter.pause("a", now=AT) for _ in range(60)]

    assert pauses[:10] == [0.0] * 10
    assert all(0.5 <= pause < 1.5 for pause in pauses[10:])
    assert len(set(pauses[10:])) == 50
    assert limiter.pause("a", now=AT + timedelta(seconds=1)) == 0.0


def test_the_fields_are_structured_as_the_draft_says() -> None:
    """draft-ietf-httpapi-ratelimit-headers-11 §3, §4: strings, integers, and units that it knows."""
    assert policy_field(SENDS, 500) == '"sends";q=500;w=10'
    assert policy_field(AT_ONCE, 32) == '"at-once";q=32;qu="concurrent-requests"'
    assert policy_field(ITEMS, 90_000) == '"items";q=90000;w=60;larkpost-unit="items"'
    assert limit_field(SENDS, left=0, seconds=3) == '"sends";r=0;t=3'


@pytest.mark.parametrize(("after", "left"), [(0, 10), (0.1, 10), (9.0, 1), (9.9, 1)])
def test_whoever_waits_as_told_comes_in_the_next_window(after: float, left: int) -> None:
    at = AT.timestamp() + after

    assert seconds_left(SENDS, int(at // 10), at) == left


def test_every_policy_has_a_setting() -> None:
    from app.limits import rules  # noqa: PLC0415

    policies = {each.name for each in vars(rules).values() if isinstance(each, Policy)}

    assert set(Limits(1, 2, 3, 4, 5, 6, 7).by_name) == policies


async def test_what_is_within_the_limit_but_comes_in_a_burst_is_spread_over_the_window(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in twenty-five at once; the rest evenly, so that burst and rest are 500 in ten seconds."""
    steady = 1000.0
    monkeypatch.setattr("app.limits.actions.limiter.monotonic", lambda: steady)
    limiter = Limiter(USUAL)

    gap = 10 / 479
    waits = [(await limiter.take(SENDS, "a", now=AT)).wait for _ in range(24)]
    assert waits[:21] == pytest.approx([0.0] * 21, abs=1e-6)
    assert waits[21:] == pytest.approx([gap, 2 * gap, 3 * gap])

    steady += 3 * gap + 10 * gap
    waits = [(await limiter.take(SENDS, "a", now=AT)).wait for _ in range(11)]
    assert waits[:10] == pytest.approx([0.0] * 10, abs=1e-6)
    assert waits[-1] == pytest.approx(gap)
    assert (await limiter.take(SENDS, "b", now=AT)).wait == 0.0


async def test_who_waits_for_each_answer_meets_no_refusal(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    steady = 1000.0
    monkeypatch.setattr("app.limits.actions.limiter.monotonic", lambda: steady)
    limiter, times = Limiter(USUAL), 0

    while steady < 1060:
        taken = await limiter.take(SENDS, "a", now=AT + timedelta(seconds=steady - 1000))
        assert taken.granted, f"after {times}"
        steady, times = steady + taken.wait, times + 1

    assert 2700 < times <= 3000


async def test_small_quotas_and_what_is_counted_in_numbers_are_not_spread(db: None) -> None:
    limiter = Limiter({**USUAL, "sends": 10})

    waits = [(await limiter.take(SENDS, "a", now=AT)).wait for _ in range(10)]
    waits += [(await limiter.take(REACHABILITY, "a", now=AT, count=1000)).wait for _ in range(10)]

    assert waits == [0.0] * 20
