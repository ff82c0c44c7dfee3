"""A summons is accepted now and sent later, as if it came then; until then nothing is held for it."""

import asyncio
import json
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from app import database
from app.audit.queries import denials
from app.care_api.actions.publishing import publish
from app.care_api.formats.followed import SummonsStatus
from app.care_api.gateways.tokens import Tokens
from app.inbox.actions import read_thread
from app.inbox.sealed import open_letter
from app.residents import actions as residents
from app.sessions.principals import Resident
from tests import make
from tests.care_api.batches import Batches
from tests.care_api.conftest import Sender, Work, times, with_new_tokens
from tests.care_api.test_made_up_recipients import number, plays
from tests.care_api.test_sending import assert_problem
from tests.make import Browser, Clock

MONDAY = "2026-11-30T08:00:00+01:00"
TIMES: dict[str, Any] = {"starts_at": "2026-12-03T09:00:00+01:00", "ends_at": "2026-12-03T09:30:00+01:00"}
BOOK_BY = "2026-12-20T12:00:00+01:00"
OPEN: dict[str, Any] = {"publish_at": MONDAY, "book_by": BOOK_BY}
TIMED: dict[str, Any] = {"publish_at": MONDAY, **TIMES}
LINK: dict[str, Any] = {
    "publish_at": MONDAY,
    "booking_link": "https://tider.example.se/boka",
    **dict.fromkeys(
        ("time_type", "cut_off_hours", "cancel_allowed", "rebook_allowed", "reason_allowed", "terms")
    ),
}
SCHEDULED = ("message.scheduled", "care-system")
NOTHING = {"appointments": 0, "summonses": 0, "messages": 0}


@pytest.fixture
def vardit(vardit: Sender, tokens: Tokens, clock: Clock) -> Sender:
    """Here time passes."""
    return with_new_tokens(vardit, tokens, clock)


@pytest.fixture
async def hidden(vardit: Sender, slots: list[str]) -> list[str]:
    """Three free slots that only those see who are called to them."""
    assert (await vardit.describe(code="dold", hidden=True)).status_code == 200
    ids: list[str] = (await vardit.publish(time_type="dold")).json()["ids"]
    return ids


async def counted() -> dict[str, int]:
    found = await times()
    return {table: found[table] for table in NOTHING}


async def changes(sender: Sender) -> list[tuple[str, str, str | None]]:
    told = (await sender.get("changes")).json()["changes"]
    return [(each["type"], each["data"]["actor"], each["data"].get("summons_id")) for each in told]


async def waits(sender: Sender, **field: Any) -> dict[str, Any]:
    sent = await sender.summon(**field)
    assert sent.status_code == 201, sent.text
    reply: dict[str, Any] = sent.json()
    assert reply["status"] == "scheduled"
    return reply


async def given_up(sender: Sender, sent: dict[str, Any]) -> str:
    """For what reason, as every answer tells it. Nothing of it is left behind."""
    status = (await sender.status(sent["message_id"])).json()
    assert (status["status"], status["delivered_at"]) == ("not-delivered", None)
    called = await sender.summons(sent["id"])
    assert (called["state"], called["reason"]) == ("not-delivered", status["reason"])
    assert await changes(sender) == [(*SCHEDULED, sent["id"]), ("message.not-delivered", "clock", sent["id"])]
    assert await counted() == NOTHING
    kept = await kept_of(sent["message_id"])
    assert (kept.letter_sealed, kept.provider_key) == (None, None), "what it said is destroyed"
    return str(status["reason"])


class Kept(NamedTuple):
    provider_id: UUID
    letter_sealed: bytes | None
    provider_key: bytes | None


async def kept_of(message_id: str) -> Kept:
    sql = "SELECT provider_id, letter_sealed, provider_key FROM scheduled_messages WHERE id = {}"
    [kept] = await database.rows(Kept, sql, UUID(message_id))
    return kept


async def left_waiting() -> int:
    return await database.run("SELECT id FROM scheduled_messages") + await database.run(
        "SELECT id FROM scheduled_summonses"
    )


