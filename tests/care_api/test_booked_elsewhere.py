"""A clinic whose times are in a booking of its own: a link out, and what its care system then tells us."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from app.audit.queries import denials
from app.booking.rules import BookedElsewhere
from app.residents import actions as residents
from app.sessions.principals import Resident
from app.summons import actions as summons
from tests import make
from tests.care_api.conftest import Sender, times
from tests.care_api.test_appointments import appointment, appointments, told
from tests.care_api.test_sending import assert_problem
from tests.care_api.test_slots import NEVER, listed
from tests.care_api.test_summonses import TIMES, assert_not_booked, cancel
from tests.make import Clock

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
LINK = "https://tider.knakliniken.example.se/boka?kod=7Q2M"
LATER = {"starts_at": "2026-12-04T09:00:00+01:00", "ends_at": "2026-12-04T09:30:00+01:00"}
# What the usual open summons says of times of ours.
NOTHING_OF_OURS = dict.fromkeys(
    ("time_type", "cut_off_hours", "cancel_allowed", "rebook_allowed", "reason_allowed", "terms")
)


async def invite(sender: Sender, *, key: str | None = None, **field: Any) -> Any:
    usual: dict[str, Any] = {**NOTHING_OF_OURS, "booking_link": LINK}
    return await sender.summon(key=key, **usual | field)


async def report(sender: Sender, id: str, *, key: str | None = None, **field: Any) -> Any:
    return await sender.post(f"summonses/{id}/booking", {**TIMES, **field}, key=key)


async def test_an_external_summons_awaits_that_a_time_is_booked(vardit: Sender) -> None:
    sent = await invite(vardit, book_by="2026-12-20T12:00:00+01:00")

    assert sent.status_code == 201, sent.text
    assert (sent.json()["appointment_id"], sent.json()["slot_id"]) == (None, None)
    status = await vardit.summons(sent.json()["id"])
    assert (status["kind"], status["state"], status["time_type"]) == ("external", "to-book", None)
    # What is for our own keeping is not offered.
    assert (await vardit.get(f"time-types?clinic={make.HSA_ID}")).json() == {"time_types": []}


async def test_what_was_booked_elsewhere_is_told_of(vardit: Sender, clock: Clock) -> None:
    sent = (await invite(vardit)).json()

    booked = await report(vardit, sent["id"], place="Plan 3", practitioner="Dr Lo", key=KEY)
    again = await report(vardit, sent["id"], place="Plan 3", practitioner="Dr Lo", key=KEY)
    second = await report(vardit, sent["id"])

    assert (booked.status_code, booked.content) == (200, again.content)
    reply = booked.json()
    assert (reply["state"], reply["sequence"]) == ("booked", 0)
    assert_not_booked(second, "booking.not-allowed", "APPOINTMENT_IS_NOT_ALLOWED")
    assert "Send appointment_id and sequence" in second.json()["detail"]
    [visit] = await appointments(vardit)
    assert (visit["starts_at"], visit["place"], visit["practitioner"], visit["time_type"]) == (
        "2026-12-03T08:00:00Z",
        "Plan 3",
        "Dr Lo",
        None,
    )
    assert await listed(vardit) == []
    thread = (await vardit.get(f"threads/{sent['thread_id']}")).json()["messages"]
    assert len(thread) == 2
    assert await told(vardit, clock) == [("summons.booked", reply["appointment_id"])]


async def test_it_is_moved_and_cancelled_as_its_care_system_tells(vardit: Sender, clock: Clock) -> None:
    sent = (await invite(vardit, after_cancellation="open")).json()
    booked = (await report(vardit, sent["id"])).json()
    seen = {"appointment_id": booked["appointment_id"], "sequence": 0}

    moved = await report(vardit, sent["id"], **seen, **LATER)
    late = await report(vardit, sent["id"], **seen, **LATER)
    cancelled = await cancel(vardit, sent["id"], keep_slot=True)
    anew = await report(vardit, sent["id"])

    assert (moved.json()["state"], moved.json()["sequence"]) == ("rebooked", 1)
    assert_not_booked(late, "booking.already-changed", "APPOINTMENT_IS_ALREADY_UPDATED")
    assert cancelled.json()["state"] == "to-book"
    assert anew.json()["state"] == "booked"
    assert anew.json()["appointment_id"] != booked["appointment_id"]
    history = (await appointment(vardit, booked["appointment_id"]))["history"]
    assert [(step["what"], step["to_starts_at"]) for step in history] == [
        ("booked", "2026-12-03T08:00:00Z"),
        ("rebooked", "2026-12-04T08:00:00Z"),
        ("cancelled", None),
    ]
    assert [kind for kind, _ in await told(vardit, clock)] == [
        "summons.booked",
        "summons.booked",
        "summons.cancelled",
        "summons.rebooked",
    ]
    # A time that is left is nobody's here.
    assert await listed(vardit) == []


async def test_a_move_of_what_was_never_booked_is_refused(vardit: Sender) -> None:
    sent = (await invite(vardit)).json()

    answer = await report(vardit, sent["id"], appointment_id=NEVER, sequence=0)

    assert_not_booked(answer, "booking.nothing-booked", "APPOINTMENT_DOES_NOT_EXIST")
    assert (await times())["slots"] == 0


async def test_a_time_that_clashes_is_told_of_all_the_same(vardit: Sender, slots: list[str]) -> None:
    """It is a fact, whatever we think of it. But a clash with it is refused for times of ours."""
    sent = (await invite(vardit)).json()
    when = {"starts_at": "2026-12-01T09:15:00+01:00", "ends_at": "2026-12-01T09:45:00+01:00"}
    await vardit.summon(slot_id=slots[0])

    assert (await report(vardit, sent["id"], **when)).status_code == 200
    clash = await vardit.summon(starts_at="2026-12-01T09:40:00+01:00", ends_at="2026-12-01T09:50:00+01:00")
    assert_not_booked(clash, "booking.already-occupied", "USER_IS_ALREADY_OCCUPIED")
    assert clash.json()["detail"].startswith("The resident")


BAD: list[tuple[dict[str, Any], int, str, str]] = [
    (
        {"booking_link": "http://knakliniken.example.se/"},
        422,
        "summons.booking-link-invalid",
        "/booking_link",
    ),
    ({"booking_link": "https://"}, 422, "summons.booking-link-invalid", "/booking_link"),
    ({"booking_link": ""}, 422, "summons.booking-link-invalid", "/booking_link"),
    ({"booking_link": "https://a@evil.example.se/"}, 422, "summons.booking-link-invalid", "/booking_link"),
    ({"booking_link": "https://127.0.0.1/"}, 422, "summons.booking-link-invalid", "/booking_link"),
    ({"booking_link": "https://kna\u202e.example.se/"}, 422, "summons.booking-link-invalid", "/booking_link"),
    ({"booking_link": "javascript:alert(1)"}, 422, "summons.booking-link-invalid", "/booking_link"),
    ({"booking_link": f"https://a.example.se/{'a' * 480}"}, 422, "message.text-too-long", "/booking_link"),
    ({"booking_link": 1}, 400, "request.wrong-type", "/booking_link"),
    ({"time_type": "besok"}, 422, "summons.link-and-times", "/time_type"),
    ({"slot_id": NEVER}, 422, "summons.link-and-times", "/slot_id"),
    (TIMES, 422, "summons.link-and-times", "/starts_at"),
    ({"place": "Plan 3"}, 422, "summons.link-and-times", "/place"),
    ({"confirmation": {"wanted": "required"}}, 422, "summons.link-and-times", "/confirmation"),
    ({"cut_off_hours": 24}, 422, "summons.link-and-times", "/cut_off_hours"),
    ({"cancel_allowed": True}, 422, "summons.link-and-times", "/cancel_allowed"),
    ({"rebook_allowed": True}, 422, "summons.link-and-times", "/rebook_allowed"),
    ({"reason_allowed": True}, 422, "summons.link-and-times", "/reason_allowed"),
    ({"terms": [{"heading": "a"}]}, 422, "summons.link-and-times", "/terms"),
]


@pytest.mark.parametrize(("differently", "status", "code", "pointer"), BAD)
async def test_what_does_not_go_with_a_link_is_refused_and_nothing_is_stored(
    vardit: Sender, differently: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    assert_problem(await invite(vardit, **differently), status, code, pointer)
    assert set((await times()).values()) == {0}


async def test_a_link_may_be_as_long_as_it_may(vardit: Sender) -> None:
    longest = f"https://a.example.se/{'a' * 479}"
    assert len(longest) == 500

    assert (await invite(vardit, booking_link=longest)).status_code == 201


@pytest.mark.parametrize(
    ("differently", "status", "code", "pointer"),
    [
        ({"starts_at": None}, 400, "request.wrong-type", None),
        ({"starts_at": "snart"}, 422, "message.time-invalid", "/starts_at"),
        ({"ends_at": "2026-12-03T09:30:00"}, 422, "message.time-without-offset", "/ends_at"),
        ({"ends_at": TIMES["starts_at"]}, 422, "slot.ends-before-it-starts", "/starts_at"),
        ({"starts_at": "2026-11-23T08:30:00Z"}, 422, "slot.passed", "/starts_at"),
        ({"ends_at": "2036-12-03T09:30:00Z"}, 422, "slot.too-far-ahead", "/starts_at"),
        ({"place": "a" * 201}, 422, "message.text-too-long", "/place"),
        ({"practitioner": "a" * 121}, 422, "message.text-too-long", "/practitioner"),
        ({"sequence": 0}, 400, "request.field-missing", "/appointment_id"),
        ({"appointment_id": NEVER}, 400, "request.field-missing", "/sequence"),
        ({"slot_id": NEVER}, 400, "request.unknown-field", "/slot_id"),
    ],
)
async def test_what_is_wrong_with_a_report_is_said(
    vardit: Sender, differently: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    sent = (await invite(vardit)).json()
    if pointer is None:
        answer = await vardit.post(f"summonses/{sent['id']}/booking", {"ends_at": TIMES["ends_at"]})
        assert_problem(answer, 400, "request.field-missing", "/starts_at")
        return

    assert_problem(await report(vardit, sent["id"], **differently), status, code, pointer)
    assert (await times())["appointments"] == 0


async def test_nobody_books_or_moves_it_here(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    sent = (await invite(vardit)).json()
    id = UUID(sent["id"])
    common: dict[str, Any] = {"resident_id": anna_here.id, "now": clock()}
    said: dict[str, Any] = {"accepted": True, "by": anna_here.actor, "language": "sv"}

    with pytest.raises(BookedElsewhere):
        await summons.hold(id, slot_id=UUID(slots[0]), **common)
    with pytest.raises(BookedElsewhere):
        await summons.book(id, slot_id=UUID(slots[0]), **common, **said)
    visit = (await report(vardit, sent["id"])).json()
    seen = f"{visit['appointment_id']}.0"
    with pytest.raises(BookedElsewhere):
        await summons.rebook(id, slot_id=UUID(slots[0]), seen=seen, **common, **said)
    with pytest.raises(BookedElsewhere):
        await summons.cancel(id, seen=seen, by=anna_here.actor, language="sv", **common)
    move = {"sequence": 0, "slot_id": slots[0], "keep_old_slot": True}
    answer = await vardit.post(f"appointments/{visit['appointment_id']}/rebooking", move)
    assert_not_booked(answer, "booking.elsewhere", "UPDATE_APPOINTMENT_IS_NOT_ALLOWED")
    assert (await appointment(vardit, visit["appointment_id"]))["state"] == "booked"


async def test_what_is_booked_here_is_not_reported(vardit: Sender, slots: list[str]) -> None:
    sent = (await vardit.summon()).json()

    assert_problem(await report(vardit, sent["id"]), 409, "summons.booked-here")
    assert (await times())["slots"] == 3


async def test_nothing_is_booked_in_what_is_taken_back(vardit: Sender) -> None:
    sent = (await invite(vardit)).json()
    await vardit.post(f"messages/{sent['message_id']}/withdrawal", {"reason": "Fel mottagare."})

    assert_problem(await report(vardit, sent["id"]), 409, "message.withdrawn")
    assert (await vardit.summons(sent["id"]))["state"] == "withdrawn"


async def test_nothing_is_booked_for_who_has_died(vardit: Sender, anna_here: Resident, clock: Clock) -> None:
    sent = (await invite(vardit)).json()
    await residents.mark_deceased(anna_here.id, now=clock())
    await summons.close_for_deceased(anna_here.id, now=clock())

    assert_problem(await report(vardit, sent["id"]), 409, "summons.closed")
    assert (await vardit.summons(sent["id"]))["state"] == "ended"
    assert (await times())["appointments"] == 0


async def test_its_time_cannot_be_taken_back_as_a_slot(vardit: Sender) -> None:
    sent = (await invite(vardit)).json()
    slot = (await report(vardit, sent["id"])).json()["slot_id"]

    assert_problem(await vardit.withdraw(slot), 404, "slot.unknown")
    many = await vardit.post("slots/withdrawal", {"ids": [slot]})
    assert many.json()["results"][0]["result"] == "unknown"


async def test_another_providers_report_is_not_heard_and_audited(vardit: Sender, grannen: Sender) -> None:
    sent = (await invite(vardit)).json()

    assert_problem(await report(grannen, sent["id"]), 404, "summons.unknown")
    assert_problem(await report(grannen, NEVER), 404, "summons.unknown")
    assert {row.care_unit for row in await denials()} == {make.HSA_ID, None}
    assert (await vardit.summons(sent["id"]))["state"] == "to-book"


async def test_of_two_reports_at_once_one_counts(vardit: Sender) -> None:
    sent = (await invite(vardit)).json()

    answers = await asyncio.gather(*(report(vardit, sent["id"]) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await times())["appointments"] == 1
