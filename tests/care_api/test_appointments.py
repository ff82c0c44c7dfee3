"""Appointments, whatever they came of: listed, followed, moved, cancelled, and made without a summons."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from app.audit.queries import accesses_to, denials
from app.booking.rules import VISIT_STATES
from app.callbacks.worker import works
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SLOTS as SLOTS_SCOPE
from app.care_api.rules.scopes import STATUS
from app.outbox.worker import Worker
from app.sessions.principals import Resident
from app.summons import actions as summons
from app.summons.queries import case_for
from tests import make
from tests.care_api.conftest import Sender, denied, times
from tests.care_api.test_sending import assert_problem
from tests.care_api.test_slots import NEVER, listed
from tests.care_api.test_summonses import REQUIRED, TIMES, assert_not_booked
from tests.make import Clock

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'


async def appointments(sender: Sender, query: str = "") -> list[dict[str, Any]]:
    answer = await sender.get(f"appointments?clinic={make.HSA_ID}{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["appointments"]
    return found


async def appointment(sender: Sender, id: str) -> dict[str, Any]:
    answer = await sender.get(f"appointments/{id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def book(sender: Sender, *, key: str | None = None, **field: Any) -> Any:
    """A booking confirmation, allowed whatever can be."""
    usual = {
        "clinic": make.HSA_ID,
        "recipient": make.ANNA.number,
        "relation": "ongoing-care",
        "subject": "Din tid hos oss",
        "body": {"format": "plain", "text": "Välkommen."},
        "purpose": "Du har en tid.",
        "use_of_answers": "Du behöver inte svara.",
        "contact": {"phone": "08-123 45 67"},
        "time_type": "besok",
        "cancel_allowed": True,
        "rebook_allowed": True,
    }
    return await sender.post("appointments", usual | field, key=key)


async def told(sender: Sender, clock: Clock) -> list[tuple[str, str]]:
    """Done at the same instant of the test's clock, they are numbered in any order."""
    await Worker(works(loopback=True), clock).run_due()
    changes = (await sender.get("changes")).json()["changes"]
    return sorted(
        (change["type"], change["data"]["appointment_id"])
        for change in changes
        if change["type"].startswith("summons.")
    )


async def test_a_clinics_appointments_are_listed(vardit: Sender, slots: list[str]) -> None:
    sent = (await vardit.summon(slot_id=slots[0], confirmation=REQUIRED)).json()

    [found] = await appointments(vardit)

    assert found == {
        "id": sent["appointment_id"],
        "summons_id": sent["id"],
        "clinic": make.HSA_ID,
        "time_type": "besok",
        "state": "to-confirm",
        "slot_id": slots[0],
        "starts_at": "2026-12-01T08:00:00Z",
        "ends_at": "2026-12-01T08:30:00Z",
        "practitioner": "",
        "place": "Plan 2",
        "sequence": 0,
        "booked_at": sent["delivered_at"],
        "confirmed_at": None,
        "moved_at": None,
        "moved_by": None,
        "cancelled_at": None,
        "cancelled_by": None,
    }