async def test_a_timed_summons_waits_and_is_sent_under_its_ids(
    vardit: Sender, slots: list[str], anna: Browser, clock: Clock, work: Work
) -> None:
    before = await times()
    sent = await waits(vardit, **TIMED, place="Plan 3", confirmation={"wanted": "required"})
    assert sent == {
        "id": sent["id"],
        "message_id": sent["message_id"],
        "thread_id": sent["thread_id"],
        "appointment_id": None,
        "slot_id": None,
        "status": "scheduled",
        "accepted_at": "2026-11-23T08:30:00Z",
        "publish_at": "2026-11-30T07:00:00Z",
    }

    assert "Kallelse till återbesök" not in (await anna.get("/inkorg")).text
    assert (await anna.get(f"/inkorg/{sent['thread_id']}")).status_code == 404
    clock.turn(days=6, hours=22, minutes=29)
    await work()
    assert await times() == {**before, "idempotency_keys": before["idempotency_keys"] + 1}, "nothing is held"
    assert await changes(vardit) == [(*SCHEDULED, sent["id"])]

    clock.turn(minutes=1)
    await work()
    status = (await vardit.status(sent["message_id"])).json()
    assert (status["status"], status["delivered_at"]) == ("delivered", "2026-11-30T07:00:00Z")
    assert (status["summons_id"], status["thread_id"]) == (sent["id"], sent["thread_id"])
    assert (status["accepted_at"], status["publish_at"]) == (sent["accepted_at"], sent["publish_at"])
    called = await vardit.summons(sent["id"])
    assert (called["kind"], called["state"], called["message_id"]) == (
        "timed",
        "to-confirm",
        sent["message_id"],
    )
    assert (called["publish_at"], called["delivered_at"]) == (sent["publish_at"], status["delivered_at"])
    assert (called["appointment"]["starts_at"], called["appointment"]["place"]) == (
        "2026-12-03T08:00:00Z",
        "Plan 3",
    )
    assert await changes(vardit) == [
        (*SCHEDULED, sent["id"]),
        ("message.delivered", "care-system", sent["id"]),
        ("summons.booked", "care-system", sent["id"]),
    ]
    shown = await read_thread(UUID(sent["thread_id"]), resident=anna.resident, now=clock())
    assert [letter.content.subject for letter in shown.letters] == ["Kallelse till återbesök"]
    assert await left_waiting() == 0


