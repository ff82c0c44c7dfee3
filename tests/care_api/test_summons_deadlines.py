"""A summons has the deadlines of every letter, and they are those that it had by names of its own."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.care_api.gateways.tokens import Tokens
from app.inbox import actions as inbox
from app.inbox.queries import AwaitedLetter
from app.sessions.principals import Resident
from app.summons import actions as summons
from app.summons.queries import Case, case_for
from app.to_do.queries import everything_for
from tests import make
from tests.care_api.batches import Batches
from tests.care_api.conftest import Sender, Work, times, with_new_tokens
from tests.care_api.test_sending import assert_problem
from tests.make import Clock

DAY = "2026-11-24T08:30:00Z"
BEFORE, LATER = "2026-11-24T08:29:59Z", "2026-11-25T08:30:00Z"
MONDAY = "2026-11-30T07:00:00Z"
AFTER_MONDAY, LATER_STILL = "2026-12-01T07:00:00Z", "2026-12-02T07:00:00Z"
TIMES: dict[str, Any] = {"starts_at": "2026-12-03T09:00:00+01:00", "ends_at": "2026-12-03T09:30:00+01:00"}
REQUIRED = {"wanted": "required"}
LINK: dict[str, Any] = {
    "booking_link": "https://tider.example.se/boka",
    **dict.fromkeys(
        ("time_type", "cut_off_hours", "cancel_allowed", "rebook_allowed", "reason_allowed", "terms")
    ),
}
BOOKING: dict[str, Any] = {
    "confirmation": None, "book_by": None, "terms": None, "after_cancellation": None, **TIMES,
}  # fmt: skip


@pytest.fixture
def vardit(vardit: Sender, tokens: Tokens, clock: Clock) -> Sender:
    """Here time passes."""
    return with_new_tokens(vardit, tokens, clock)


async def sends(sender: Sender, **field: Any) -> dict[str, Any]:
    sent = await sender.summon(**field)
    assert sent.status_code == 201, sent.text
    reply: dict[str, Any] = sent.json()
    return reply


async def letter(sender: Sender, sent: dict[str, Any]) -> dict[str, Any]:
    """The status of its letter."""
    status: dict[str, Any] = (await sender.status(sent["message_id"])).json()
    return status


async def deadlines(sender: Sender, sent: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    status = await letter(sender, sent)
    return status["due_at"], status["expires_at"], (await sender.summons(sent["id"]))["book_by"]


async def states(sender: Sender, *sent: dict[str, Any]) -> list[str]:
    return [(await sender.summons(each["id"]))["state"] for each in sent]


async def told(sender: Sender) -> list[str]:
    """What only time has done."""
    changes = (await sender.get("changes")).json()["changes"]
    return [each["type"] for each in changes if each["data"]["actor"] == "clock"]


async def its_case(anna: Resident, sent: dict[str, Any]) -> Case:
    return await case_for(anna.id, UUID(sent["id"]))


@pytest.mark.parametrize("more", [{}, LINK], ids=["open", "elsewhere"])
@pytest.mark.parametrize(
    "field", [{"due_at": DAY}, {"book_by": DAY}, {"due_at": DAY, "book_by": "2026-11-24T09:30:00+01:00"}]
)
async def test_the_last_day_to_book_has_two_names(
    vardit: Sender, slots: list[str], clock: Clock, field: dict[str, Any], more: dict[str, Any]
) -> None:
    sent = await sends(vardit, expires_at=LATER, **field, **more)

    assert await deadlines(vardit, sent) == (DAY, LATER, DAY)
    clock.turn(days=1)
    assert (await vardit.summons(sent["id"]))["state"] == "to-book", "the last instant counts"
    clock.turn(seconds=1)
    assert (await vardit.summons(sent["id"]))["state"] == "overdue"
    clock.turn(hours=23, minutes=59, seconds=58)
    assert (await vardit.summons(sent["id"]))["state"] == "overdue"
    clock.turn(seconds=1)
    assert (await vardit.summons(sent["id"]))["state"] == "expired"


@pytest.mark.parametrize("wanted", ["required", "optional"])
@pytest.mark.parametrize(("due_at", "by"), [(DAY, None), (None, DAY), (DAY, "2026-11-24T09:30:00+01:00")])
async def test_the_last_day_to_confirm_has_two_names(
    vardit: Sender, slots: list[str], anna_here: Resident, wanted: str, due_at: str | None, by: str | None
) -> None:
    asked = {name: value for name, value in {"wanted": wanted, "by": by}.items() if value}
    sent = await sends(vardit, slot_id=slots[0], confirmation=asked, due_at=due_at, expires_at=LATER)

    assert await deadlines(vardit, sent) == (DAY, LATER, None)
    visit = (await its_case(anna_here, sent)).visit
    assert visit is not None
    assert visit.confirm_by is not None
    assert (visit.confirm_by.isoformat(), visit.confirmation) == ("2026-11-24T08:30:00+00:00", wanted)


async def test_what_asks_for_no_answer_has_a_day_to_be_read_by(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock, work: Work
) -> None:
    sent = await sends(vardit, slot_id=slots[0], due_at=DAY)
    opens_anew = await sends(
        vardit, **TIMES, book_by=LATER, due_at=DAY, after_cancellation="open", confirmation=None
    )
    silent = await sends(vardit, slot_id=slots[1], book_by=LATER, after_cancellation="open")

    assert await deadlines(vardit, sent) == (DAY, None, None)
    assert await deadlines(vardit, opens_anew) == (DAY, None, LATER), "two days for two things"
    assert await deadlines(vardit, silent) == (None, None, LATER)
    assert await everything_for(anna_here, now=clock()) == []
    clock.turn(days=1)
    await work()
    assert [(await letter(vardit, each))["unread_at_due"] for each in (sent, opens_anew, silent)] == [
        True, True, False,
    ]  # fmt: skip
    assert (await vardit.summons(sent["id"]))["state"] == "booked"


@pytest.mark.parametrize(
    ("field", "last"),
    [
        ({"due_at": DAY, "book_by": LATER}, "book_by"),
        ({"due_at": LATER, "book_by": DAY}, "book_by"),
        ({"due_at": DAY, "book_by": BEFORE, **LINK}, "book_by"),
        ({"due_at": DAY, **TIMES, "confirmation": {**REQUIRED, "by": LATER}}, "confirmation.by"),
    ],
)
async def test_two_last_days_that_differ_are_refused(
    vardit: Sender, slots: list[str], field: dict[str, Any], last: str
) -> None:
    before = await times()
    refused = await vardit.summon(**field)

    assert_problem(refused, 422, "summons.own-deadlines", "/due_at")
    assert last in refused.json()["detail"]
    assert await times() == before, "nothing is stored"


@pytest.mark.parametrize(
    ("field", "last"),
    [
        ({"due_at": DAY}, "due_at"),
        ({"book_by": DAY}, "book_by"),
        ({"book_by": DAY, **LINK}, "book_by"),
        ({**TIMES, "confirmation": {**REQUIRED, "by": DAY}}, "confirmation.by"),
        ({**TIMES, "book_by": DAY, "after_cancellation": "open"}, "book_by"),
    ],
)
async def test_nothing_expires_before_its_last_day(
    vardit: Sender, slots: list[str], field: dict[str, Any], last: str
) -> None:
    refused = await vardit.summon(expires_at=BEFORE, **field)

    assert_problem(refused, 422, "message.expires-before-due", "/expires_at")
    assert f" {last}." in refused.json()["detail"]
    assert (await vardit.summon(expires_at=DAY, **field)).status_code == 201, "they may be the same"


@pytest.mark.parametrize(
    ("field", "code", "pointer"),
    [
        ({"due_at": "2026-11-23T08:30:00Z"}, "message.due-before-delivery", "/due_at"),
        ({"expires_at": "2026-11-23T08:30:00Z"}, "message.expires-before-delivery", "/expires_at"),
        ({"due_at": "2026-11-24T08:30:00"}, "message.time-without-offset", "/due_at"),
        ({"expires_at": "2029-11-26T08:30:00Z"}, "message.deadline-too-far-ahead", "/expires_at"),
        (
            {**TIMES, "confirmation": REQUIRED, "due_at": "2026-12-03T08:00:01Z"},
            "summons.deadline-after-visit",
            "/due_at",
        ),
        ({"book_by": "2026-11-23T08:30:00Z", "expires_at": DAY}, "summons.deadline-passed", "/book_by"),
        ({"publish_at": MONDAY, "due_at": MONDAY}, "message.due-before-delivery", "/due_at"),
        ({"publish_at": MONDAY, "expires_at": MONDAY}, "message.expires-before-delivery", "/expires_at"),
        (
            {"publish_at": MONDAY, "book_by": LATER_STILL, "expires_at": AFTER_MONDAY},
            "message.expires-before-due",
            "/expires_at",
        ),
    ],
)
async def test_each_is_held_to_what_holds_for_letters(
    vardit: Sender, slots: list[str], field: dict[str, Any], code: str, pointer: str
) -> None:
    assert_problem(await vardit.summon(**field), 422, code, pointer)


async def test_a_day_to_confirm_after_a_slots_visit_is_pointed_at_where_it_stands(
    vardit: Sender, slots: list[str]
) -> None:
    refused = await vardit.summon(slot_id=slots[0], confirmation=REQUIRED, due_at="2027-01-01T08:00:00Z")

    assert_problem(refused, 422, "summons.deadline-after-visit", "/due_at")


async def test_unread_on_its_last_day_is_told_once_by_whichever_name_it_was_sent(
    vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    sent = [
        await sends(vardit, due_at=DAY),
        await sends(vardit, book_by=DAY),
        await sends(vardit, slot_id=slots[0], confirmation={**REQUIRED, "by": DAY}),
    ]
    clock.turn(days=1)
    for _ in range(2):
        await work()

    assert await told(vardit) == ["message.unread-at-due"] * 3
    assert [(await letter(vardit, each))["unread_at_due"] for each in sent] == [True] * 3


async def test_what_is_opened_or_answered_by_then_is_not_unread(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock, work: Work
) -> None:
    """An answer may come without the letter being opened: over the phone, or from the summons' own page."""
    opened, booked, moved = (
        await sends(vardit, due_at=DAY),
        await sends(vardit, due_at=DAY),
        await sends(vardit, slot_id=slots[0], confirmation=REQUIRED, due_at=DAY),
    )
    clock.turn(minutes=1)
    await inbox.open_thread(UUID(opened["thread_id"]), resident=anna_here, now=clock())
    await summons.book(
        UUID(booked["id"]), resident_id=anna_here.id, slot_id=UUID(slots[1]), accepted=True,
        by=anna_here.actor, language="sv", now=clock(),
    )  # fmt: skip
    await care_moves(vardit, moved, slots[2])
    clock.turn(days=1)
    await work()

    assert await told(vardit) == []
    assert [(await letter(vardit, each))["unread_at_due"] for each in (opened, booked, moved)] == [False] * 3