async def test_one_is_followed_with_its_own_history(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    """A second appointment of the same summons has a history of its own."""
    sent = (await vardit.summon(slot_id=slots[0], after_cancellation="open")).json()
    first = sent["appointment_id"]
    done = await vardit.post(f"appointments/{first}/cancellation", {"sequence": 0, "keep_slot": False})
    await summons.book(
        UUID(sent["id"]), resident_id=anna_here.id, slot_id=UUID(slots[1]), accepted=True,
        by=anna_here.actor, language="sv", now=clock.turn(seconds=1), reason="Passar bättre",
    )  # fmt: skip
    second = (await vardit.summons(sent["id"]))["appointment"]["id"]

    assert done.json()["state"] == "to-book"
    old, new = await appointment(vardit, first), await appointment(vardit, second)
    assert (old["state"], new["state"]) == ("cancelled", "booked")
    assert [(step["what"], step["who"]) for step in old["history"]] == [
        ("booked", "care-system"),
        ("cancelled", "care-system"),
    ]
    assert [(step["what"], step["who"], step["reason"]) for step in new["history"]] == [
        ("booked", "resident", "Passar bättre")
    ]
    assert {new[name] for name in ("summons_id", "message_id", "thread_id")} == {
        sent[name] for name in ("id", "message_id", "thread_id")
    }
    assert (new["kind"], new["cancelled_by"], old["cancelled_by"]) == ("timed", None, "care-system")


async def test_the_list_says_what_each_state_says(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock, tokens: Tokens
) -> None:
    """One of each state, and every state finds its own alone: the rule in SQL is the rule."""
    by = "2026-11-30T12:00:00Z"
    asked = [
        {"wanted": "required"},
        {"wanted": "required", "by": by},
        {"wanted": "required"},
        *[{"wanted": "none"}] * 3,
        {"wanted": "required", "by": by},
    ]
    sent = []
    for day, confirmation in enumerate(asked, 1):
        when: dict[str, Any] = {
            "starts_at": f"2026-12-0{day}T12:00:00Z",
            "ends_at": f"2026-12-0{day}T12:30:00Z",
        }
        sent.append((await vardit.summon(**when, rebook_allowed=True, confirmation=confirmation)).json())
    _, _, confirmed, _, moved, gone, _ = sent
    case = await case_for(anna_here.id, UUID(confirmed["id"]))
    await summons.confirm(
        UUID(confirmed["id"]), resident_id=anna_here.id, seen=case.seen, accepted=True, by=anna_here.actor,
        language="sv", now=clock(),
    )  # fmt: skip
    id = moved["appointment_id"]
    await vardit.post(
        f"appointments/{id}/rebooking", {"sequence": 0, "slot_id": slots[2], "keep_old_slot": False}
    )
    await vardit.post(
        f"appointments/{gone['appointment_id']}/cancellation", {"sequence": 0, "keep_slot": False}
    )

    for days in (0.0, 7.17, 8.17, 8.2):
        now = clock.turn(days=days) if days else clock()
        token = tokens.issue(vardit.client_id, vardit.care_system.id, scopes=frozenset([STATUS]), now=now)
        later = vardit._replace(token=token)
        every = await appointments(later, "&from=2026-11-01T00:00:00Z")
        assert len(every) == 7
        assert days or {one["state"] for one in every} == set(VISIT_STATES) - {"past"}
        for state in VISIT_STATES:
            found = await appointments(later, f"&from=2026-11-01T00:00:00Z&state={state}")
            assert found == [one for one in every if one["state"] == state]
        clock.turn(days=-days)


@pytest.mark.parametrize(
    ("query", "status", "code", "pointer"),
    [
        ("", 422, "message.clinic-missing", "/clinic"),
        ("clinic=SE2321000016-ZZZZ", 422, "clinic.unknown", "/clinic"),
        (f"clinic={make.HSA_ID}&limit=0", 400, "request.wrong-type", "/limit"),
        (f"clinic={make.HSA_ID}&limit=201", 400, "request.wrong-type", "/limit"),
        (f"clinic={make.HSA_ID}&after=1", 400, "request.wrong-type", "/after"),
        (f"clinic={make.HSA_ID}&state=held", 422, "appointment.state-unknown", "/state"),
        (f"clinic={make.HSA_ID}&state=", 422, "appointment.state-unknown", "/state"),
        (f"clinic={make.HSA_ID}&from=2026-12-01T09:00:00", 422, "message.time-without-offset", "/from"),
        (f"clinic={make.HSA_ID}&resident=1", 400, "request.unknown-field", "/resident"),
        (f"clinic={make.HSA_ID}&state=past&state=past", 400, "request.duplicate-field", "/state"),
    ],
)
async def test_what_is_wrong_with_a_question_is_said(
    vardit: Sender, query: str, status: int, code: str, pointer: str
) -> None:
    assert_problem(await vardit.get(f"appointments?{query}"), status, code, pointer)


async def test_the_list_is_read_page_by_page(vardit: Sender, slots: list[str]) -> None:
    sent = [(await vardit.summon(slot_id=slot)).json()["appointment_id"] for slot in slots]

    first = (await vardit.get(f"appointments?clinic={make.HSA_ID}&limit=2")).json()
    second = (await vardit.get(f"appointments?clinic={make.HSA_ID}&limit=2&after={first['next']}")).json()

    assert [one["id"] for one in first["appointments"] + second["appointments"]] == sent
    assert (first["next"], second["next"]) == (sent[1], None)
    day = await appointments(vardit, "&from=2026-12-01T09:00:00Z&to=2026-12-02T08:00:00Z")
    assert [one["id"] for one in day] == [sent[1]]


async def test_each_appointment_that_is_shown_is_written_down_as_read(
    vardit: Sender, slots: list[str], anna_here: Resident
) -> None:
    sent = (await vardit.summon(slot_id=slots[0])).json()
    await appointments(vardit)
    await appointment(vardit, sent["appointment_id"])

    read = [row for row in await accesses_to(anna_here.id) if row.action.startswith("appointment.")]
    assert {row.action for row in read} == {
        "appointment.booked",
        "appointment.listed",
        "appointment.status-read",
    }
    assert {row.care_unit for row in read} == {make.HSA_ID}


async def test_another_providers_appointments_do_not_exist_and_the_attempts_are_audited(
    vardit: Sender, slots: list[str], grannen: Sender
) -> None:
    id = (await vardit.summon(slot_id=slots[0])).json()["appointment_id"]
    move = {"sequence": 0, "slot_id": slots[1], "keep_old_slot": True}

    theirs, never = await grannen.get(f"appointments/{id}"), await grannen.get(f"appointments/{NEVER}")
    moved = await grannen.post(f"appointments/{id}/rebooking", move)
    cancelled = await grannen.post(f"appointments/{id}/cancellation", {"sequence": 0, "keep_slot": True})

    for answer in (theirs, never, moved, cancelled):
        assert_problem(answer, 404, "appointment.unknown")
        assert answer.json() == never.json()
    assert_problem(
        await grannen.get(f"appointments?clinic={make.HSA_ID}"), 404, "clinic.other-provider", "/clinic"
    )
    assert await denied() == 5
    assert {row.care_unit for row in await denials()} == {make.HSA_ID, None}
    assert (await appointment(vardit, id))["state"] == "booked"


async def test_care_moves_and_cancels_and_the_resident_is_told(
    vardit: Sender, slots: list[str], clock: Clock
) -> None:
    sent = (await vardit.summon(slot_id=slots[0], after_cancellation="closed")).json()
    id = sent["appointment_id"]
    move = {"sequence": 0, "slot_id": slots[1], "keep_old_slot": True}

    moved = await vardit.post(f"appointments/{id}/rebooking", move, key=KEY)
    again = await vardit.post(f"appointments/{id}/rebooking", move, key=KEY)
    late = await vardit.post(f"appointments/{id}/cancellation", {"sequence": 0, "keep_slot": False})
    cancelled = await vardit.post(f"appointments/{id}/cancellation", {"sequence": 1, "keep_slot": False})
    twice = await vardit.post(f"appointments/{id}/cancellation", {"sequence": 2, "keep_slot": False})

    assert moved.content == again.content
    assert moved.json() == {
        "id": sent["id"], "state": "rebooked", "appointment_id": id, "slot_id": slots[1], "sequence": 1,
    }  # fmt: skip
    assert_not_booked(late, "booking.already-changed", "APPOINTMENT_IS_ALREADY_UPDATED")
    assert cancelled.json()["state"] == "cancelled"
    assert_not_booked(twice, "booking.already-cancelled", "APPOINTMENT_IS_ALREADY_CANCELED")
    assert "nothing more needs to be done" in twice.json()["detail"]
    assert [slot["state"] for slot in await listed(vardit)] == ["free", "withdrawn", "free"]
    thread = (await vardit.get(f"threads/{sent['thread_id']}")).json()["messages"]
    assert len(thread) == 3
    assert await told(vardit, clock) == [
        ("summons.booked", id),
        ("summons.cancelled", id),
        ("summons.rebooked", id),
    ]


@pytest.mark.parametrize(
    ("path", "document", "code", "pointer"),
    [
        ("cancellation", {"keep_slot": True}, "request.field-missing", "/sequence"),
        ("cancellation", {"sequence": 0}, "request.field-missing", "/keep_slot"),
        ("cancellation", {"sequence": "0", "keep_slot": True}, "request.wrong-type", "/sequence"),
        ("cancellation", {"appointment_id": NEVER}, "request.unknown-field", "/appointment_id"),
        ("rebooking", {"sequence": 0, "keep_old_slot": True}, "request.field-missing", "/slot_id"),
        ("rebooking", {"sequence": 0, "slot_id": NEVER}, "request.field-missing", "/keep_old_slot"),
        ("rebooking", {"slot_id": NEVER, "keep_old_slot": True}, "request.field-missing", "/sequence"),
    ],
)
async def test_what_is_missing_in_a_change_is_named(
    vardit: Sender, slots: list[str], path: str, document: dict[str, Any], code: str, pointer: str
) -> None:
    id = (await vardit.summon(slot_id=slots[0])).json()["appointment_id"]

    assert_problem(await vardit.post(f"appointments/{id}/{path}", document), 400, code, pointer)


async def test_an_earlier_appointment_of_a_summons_is_history(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    sent = (await vardit.summon(slot_id=slots[0], after_cancellation="open")).json()
    first = sent["appointment_id"]
    await vardit.post(f"appointments/{first}/cancellation", {"sequence": 0, "keep_slot": True})
    await summons.book(
        UUID(sent["id"]), resident_id=anna_here.id, slot_id=UUID(slots[1]), accepted=True,
        by=anna_here.actor, language="sv", now=clock(),
    )  # fmt: skip

    again = await vardit.post(f"appointments/{first}/cancellation", {"sequence": 1, "keep_slot": True})

    assert_problem(again, 409, "booking.already-changed")
    assert (await appointment(vardit, first))["state"] == "cancelled"


async def test_a_time_that_is_agreed_is_confirmed_without_a_summons(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    sent = (await book(vardit, slot_id=slots[0])).json()

    status = await appointment(vardit, sent["appointment_id"])
    assert (status["kind"], status["state"], status["slot_id"]) == ("booking", "booked", slots[0])
    assert [slot["state"] for slot in await listed(vardit)] == ["booked", "free", "free"]
    assert (await vardit.summons(sent["id"]))["kind"] == "booking"
    assert await told(vardit, clock) == [("summons.booked", sent["appointment_id"])]
    case = await case_for(anna_here.id, UUID(sent["id"]))
    assert case.visit
    assert not case.visit.invitation
    await summons.cancel(
        UUID(sent["id"]), resident_id=anna_here.id, seen=case.seen, by=anna_here.actor, language="sv",
        now=clock(),
    )  # fmt: skip
    assert (await appointment(vardit, sent["appointment_id"]))["cancelled_by"] == "resident"


async def test_a_booking_may_bring_its_time_and_is_made_once(vardit: Sender) -> None:
    await vardit.describe()

    first = await book(vardit, **TIMES, place="Plan 3", key=KEY)
    again = await book(vardit, **TIMES, place="Plan 3", key=KEY)

    assert (first.status_code, first.content) == (201, again.content)
    assert await times() == {
        "slots": 1, "appointments": 1, "summonses": 1, "messages": 1, "idempotency_keys": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("differently", "status", "code", "pointer"),
    [
        ({}, 400, "request.field-missing", "/slot_id"),
        ({"time_type": None, **TIMES}, 422, "time-type.missing", "/time_type"),
        ({"time_type": "prov", **TIMES}, 422, "time-type.unknown", "/time_type"),
        ({"slot_id": NEVER}, 404, "slot.unknown", "/slot_id"),
        ({**TIMES, "slot_id": NEVER}, 422, "summons.slot-and-times", "/slot_id"),
        ({**TIMES, "type": "summons"}, 400, "request.unknown-field", "/type"),
        ({**TIMES, "confirmation": {"wanted": "none"}}, 400, "request.unknown-field", "/confirmation"),
        ({**TIMES, "book_by": "2026-12-01T00:00:00Z"}, 400, "request.unknown-field", "/book_by"),
        ({**TIMES, "terms": []}, 400, "request.unknown-field", "/terms"),
        (
            {**TIMES, "after_cancellation": "open"},
            422,
            "summons.after-cancellation-unknown",
            "/after_cancellation",
        ),
        ({**TIMES, "cut_off_hours": 8785}, 422, "summons.cut-off-out-of-range", "/cut_off_hours"),
        ({**TIMES, "bring": "a" * 501}, 422, "message.text-too-long", "/bring"),
        ({**TIMES, "place": "a" * 201}, 422, "message.text-too-long", "/place"),
        ({**TIMES, "purpose": None}, 422, "message.purpose-missing", "/purpose"),
        ({**TIMES, "recipient": make.BO.number}, 422, "recipient.no-account", "/recipient"),
    ],
)
async def test_what_is_wrong_with_a_booking_is_said_and_nothing_is_stored(
    vardit: Sender, differently: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    await vardit.describe()

    assert_problem(await book(vardit, **differently), status, code, pointer)
    assert set((await times()).values()) == {0}


async def test_of_many_bookings_of_one_time_one_is_made(vardit: Sender, slots: list[str]) -> None:
    answers = await asyncio.gather(*(book(vardit, slot_id=slots[0]) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert (await times())["appointments"] == 1


async def test_appointments_need_their_scopes(
    vardit: Sender, slots: list[str], tokens: Tokens, clock: Clock
) -> None:
    id = (await vardit.summon(slot_id=slots[0])).json()["appointment_id"]
    token = tokens.issue(
        vardit.client_id, vardit.care_system.id, scopes=frozenset([SLOTS_SCOPE]), now=clock()
    )
    only = vardit._replace(token=token)

    for answer in (
        await only.get(f"appointments?clinic={make.HSA_ID}"),
        await only.get(f"appointments/{id}"),
        await book(only, **TIMES),
        await only.post(f"appointments/{id}/cancellation", {}),
        await only.post(f"appointments/{id}/rebooking", {}),
    ):
        assert_problem(answer, 403, "token.scope-missing")
