"""What does not arrive is kept, shown and sent again; who never answers is not called for ever."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.callbacks.actions import (
    ask_test,
    enable,
    forget_tests,
    replay_changes,
    replay_since,
    set_endpoint,
)
from app.callbacks.queries import Change, changes_for, endpoint_for, failures_for, outcome_of_test
from app.callbacks.rules.replaying import CallbackDisabled
from app.callbacks.rules.signing import LONGEST_FAILING, WAITS, shown
from app.database import run
from app.errors import Missing
from app.outbox.queries import dead_letters
from tests import make
from tests.callbacks.receiver import Receiver, is_signed
from tests.make import Clock, Ward

Work = Callable[[], Awaitable[int]]


@pytest.fixture
async def ward(db: None, clock: Clock) -> Ward:
    return await make.a_ward(now=clock())


@pytest.fixture
async def secret(ward: Ward, clock: Clock, receiver: Receiver) -> str:
    return shown(await set_endpoint(receiver.url, care_system=ward.care_system, loopback=True, now=clock()))


async def happened(ward: Ward, clock: Clock, work: Work, times: int = 1) -> list[Change]:
    """Letters that are delivered; the changes of that, in their order."""
    anna = await make.a_resident(now=clock())
    for _ in range(times):
        await ward.writes(anna, now=clock())
    await work()
    return (await changes_for(ward.care_system, since=0, most=1000, now=clock())).changes


async def until_given_up(clock: Clock, work: Work) -> None:
    for wait in WAITS:
        clock.turn(seconds=wait.total_seconds() * 1.11)
        await work()


async def test_what_is_given_up_is_listed_with_why(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str
) -> None:
    receiver.status = 503
    changes = await happened(ward, clock, work, 3)
    await until_given_up(clock, work)

    first = await failures_for(ward.care_system, after=None, most=2, now=clock())
    rest = await failures_for(ward.care_system, after=first.next, most=2, now=clock())

    assert [each.change for each in first.failures + rest.failures] == changes
    assert rest.next is None
    assert {(each.attempts, each.fault) for each in first.failures} == {(10, "ServerFailed")}
    assert first.failures[0].failed_at == clock()
    assert await run("SELECT id FROM audit WHERE action = {}", "callback-failures.read") == 2


async def test_what_is_replayed_comes_again_as_it_was(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str
) -> None:
    receiver.status = 500
    changes = await happened(ward, clock, work, 2)
    await until_given_up(clock, work)
    tried = list(receiver.calls)
    receiver.status, receiver.calls = 200, []

    done = await replay_changes([changes[1].id], care_system=ward.care_system, now=clock())
    await work()

    assert (done.changes, done.last, done.more) == (1, changes[1].number, False)
    [call] = receiver.calls
    assert call.id == str(changes[1].id)
    assert call.body in [each.body for each in tried if each.id == call.id]
    assert is_signed(call, secret)
    [left] = (await failures_for(ward.care_system, after=None, most=10, now=clock())).failures
    assert left.change == changes[0]
    assert len(await dead_letters()) == 1
    assert await run("SELECT id FROM audit WHERE action = {}", "callback.replayed") == 1


async def test_everything_after_a_number_comes_again_in_order(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str
) -> None:
    changes = await happened(ward, clock, work, 3)
    receiver.calls = []

    done = await replay_since(changes[0].number, care_system=ward.care_system, now=clock())
    await work()

    assert (done.changes, done.last, done.more) == (2, changes[2].number, False)
    numbers = sorted(call.said["data"]["number"] for call in receiver.calls)
    assert numbers == [change.number for change in changes[1:]]
    assert {call.id for call in receiver.calls} == {str(change.id) for change in changes[1:]}


async def test_a_thousand_at_a_time_and_then_on(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.callbacks.actions.replaying.MOST", 2)
    changes = await happened(ward, clock, work, 3)

    first = await replay_since(0, care_system=ward.care_system, now=clock())
    second = await replay_since(first.last or 0, care_system=ward.care_system, now=clock())

    assert (first.changes, first.more, second.changes, second.more) == (2, True, 1, False)
    assert second.last == changes[-1].number
    assert (await replay_since(second.last or 0, care_system=ward.care_system, now=clock())).last is None


async def test_anothers_change_is_not_replayed(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str
) -> None:
    other = Ward(ward.clinic, await make.a_care_system(ward.clinic, now=clock(), client_id="annat"))
    await set_endpoint(receiver.url, care_system=other.care_system, loopback=True, now=clock())
    [change] = await happened(ward, clock, work)
    receiver.calls = []

    for id in (change.id, uuid4()):
        with pytest.raises(Missing) as missing:
            await replay_changes([id], care_system=other.care_system, now=clock())
        assert (missing.value.kind, missing.value.id) == ("change", id)
    assert (await replay_since(0, care_system=other.care_system, now=clock())).changes == 0
    await work()
    assert receiver.calls == []


async def test_after_five_days_in_which_nothing_is_accepted_nobody_calls(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str
) -> None:
    receiver.status = 500
    began = clock()
    await happened(ward, clock, work)
    assert (await endpoint_for(ward.care_system)).failing_since == began
    anna = await make.a_resident(make.BO, now=clock())
    clock.now = began + LONGEST_FAILING - timedelta(seconds=1)
    await ward.writes(anna, now=clock())
    await work()
    assert (await endpoint_for(ward.care_system)).disabled_at is None

    clock.turn(seconds=10)
    await work()

    stopped = await endpoint_for(ward.care_system)
    assert (stopped.disabled_at, stopped.disabled_reason) == (clock(), "failing")
    assert stopped.failing_since == began
    called = len(receiver.calls)
    await ward.writes(anna, now=clock())
    clock.turn(days=2)
    await work()
    assert len(receiver.calls) == called
    assert await run("SELECT id FROM audit WHERE action = {}", "callback.disabled") == 1


async def test_one_that_is_accepted_begins_the_five_days_anew(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str
) -> None:
    receiver.status = 500
    await happened(ward, clock, work)
    assert (await endpoint_for(ward.care_system)).failing_since is not None

    receiver.status = 200
    clock.turn(seconds=6)
    await work()

    assert (await endpoint_for(ward.care_system)).failing_since is None


async def test_switched_on_again_it_hears_what_happens_then_and_what_it_replays(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str
) -> None:
    receiver.status = 410
    [gone] = await happened(ward, clock, work)
    assert (await endpoint_for(ward.care_system)).disabled_reason == "gone"
    [_, meanwhile] = await happened(ward, clock, work)
    with pytest.raises(CallbackDisabled):
        await replay_since(0, care_system=ward.care_system, now=clock())
    receiver.status, receiver.calls = 204, []

    await _enable(ward, clock)
    [_, _, after] = await happened(ward, clock, work)
    assert [call.id for call in receiver.calls] == [str(after.id)]
    await replay_since(0, care_system=ward.care_system, now=clock())
    await work()

    again = {call.id for call in receiver.calls}
    assert again == {str(change.id) for change in (gone, meanwhile, after)}
    assert all(is_signed(call, secret) for call in receiver.calls), "the keys are the same"
    assert await run("SELECT id FROM audit WHERE action = {}", "callback.enabled") == 1


async def test_nobody_can_switch_on_what_is_not_set(ward: Ward, clock: Clock) -> None:
    with pytest.raises(Missing):
        await _enable(ward, clock)


async def _enable(ward: Ward, clock: Clock) -> None:
    actor = ward.care_system.actor
    await enable(care_system_id=ward.care_system.id, actor_kind=actor.kind, actor_id=actor.id, now=clock())


@pytest.mark.parametrize("status", [204, 400, 410, 500])
async def test_a_test_is_sent_once_and_says_what_was_answered(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str, status: int
) -> None:
    receiver.status = status
    id = await ask_test(care_system=ward.care_system, now=clock())
    before = await outcome_of_test(ward.care_system, id)
    await work()
    clock.turn(days=1)
    await work()

    [call] = receiver.calls
    assert (call.id, is_signed(call, secret)) == (str(id), True)
    assert call.said == {
        "type": "callback.test",
        "timestamp": "2026-11-23T08:30:00Z",
        "data": {"test_id": str(id)},
    }
    done = await outcome_of_test(ward.care_system, id)
    assert (before.done_at, before.status) == (None, None)
    assert (done.done_at, done.status, done.fault) == (clock() - timedelta(days=1), status, None)
    assert (await endpoint_for(ward.care_system)).disabled_at is None
    assert (await changes_for(ward.care_system, since=0, most=10, now=clock())).changes == []


async def test_a_test_that_reaches_nobody_says_why(ward: Ward, clock: Clock, work: Work) -> None:
    await set_endpoint("http://127.0.0.1:9/", care_system=ward.care_system, loopback=True, now=clock())
    id = await ask_test(care_system=ward.care_system, now=clock())
    await work()

    done = await outcome_of_test(ward.care_system, id)
    assert (done.status, done.fault) == (None, "NotReached")
    assert await dead_letters() == []


async def test_a_test_goes_to_the_one_who_asked_also_while_disabled(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, secret: str
) -> None:
    other = Ward(ward.clinic, await make.a_care_system(ward.clinic, now=clock(), client_id="annat"))
    await set_endpoint("http://127.0.0.1:9/", care_system=other.care_system, loopback=True, now=clock())
    receiver.status = 410
    await happened(ward, clock, work)
    receiver.status, receiver.calls = 204, []

    id = await ask_test(care_system=ward.care_system, now=clock())
    await work()

    assert [call.id for call in receiver.calls] == [str(id)]
    with pytest.raises(Missing):
        await outcome_of_test(other.care_system, id)
    with pytest.raises(Missing):
        await outcome_of_test(ward.care_system, UUID(int=1))


async def test_tests_are_forgotten(ward: Ward, clock: Clock, secret: str) -> None:
    await ask_test(care_system=ward.care_system, now=clock())

    assert await forget_tests(clock()) == 0
    assert await forget_tests(clock.turn(seconds=1)) == 1