async def care_moves(sender: Sender, sent: dict[str, Any], slot_id: str) -> None:
    visit = (await sender.summons(sent["id"]))["appointment"]
    seen = {"appointment_id": visit["id"], "sequence": visit["sequence"]}
    moved = await sender.post(
        f"summonses/{sent['id']}/rebooking", {**seen, "slot_id": slot_id, "keep_old_slot": False}
    )
    assert moved.status_code == 200, moved.text


async def test_when_it_expires_its_sender_is_told_once_and_a_visit_stands(
    vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    choice = await sends(vardit, expires_at=DAY)
    visit = await sends(vardit, slot_id=slots[0], confirmation=REQUIRED, expires_at=DAY)
    listed = f"appointments?clinic={make.HSA_ID}&state="
    clock.turn(hours=23, minutes=59, seconds=59)
    await work()
    assert [(await letter(vardit, each))["status"] for each in (choice, visit)] == ["delivered"] * 2
    assert len((await vardit.get(f"{listed}to-confirm")).json()["appointments"]) == 1

    clock.turn(seconds=1)
    for _ in range(2):
        await work()
    assert await told(vardit) == ["message.expired"] * 2
    assert [(await letter(vardit, each))["status"] for each in (choice, visit)] == ["expired"] * 2
    assert (await vardit.summons(choice["id"]))["state"] == "expired"
    stands = await vardit.summons(visit["id"])
    assert (stands["state"], stands["appointment"]["cancelled_at"]) == ("booked", None)
    assert (await vardit.get(f"{listed}to-confirm")).json()["appointments"] == []
    [found] = (await vardit.get(f"{listed}booked")).json()["appointments"]
    assert (found["id"], found["state"]) == (stands["appointment"]["id"], "booked")
    clock.turn(days=1)
    assert (await vardit.get(f"{listed}to-confirm")).json()["appointments"] == []


async def test_care_moves_and_cancels_what_has_expired(
    vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    sent = await sends(
        vardit, slot_id=slots[0], expires_at=DAY, after_cancellation="open", confirmation=REQUIRED
    )
    clock.turn(days=2)
    await work()
    await care_moves(vardit, sent, slots[1])

    assert (await letter(vardit, sent))["status"] == "rebooked"
    assert (await vardit.summons(sent["id"]))["state"] == "rebooked"
    visit = (await vardit.summons(sent["id"]))["appointment"]
    seen = {"appointment_id": visit["id"], "sequence": visit["sequence"], "keep_slot": True}
    cancelled = await vardit.post(f"summonses/{sent['id']}/cancellation", seen)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "expired"), "nobody can book anew"


async def test_what_was_answered_in_time_is_not_told_as_expired(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock, work: Work
) -> None:
    sent = await sends(vardit, slot_id=slots[0], confirmation=REQUIRED, expires_at=DAY, terms=None)
    clock.turn(minutes=1)
    await summons.confirm(
        UUID(sent["id"]), resident_id=anna_here.id, seen=(await its_case(anna_here, sent)).seen,
        accepted=True, by=anna_here.actor, language="sv", now=clock(),
    )  # fmt: skip
    clock.turn(days=2)
    await work()

    assert await told(vardit) == []
    assert (await letter(vardit, sent))["status"] == "confirmed"
    assert (await vardit.summons(sent["id"]))["state"] == "confirmed"


async def test_what_was_booked_elsewhere_is_reported_though_it_has_expired(
    vardit: Sender, slots: list[str], clock: Clock
) -> None:
    sent = await sends(vardit, **LINK, expires_at=DAY)
    clock.turn(days=2)

    reported = await vardit.post(f"summonses/{sent['id']}/booking", TIMES)

    assert (reported.status_code, reported.json()["state"]) == (200, "booked")


async def test_it_stands_in_att_gora_once_by_its_last_day(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    """The letter asks for nothing besides; where it asks for a receipt, that is another thing to do."""
    choice = await sends(vardit, due_at=LATER)
    confirmed = await sends(vardit, slot_id=slots[0], confirmation=REQUIRED, due_at=DAY)
    receipt = await sends(vardit, **TIMES, confirm_receipt=True, due_at=DAY)

    waiting = await everything_for(anna_here, now=clock())

    cases = [each for each in waiting if isinstance(each, Case)]
    assert [str(case.summons.id) for case in cases] == [confirmed["id"], choice["id"]]
    assert [case.deadline(clock()) for case in cases] == [
        clock() + timedelta(days=1), clock() + timedelta(days=2),
    ]  # fmt: skip
    [asked] = [each for each in waiting if isinstance(each, AwaitedLetter)]
    assert (str(asked.id), asked.to_confirm, asked.due_at) == (
        receipt["message_id"], True, clock() + timedelta(days=1),
    )  # fmt: skip


async def test_one_that_waits_brings_both(vardit: Sender, slots: list[str], clock: Clock, work: Work) -> None:
    sent = await sends(vardit, publish_at=MONDAY, due_at=AFTER_MONDAY, expires_at=LATER_STILL)
    visit = await sends(
        vardit, publish_at=MONDAY, **TIMES, confirmation=REQUIRED, due_at=AFTER_MONDAY, expires_at=LATER_STILL
    )
    assert (await vardit.summons(sent["id"]))["book_by"] == AFTER_MONDAY, "known while it waits"
    clock.turn(days=6, hours=22, minutes=30)
    await work()

    assert await deadlines(vardit, sent) == (AFTER_MONDAY, LATER_STILL, AFTER_MONDAY)
    assert await deadlines(vardit, visit) == (AFTER_MONDAY, LATER_STILL, None)
    assert await states(vardit, sent, visit) == [
        "to-book",
        "to-confirm",
    ]
    clock.turn(days=2)
    await work()
    assert sorted(await told(vardit)) == ["message.expired"] * 2 + ["message.unread-at-due"] * 2
    assert await states(vardit, sent, visit) == ["expired", "booked"]


async def test_a_worker_that_was_away_calls_nobody_to_choose_what_has_expired(
    vardit: Sender, slots: list[str], clock: Clock, work: Work
) -> None:
    """A visit is told of all the same: it is there, though nothing can be done about it here."""
    due = await sends(vardit, publish_at=MONDAY, due_at=AFTER_MONDAY)
    over = await sends(vardit, publish_at=MONDAY, expires_at=AFTER_MONDAY)
    visit = await sends(vardit, publish_at=MONDAY, **TIMES, due_at=AFTER_MONDAY, expires_at=AFTER_MONDAY)
    clock.turn(days=8)
    await work()

    for sent in (due, over):
        called = await vardit.summons(sent["id"])
        assert (called["state"], called["reason"]) == ("not-delivered", "summons.deadline-passed")
    assert (await vardit.summons(visit["id"]))["state"] == "booked"
    assert (await letter(vardit, visit))["status"] == "expired"


async def test_they_come_in_batches_too(vardit: Sender, slots: list[str], clock: Clock) -> None:
    usual = json.loads((await vardit.summon()).request.content)

    def row(key: str, **field: Any) -> dict[str, Any]:
        return {**usual, "kind": "summons", "idempotency_key": key} | field

    done = await Batches(vardit, clock).done(
        [row("a", due_at=DAY, expires_at=LATER), row("b", due_at=DAY, book_by=LATER)]
    )

    assert done.refusals() == [(2, "summons.own-deadlines", "/due_at")]
    assert await deadlines(vardit, done.rows[0]["reply"]) == (DAY, LATER, DAY)


async def test_an_appointment_that_the_clinic_books_has_both(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock, work: Work
) -> None:
    usual = json.loads((await vardit.summon(**BOOKING)).request.content)
    booked = await vardit.post(
        "appointments",
        {**usual, "starts_at": "2026-12-04T09:00:00+01:00", "ends_at": "2026-12-04T09:30:00+01:00"}
        | {"due_at": DAY, "expires_at": LATER},
    )
    assert booked.status_code == 201, booked.text
    sent = booked.json()

    assert await deadlines(vardit, sent) == (DAY, LATER, None)
    case = await its_case(anna_here, sent)
    assert case.visit is not None
    assert case.visit.may_cancel(clock())
    clock.turn(days=2)
    await work()
    assert not case.visit.may_cancel(clock())
    assert sorted(await told(vardit)) == ["message.expired", "message.unread-at-due"]
    assert (await vardit.summons(sent["id"]))["state"] == "booked"
