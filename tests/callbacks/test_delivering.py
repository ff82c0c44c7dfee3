"""A care system is called about what happens: signed, at least once, under an id that stays."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from app.callbacks.actions import remove_endpoint, set_endpoint
from app.callbacks.gateways import posting
from app.callbacks.queries import endpoint_for
from app.callbacks.rules.signing import WAITS, shown
from app.database import rows
from app.inbox import actions as inbox
from app.outbox.queries import dead_letters
from app.outbox.tables import Job
from tests import make
from tests.callbacks.receiver import Receiver, is_signed
from tests.callbacks.test_numbering import Number
from tests.make import Clock, Ward

Work = Callable[[], Awaitable[int]]


@pytest.fixture
async def ward(db: None, clock: Clock) -> Ward:
    return await make.a_ward(now=clock())


async def told_at(url: str, ward: Ward, clock: Clock) -> str:
    secret = await set_endpoint(url, care_system=ward.care_system, loopback=True, now=clock())
    return shown(secret)


async def last_error() -> str | None:
    [job] = await Job.select(Job.last_error).where(Job.kind == "callbacks.deliver")
    error: str | None = job["last_error"]
    return error


async def test_delivered_read_and_deleted_are_told_signed_and_with_ids_only(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work
) -> None:
    secret = await told_at(receiver.url, ward, clock)
    anna = await make.a_resident(now=clock())
    sent = await ward.writes(anna, now=clock(), subject="Hemligt")
    await work()
    await inbox.open_thread(sent.thread_id, resident=anna, now=clock.turn(hours=1))
    await inbox.open_thread(sent.thread_id, resident=anna, now=clock())
    await work()
    await inbox.delete(sent.id, resident=anna, now=clock.turn(hours=1))
    unread = await ward.writes(anna, now=clock(), subject="Hemligt")
    await inbox.delete(unread.id, resident=anna, now=clock())
    await work()

    ids = {"message_id": str(sent.id), "thread_id": str(sent.thread_id)}
    first, second, *others = sorted(receiver.calls, key=lambda call: call.said["data"]["number"])
    number = first.said["data"]["number"]
    assert first.said == {
        "type": "message.delivered",
        "timestamp": "2026-11-23T08:30:00Z",
        "data": {"number": number, "actor": "care-system", **ids},
    }
    assert second.said["type"] == "message.read"
    assert [call.said["type"] for call in others] == ["message.delivered", "message.deleted"]
    assert {call.said["data"]["message_id"] for call in others} == {str(unread.id)}
    assert second.said["data"] == {"number": number + 1, "actor": "resident", **ids}
    for call in receiver.calls:
        assert is_signed(call, secret)
        assert call.path == "/larkpost?from=us"
        assert call.headers["content-type"] == "application/json"
        assert call.headers["host"] == f"127.0.0.1:{receiver.port}"
        assert len(call.body) < 1000
    assert first.headers["webhook-timestamp"] == str(int((clock() - timedelta(hours=2)).timestamp()))
    assert len({call.id for call in receiver.calls}) == 4


async def test_a_signature_of_another_secret_or_body_does_not_pass(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work
) -> None:
    secret = await told_at(receiver.url, ward, clock)
    await ward.writes(await make.a_resident(now=clock()), now=clock())
    await work()
    [call] = receiver.calls

    assert is_signed(call, secret)
    assert not is_signed(call, shown(bytes(32)))
    assert not is_signed(call._replace(body=call.body + b" "), secret)


async def test_both_secrets_sign_for_a_day_after_a_new_one(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work
) -> None:
    old = await told_at(receiver.url, ward, clock)
    new = await told_at(receiver.url, ward, clock)
    anna = await make.a_resident(now=clock())
    await ward.writes(anna, now=clock())
    await work()
    clock.turn(hours=24)
    await ward.writes(anna, now=clock())
    await work()

    first, second = receiver.calls
    assert (is_signed(first, old), is_signed(first, new)) == (True, True)
    assert (is_signed(second, old), is_signed(second, new)) == (False, True)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, "ServerFailed"),
        (503, "ServerFailed"),
        (301, "Redirected"),
        (308, "Redirected"),
        (400, "NotAccepted"),
    ],
)
async def test_anything_but_2xx_is_tried_again_under_the_same_id(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, status: int, error: str
) -> None:
    receiver.status, receiver.headers = status, {"location": receiver.url}
    secret = await told_at(receiver.url, ward, clock)
    await ward.writes(await make.a_resident(now=clock()), now=clock())
    await work()
    assert len(receiver.calls) == 1, "a redirect is not followed"
    assert await last_error() == error
    clock.turn(seconds=4.9)
    assert await work() == 0

    receiver.status = 200
    clock.turn(seconds=0.7)
    await work()

    first, second = receiver.calls
    assert (first.id, first.body) == (second.id, second.body)
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert is_signed(second, secret)
    assert await work() == 0


async def test_after_the_last_try_it_is_a_dead_letter(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work
) -> None:
    """0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h and a little."""
    receiver.status = 500
    await told_at(receiver.url, ward, clock)
    await ward.writes(await make.a_resident(now=clock()), now=clock())
    await work()

    for tries, wait in enumerate(WAITS, start=1):
        assert len(receiver.calls) == tries
        clock.turn(seconds=wait.total_seconds() * 0.99)
        await work()
        assert len(receiver.calls) == tries
        clock.turn(seconds=wait.total_seconds() * 0.11)
        await work()

    assert len(receiver.calls) == 10
    [dead] = await dead_letters()
    assert (dead.kind, dead.attempts, dead.last_error) == ("callbacks.deliver", 10, "ServerFailed")


async def test_nobody_there_is_tried_again(ward: Ward, clock: Clock, receiver: Receiver, work: Work) -> None:
    await told_at("http://127.0.0.1:9/", ward, clock)
    await ward.writes(await make.a_resident(now=clock()), now=clock())
    await work()

    assert await last_error() == "NotReached"


async def test_an_answer_that_does_not_come_is_not_waited_for(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "SECONDS", 0.2)
    receiver.wait = 0.6
    await told_at(receiver.url, ward, clock)
    await ward.writes(await make.a_resident(now=clock()), now=clock())
    await work()

    assert await last_error() == "TooSlow"


async def test_a_huge_answer_is_not_read(ward: Ward, clock: Clock, receiver: Receiver, work: Work) -> None:
    receiver.status, receiver.body = 200, bytes(10_000_000)
    await told_at(receiver.url, ward, clock)
    await ward.writes(await make.a_resident(now=clock()), now=clock())
    await work()

    assert await last_error() is None
    assert len(receiver.calls) == 1


async def test_gone_for_good_is_told_nothing_more_until_it_is_set_again(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work
) -> None:
    receiver.status = 410
    await told_at(receiver.url, ward, clock)
    anna = await make.a_resident(now=clock())
    await ward.writes(anna, now=clock())
    await ward.writes(anna, now=clock())
    await work()
    assert (await endpoint_for(ward.care_system)).disabled_at == clock()
    called = len(receiver.calls)
    await ward.writes(anna, now=clock())
    await work()
    assert len(receiver.calls) == called

    receiver.status = 200
    await told_at(receiver.url, ward, clock)
    await ward.writes(anna, now=clock())
    await work()
    assert len(receiver.calls) == called + 1
    assert (await endpoint_for(ward.care_system)).disabled_at is None


async def test_what_was_removed_is_told_nothing_and_nothing_fails(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work
) -> None:
    receiver.status = 500
    await told_at(receiver.url, ward, clock)
    await ward.writes(await make.a_resident(now=clock()), now=clock())
    await work()
    await remove_endpoint(care_system=ward.care_system, now=clock())
    clock.turn(days=1)
    await work()

    assert len(receiver.calls) == 1
    assert await dead_letters() == []


async def test_without_an_endpoint_what_happens_is_numbered_all_the_same(
    ward: Ward, clock: Clock, work: Work
) -> None:
    await ward.writes(await make.a_resident(now=clock()), now=clock())

    assert await work() == 1
    [event] = await rows(Number, "SELECT number FROM events")
    assert event.number is not None


async def test_another_care_systems_letters_are_not_told(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work
) -> None:
    await told_at(receiver.url, ward, clock)
    other = Ward(ward.clinic, await make.a_care_system(ward.clinic, now=clock(), client_id="annat"))
    await other.writes(await make.a_resident(now=clock()), now=clock())
    await work()

    assert receiver.calls == []