async def test_an_open_one_and_one_with_a_link_wait_too(
    vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    choice, link = await waits(vardit, **OPEN), await waits(vardit, **LINK)
    assert [(await vardit.summons(one["id"]))["kind"] for one in (choice, link)] == ["open", "external"]
    clock.turn(days=7)
    await work()

    for one, kind in ((choice, "open"), (link, "external")):
        called = await vardit.summons(one["id"])
        assert (called["kind"], called["state"], called["appointment"]) == (kind, "to-book", None)
    assert await left_waiting() == 0


async def test_what_waits_is_told_of_and_belongs_to_its_provider(
    vardit: Sender, grannen: Sender, prov: Sender, slots: list[str]
) -> None:
    sent = await waits(vardit, **OPEN)

    status = (await vardit.status(sent["message_id"])).json()
    assert (status["status"], status["publish_at"], status["summons_id"]) == (
        "scheduled",
        sent["publish_at"],
        sent["id"],
    )
    thread = (await vardit.get(f"threads/{sent['thread_id']}")).json()
    assert thread == {"id": sent["thread_id"], "messages": [status]}
    called = await vardit.summons(sent["id"])
    assert called == {
        "id": sent["id"],
        "message_id": sent["message_id"],
        "thread_id": sent["thread_id"],
        "kind": "open",
        "state": "scheduled",
        "time_type": "besok",
        "book_by": "2026-12-20T11:00:00Z",
        "publish_at": sent["publish_at"],
        "delivered_at": None,
        "read_at": None,
        "deleted_by_resident": False,
        "reason": None,
        "appointment": None,
        "history": [],
    }
    assert called.keys() == set(SummonsStatus.__struct_fields__)
    read = "SELECT id FROM audit WHERE action = {} AND outcome = {}"
    assert await database.run(read, "summons.status-read", "done") == 1
    for other in (grannen, prov):
        assert_problem(await other.get(f"summonses/{sent['id']}"), 404, "summons.unknown")
        assert_problem(await other.status(sent["message_id"]), 404, "message.unknown")
    assert [row.care_unit for row in await denials()] == [make.HSA_ID] * 4


async def test_nothing_can_be_done_with_it_before_its_time(
    vardit: Sender, grannen: Sender, slots: list[str], clock: Clock
) -> None:
    seen = {"appointment_id": slots[0], "sequence": 0}
    asked = (
        ("cancellation", {**seen, "keep_slot": True}),
        ("rebooking", {**seen, "slot_id": slots[0], "keep_old_slot": True}),
        ("booking", TIMES),
    )
    sent = await waits(vardit, **OPEN)
    for what, document in asked:
        path = f"summonses/{sent['id']}/{what}"
        assert_problem(await vardit.post(path, document), 409, "message.not-yet-delivered")
        assert_problem(await grannen.post(path, document), 404, "summons.unknown")

    await vardit.post(f"messages/{sent['message_id']}/withdrawal", {"reason": "Tiden är ändrad."})
    for what, document in asked:
        refused = await vardit.post(f"summonses/{sent['id']}/{what}", document)
        assert_problem(refused, 409, "message.not-delivered")


async def test_the_same_key_is_the_same_summons(vardit: Sender, slots: list[str], clock: Clock) -> None:
    first, again = [await vardit.summon(**OPEN, key="en") for _ in range(2)]

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert await left_waiting() == 2, "a letter and its summons"
    assert_problem(await vardit.summon(book_by=BOOK_BY, key="en"), 422, "idempotency.reused")


async def test_a_time_that_has_just_been_is_at_once(vardit: Sender, slots: list[str]) -> None:
    sent = await vardit.summon(publish_at="2026-11-23T08:29:00Z", slot_id=slots[0])

    assert (sent.json()["status"], sent.json()["slot_id"]) == ("delivered", slots[0])
    assert await left_waiting() == 0


async def test_an_open_slot_is_not_waited_for(vardit: Sender, slots: list[str]) -> None:
    refused = await vardit.summon(publish_at=MONDAY, slot_id=slots[0])

    assert_problem(refused, 422, "summons.slot-open-meanwhile", "/slot_id")
    assert await left_waiting() == 0


async def test_a_hidden_one_is_taken_when_the_summons_is_sent(
    vardit: Sender, hidden: list[str], clock: Clock, work: Work
) -> None:
    sent = await waits(vardit, publish_at=MONDAY, time_type="dold", slot_id=hidden[0])
    clock.turn(days=7)
    await work()

    called = await vardit.summons(sent["id"])
    assert (called["state"], called["appointment"]["slot_id"]) == ("booked", hidden[0])


async def test_a_hidden_one_that_is_gone_already_is_refused_now(vardit: Sender, hidden: list[str]) -> None:
    assert (await vardit.summon(time_type="dold", slot_id=hidden[0])).status_code == 201
    assert (await vardit.withdraw(hidden[1])).status_code == 204

    for slot_id, code in ((hidden[0], "booking.time-taken"), (hidden[1], "booking.time-withdrawn")):
        refused = await vardit.summon(publish_at=MONDAY, time_type="dold", slot_id=slot_id)
        assert_problem(refused, 409, code)
    assert await left_waiting() == 0


@pytest.mark.parametrize(
    ("field", "code", "pointer"),
    [
        ({"publish_at": "2026-11-23T08:24:59Z"}, "message.publish-passed", "/publish_at"),
        ({"publish_at": "2027-11-25T08:30:01Z"}, "message.publish-too-far-ahead", "/publish_at"),
        ({"publish_at": "2026-11-30T08:00:00"}, "message.time-without-offset", "/publish_at"),
        ({"book_by": MONDAY}, "summons.deadline-before-delivery", "/book_by"),
        (
            {**TIMES, "confirmation": {"wanted": "required", "by": MONDAY}},
            "summons.deadline-before-delivery",
            "/confirmation/by",
        ),
        (
            {"starts_at": MONDAY, "ends_at": "2026-11-30T08:30:00+01:00"},
            "summons.visit-before-delivery",
            "/starts_at",
        ),
    ],
)
async def test_nothing_is_over_before_it_is_sent(
    vardit: Sender, slots: list[str], field: dict[str, Any], code: str, pointer: str
) -> None:
    refused = await vardit.summon(**{"publish_at": MONDAY} | field)

    assert_problem(refused, 422, code, pointer)
    assert await left_waiting() == 0


async def test_a_second_later_is_late_enough(vardit: Sender, hidden: list[str]) -> None:
    """And so is a visit that begins a second after its summons."""
    first = "2026-11-30T07:00:01Z"
    await waits(vardit, publish_at=MONDAY, book_by=first)
    await waits(vardit, publish_at=MONDAY, starts_at=first, ends_at="2026-11-30T08:00:00Z")
    late = await vardit.summon(publish_at="2026-12-01T08:00:00Z", time_type="dold", slot_id=hidden[0])
    await waits(vardit, publish_at="2026-12-01T07:59:59Z", time_type="dold", slot_id=hidden[0])

    assert_problem(late, 422, "summons.visit-before-delivery", "/slot_id")


@pytest.mark.parametrize("act", [residents.lock, residents.mark_deceased])
async def test_whoever_cannot_be_reached_any_more_is_not_called_and_the_sender_is_told(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock, work: Work, act: Any
) -> None:
    sent = await waits(vardit, **TIMED)
    before = await times()
    await act(anna_here.id, now=clock())
    clock.turn(days=7)
    await work()
    await work()

    assert await given_up(vardit, sent) == (await vardit.summon()).json()["code"], "as if it were sent now"
    assert (await times())["slots"] == before["slots"], "its time is not published either"


async def test_a_slot_that_is_gone_when_the_time_comes_is_told(
    vardit: Sender, hidden: list[str], clock: Clock, work: Work
) -> None:
    sent = await waits(vardit, publish_at=MONDAY, time_type="dold", slot_id=hidden[0])
    assert (await vardit.withdraw(hidden[0])).status_code == 204
    clock.turn(days=7)
    await work()

    assert await given_up(vardit, sent) == "booking.time-withdrawn"


async def test_of_two_that_wait_for_the_same_slot_one_gets_it(
    vardit: Sender, hidden: list[str], clock: Clock, work: Work
) -> None:
    await make.a_resident(make.BO, now=clock())
    wanted = {"publish_at": MONDAY, "time_type": "dold", "slot_id": hidden[0]}
    both = [await waits(vardit, **wanted), await waits(vardit, **wanted, recipient=make.BO.number)]
    clock.turn(days=7)
    await work()

    states = {one["id"]: await vardit.summons(one["id"]) for one in both}
    assert sorted(each["state"] for each in states.values()) == ["booked", "not-delivered"]
    [lost] = [each for each in states.values() if each["state"] == "not-delivered"]
    assert lost["reason"] == "booking.time-taken"
    assert (await counted())["summonses"] == 1


async def test_a_resident_who_has_another_visit_then_is_not_called_twice(
    vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    sent = await waits(vardit, **TIMED)
    assert (await vardit.summon(**TIMES)).status_code == 201
    clock.turn(days=7)
    await work()

    assert (await vardit.summons(sent["id"]))["reason"] == "booking.already-occupied"
    assert await counted() == {"appointments": 1, "summonses": 1, "messages": 1}


async def test_a_worker_that_was_away_calls_nobody_to_what_has_been(
    vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    visit, choice = await waits(vardit, **TIMED), await waits(vardit, **OPEN)
    clock.turn(days=12)
    await work()

    assert (await vardit.summons(visit["id"]))["reason"] == "slot.passed"
    assert (await vardit.summons(choice["id"]))["state"] == "to-book", "there is time left"


async def test_a_worker_that_was_away_too_long_calls_nobody_to_choose(
    vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    sent = await waits(vardit, **OPEN)
    clock.turn(days=30)
    await work()

    assert await given_up(vardit, sent) == "summons.deadline-passed"


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE care_systems SET approved_at = NULL", "care-system.not-approved"),
        ("UPDATE time_types SET code = 'annan'", "time-type.unknown"),
    ],
)
async def test_what_has_ended_meanwhile_is_told(
    vardit: Sender, slots: list[str], clock: Clock, work: Work, sql: str, reason: str
) -> None:
    sent = await waits(vardit, **TIMED)
    await database.run(f"{sql} RETURNING id")
    clock.turn(days=7)
    await work()

    await database.run("UPDATE care_systems SET approved_at = {} RETURNING id", clock())
    assert await given_up(vardit, sent) == reason


async def test_what_waits_is_withdrawn_and_never_comes(
    vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    sent = await waits(vardit, **TIMED)
    before = await times()
    path = f"messages/{sent['message_id']}/withdrawal"
    done, again = [await vardit.post(path, {"reason": "Tiden är ändrad."}) for _ in range(2)]
    clock.turn(days=7)
    await work()

    assert (done.status_code, done.json()) == (200, again.json())
    status = (await vardit.status(sent["message_id"])).json()
    assert (status["status"], status["summons_id"]) == ("withdrawn", sent["id"])
    assert (await vardit.summons(sent["id"]))["state"] == "withdrawn"
    assert await changes(vardit) == [
        (*SCHEDULED, sent["id"]),
        ("message.withdrawn", "care-system", sent["id"]),
    ]
    assert await counted() == NOTHING
    assert (await times())["slots"] == before["slots"]


async def test_withdrawing_and_sending_at_once_never_leaves_a_visit_without_its_letter(
    vardit: Sender, slots: list[str], clock: Clock
) -> None:
    """Either it is withdrawn and nothing is booked, or it is booked and must be cancelled first."""
    for day in range(4):
        starts = f"2026-12-0{day + 3}T09:00:00+01:00"
        ends = f"2026-12-0{day + 3}T09:30:00+01:00"
        sent = await waits(vardit, publish_at=MONDAY, starts_at=starts, ends_at=ends)
        now = clock.turn(days=7)
        _, taken_back, _ = await asyncio.gather(
            publish(UUID(sent["message_id"]), now=now),
            vardit.post(f"messages/{sent['message_id']}/withdrawal", {"reason": "Tiden är ändrad."}),
            publish(UUID(sent["message_id"]), now=now),
        )
        called = await vardit.summons(sent["id"])
        if taken_back.status_code == 200:
            assert (called["state"], called["appointment"]) == ("withdrawn", None)
        else:
            assert_problem(taken_back, 409, "message.visit-booked")
            assert called["state"] == "booked"
        clock.turn(days=-7)


async def test_of_many_workers_one_sends_it(vardit: Sender, slots: list[str], clock: Clock) -> None:
    sent = await waits(vardit, **TIMED)
    now = clock.turn(days=7)

    await asyncio.gather(*(publish(UUID(sent["message_id"]), now=now) for _ in range(6)))

    assert await counted() == {"appointments": 1, "summonses": 1, "messages": 1}
    assert await left_waiting() == 0


async def test_it_continues_the_thread_that_its_sender_names(
    vardit: Sender, grannen: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    first = (await vardit.send()).json()
    theirs = (await grannen.send(clinic=make.OTHER_HSA_ID)).json()

    sent = await waits(vardit, **OPEN, thread_id=first["thread_id"])
    refused = await vardit.summon(**OPEN, thread_id=theirs["thread_id"])
    clock.turn(days=7)
    await work()

    assert sent["thread_id"] == first["thread_id"]
    assert_problem(refused, 404, "thread.unknown", "/thread_id")
    thread = (await vardit.get(f"threads/{first['thread_id']}")).json()
    assert [letter["id"] for letter in thread["messages"]] == [first["id"], sent["message_id"]]


async def test_it_is_kept_as_it_was_received_and_sealed(vardit: Sender, slots: list[str]) -> None:
    sent = await waits(vardit, **TIMED, bring="Legitimation")

    kept = await kept_of(sent["message_id"])
    assert kept.letter_sealed
    assert kept.provider_key
    for secret in (make.ANNA.number, "Kallelse till återbesök", "Legitimation"):
        assert secret.encode() not in kept.letter_sealed
    opened = json.loads(
        open_letter(
            kept.letter_sealed,
            kept.provider_key,
            provider_id=kept.provider_id,
            message_id=UUID(sent["message_id"]),
        )
    )
    assert (opened["recipient"], opened["bring"]) == (make.ANNA.number, "Legitimation")


@pytest.fixture
def batches(vardit: Sender, clock: Clock) -> Batches:
    return Batches(vardit, clock)


async def test_summonses_wait_in_batches_too_and_a_dry_run_keeps_none(
    batches: Batches, vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    usual = json.loads((await vardit.summon()).request.content)

    def row(key: str, **field: Any) -> dict[str, Any]:
        return {**usual, "kind": "summons", "idempotency_key": key, "publish_at": MONDAY} | field

    rows = [row("a", **TIMES), row("b"), row("c", slot_id=slots[0])]
    tried = await batches.done(rows, query="?dry_run=true")
    assert [each["result"] for each in tried.rows] == ["valid", "valid", "refused"]
    assert await left_waiting() == 0

    done = await batches.done(rows)
    assert done.refusals() == [(3, "summons.slot-open-meanwhile", "/slot_id")]
    replies = [each["reply"] for each in done.rows[:2]]
    assert [reply["status"] for reply in replies] == ["scheduled", "scheduled"]
    clock.turn(days=7)
    await work()
    assert [(await vardit.summons(reply["id"]))["state"] for reply in replies] == ["booked", "to-book"]


async def test_the_made_up_act_on_it_when_it_has_come(
    prov: Sender, tokens: Tokens, clock: Clock, work: Work
) -> None:
    prov = with_new_tokens(prov, tokens, clock)
    await prov.describe()
    await prov.publish()
    sent = await waits(prov, **OPEN, recipient=number("books"))
    await plays(clock, hours=1)
    assert (await prov.summons(sent["id"]))["state"] == "scheduled"

    clock.turn(days=7)
    await work()
    await plays(clock, hours=1)

    called = await prov.summons(sent["id"])
    assert (called["state"], called["history"][0]["who"]) == ("booked", "resident")
