"""A summons is letter and visit together; its sender sees how it stands, and may cancel or move the visit."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app import database
from app.audit.queries import accesses_to, denials
from app.booking.queries import whose_visit
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SEND, STATUS, SUMMON
from app.inbox import actions as inbox
from app.inbox.queries import AwaitedLetter
from app.sessions.principals import Resident
from app.summons import actions as summons
from app.summons.queries import Case, case_for
from app.to_do.queries import everything_for
from tests import make
from tests.care_api.conftest import SLOTS, Sender, denied, times
from tests.care_api.test_sending import DTD, assert_problem
from tests.make import Clock

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
NEVER = "019ab01c-64a0-7e21-b7d4-4a1f6c0e9d52"
TIMES: dict[str, Any] = {"starts_at": "2026-12-03T09:00:00+01:00", "ends_at": "2026-12-03T09:30:00+01:00"}
REQUIRED = {"wanted": "required", "by": "2026-11-30T12:00:00+01:00"}


def assert_not_booked(answer: Any, code: str, result_code: str) -> None:
    assert_problem(answer, 409, code)
    assert answer.json()["result_code"] == result_code


async def appointment(sender: Sender, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await sender.summons(id))["appointment"]
    return found


async def cancel(sender: Sender, id: str, *, key: str | None = None, **field: Any) -> Any:
    seen = await appointment(sender, id)
    usual = {"appointment_id": seen["id"], "sequence": seen["sequence"], "keep_slot": True}
    return await sender.post(f"summonses/{id}/cancellation", usual | field, key=key)


async def rebook(sender: Sender, id: str, slot_id: str, *, key: str | None = None, **field: Any) -> Any:
    seen = await appointment(sender, id)
    usual = {"appointment_id": seen["id"], "sequence": seen["sequence"], "keep_old_slot": True}
    return await sender.post(f"summonses/{id}/rebooking", {**usual, "slot_id": slot_id} | field, key=key)


async def states(sender: Sender) -> list[str]:
    found = (await sender.get(f"slots?clinic={make.HSA_ID}")).json()["slots"]
    return [slot["state"] for slot in found]


async def test_a_timed_summons_takes_a_slot(vardit: Sender, slots: list[str]) -> None:
    sent = await vardit.summon(slot_id=slots[0], confirmation=REQUIRED)

    assert sent.status_code == 201
    reply = sent.json()
    assert set(reply) == {
        "id",
        "message_id",
        "thread_id",
        "appointment_id",
        "slot_id",
        "status",
        "delivered_at",
    }
    assert (reply["status"], reply["slot_id"]) == ("delivered", slots[0])
    assert await states(vardit) == ["booked", "free", "free"]
    assert (await vardit.status(reply["message_id"])).json()["thread_id"] == reply["thread_id"]


async def test_a_timed_summons_may_bring_its_time(vardit: Sender, slots: list[str]) -> None:
    reply = (await vardit.summon(**TIMES, practitioner="Dr Lo", place="Plan 3")).json()

    visit = await appointment(vardit, reply["id"])
    assert (visit["starts_at"], visit["practitioner"], visit["place"]) == (
        "2026-12-03T08:00:00Z",
        "Dr Lo",
        "Plan 3",
    )
    assert visit["slot_id"] == reply["slot_id"]
    assert (await times())["slots"] == 4


async def test_an_open_summons_has_no_time(vardit: Sender, slots: list[str]) -> None:
    reply = (await vardit.summon(book_by="2026-12-20T12:00:00+01:00")).json()

    assert (reply["appointment_id"], reply["slot_id"]) == (None, None)
    status = await vardit.summons(reply["id"])
    assert (status["kind"], status["state"], status["book_by"]) == ("open", "to-book", "2026-12-20T11:00:00Z")
    assert (status["appointment"], status["history"]) == (None, [])


async def test_the_resident_finds_what_the_summons_says(
    vardit: Sender, slots: list[str], anna_here: Resident
) -> None:
    terms = [
        {"heading": "Om du uteblir", "text": "400\nkronor", "link": "https://1177.se/patientavgifter"},
        {"heading": "Ingen länk"},
    ]
    sent = (await vardit.summon(terms=terms, bring="Legitimation", cost_of_missing="400 kronor")).json()

    case = await case_for(anna_here.id, UUID(sent["id"]))
    details = case.details()
    assert (details.subject, details.bring, details.cost) == (
        "Kallelse till återbesök",
        "Legitimation",
        "400 kronor",
    )
    assert [(term.heading, term.text, term.link) for term in details.terms] == [
        ("Om du uteblir", "400 kronor", "https://1177.se/patientavgifter"),
        ("Ingen länk", "", ""),
    ]


async def test_what_is_not_said_is_not_allowed(vardit: Sender, slots: list[str], anna_here: Resident) -> None:
    """domain.md §1.3, rule 10."""
    silent = ("cut_off_hours", "cancel_allowed", "rebook_allowed", "reason_allowed", "after_cancellation")
    sent = (await vardit.summon(slot_id=slots[0], **dict.fromkeys(silent))).json()

    case = await case_for(anna_here.id, UUID(sent["id"]))
    assert case.summons.policy == type(case.summons.policy)()
    assert (case.summons.after_cancellation, case.state(datetime(2026, 11, 23, 9, tzinfo=UTC))) == (
        "closed",
        "booked",
    )


BAD: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"recipient": "191212121213"}, 422, "recipient.invalid-number", "/recipient"),
    ({"recipient": make.BO.number}, 422, "recipient.no-account", "/recipient"),
    ({"clinic": None}, 422, "message.clinic-missing", "/clinic"),
    ({"relation": None}, 422, "message.relation-missing", "/relation"),
    ({"purpose": None}, 422, "message.purpose-missing", "/purpose"),
    ({"contact": None}, 422, "message.contact-missing", "/contact/phone"),
    ({"body": {"format": "docbook", "text": DTD}}, 422, "body.unsafe-xml", "/body/text"),
    ({"type": "summons"}, 400, "request.unknown-field", "/type"),
    ({"link_id": NEVER}, 400, "request.unknown-field", "/link_id"),
    ({"time_type": None}, 422, "time-type.missing", "/time_type"),
    ({"time_type": "prov"}, 422, "time-type.unknown", "/time_type"),
    ({**TIMES, "slot_id": NEVER}, 422, "summons.slot-and-times", "/slot_id"),
    ({"starts_at": TIMES["starts_at"]}, 400, "request.field-missing", "/ends_at"),
    ({"ends_at": TIMES["ends_at"]}, 400, "request.field-missing", "/starts_at"),
    ({**TIMES, "starts_at": "2026-12-03T09:00:00"}, 422, "message.time-without-offset", "/starts_at"),
    ({**TIMES, "ends_at": "snart"}, 422, "message.time-invalid", "/ends_at"),
    ({**TIMES, "ends_at": TIMES["starts_at"]}, 422, "slot.ends-before-it-starts", "/starts_at"),
    ({**TIMES, "starts_at": "2026-11-23T08:30:00Z"}, 422, "slot.passed", "/starts_at"),
    ({**TIMES, "ends_at": "2036-11-23T08:30:00Z"}, 422, "slot.too-far-ahead", "/starts_at"),
    ({"place": "Plan 3"}, 422, "summons.place-without-times", "/place"),
    ({"practitioner": "Dr Lo"}, 422, "summons.place-without-times", "/practitioner"),
    ({"slot_id": 1}, 400, "request.wrong-type", "/slot_id"),
    ({"book_by": "2026-11-23T08:30:00Z"}, 422, "summons.deadline-passed", "/book_by"),
    ({"book_by": "2036-11-23T08:30:00Z"}, 422, "summons.deadline-too-far-ahead", "/book_by"),
    ({"book_by": "2026-12-20T12:00:00"}, 422, "message.time-without-offset", "/book_by"),
    (
        {**TIMES, "book_by": "2026-12-20T12:00:00Z", "after_cancellation": "clinic"},
        422,
        "summons.book-by-without-choice",
        "/book_by",
    ),
    ({"confirmation": REQUIRED}, 422, "summons.confirmation-of-open", "/confirmation"),
    (
        {**TIMES, "confirmation": {"wanted": "yes"}},
        422,
        "summons.confirmation-unknown",
        "/confirmation/wanted",
    ),
    (
        {**TIMES, "confirmation": {"by": REQUIRED["by"]}},
        422,
        "summons.deadline-without-confirmation",
        "/confirmation/by",
    ),
    (
        {**TIMES, "confirmation": {"wanted": "optional", "by": "2026-11-23T08:30:00Z"}},
        422,
        "summons.deadline-passed",
        "/confirmation/by",
    ),
    (
        {**TIMES, "confirmation": {"wanted": "required", "by": "2026-12-03T08:00:00.000001Z"}},
        422,
        "summons.deadline-after-visit",
        "/confirmation/by",
    ),
    ({"after_cancellation": "shut"}, 422, "summons.after-cancellation-unknown", "/after_cancellation"),
    ({"cut_off_hours": -1}, 422, "summons.cut-off-out-of-range", "/cut_off_hours"),
    ({"cut_off_hours": 8785}, 422, "summons.cut-off-out-of-range", "/cut_off_hours"),
    ({"cut_off_hours": 10**30}, 422, "summons.cut-off-out-of-range", "/cut_off_hours"),
    ({"cut_off_hours": 1.5}, 400, "request.wrong-type", "/cut_off_hours"),
    ({"cut_off_hours": "24"}, 400, "request.wrong-type", "/cut_off_hours"),
    ({"cut_off_hours": True}, 400, "request.wrong-type", "/cut_off_hours"),
    ({"cancel_allowed": "true"}, 400, "request.wrong-type", "/cancel_allowed"),
    ({"bring": "a" * 501}, 422, "message.text-too-long", "/bring"),
    ({"cost_of_missing": "a\u0007"}, 422, "message.control-character", "/cost_of_missing"),
    ({"terms": [{"heading": "a"}] * 11}, 422, "summons.too-many-terms", "/terms"),
    ({"terms": [{"heading": "a"}, {"text": "b"}]}, 422, "summons.term-heading-missing", "/terms/1/heading"),
    ({"terms": [{"heading": "a", "html": "b"}]}, 400, "request.unknown-field", "/terms/0/html"),
    *[
        (
            {"terms": [{"heading": "a", "link": link}]},
            422,
            "summons.term-link-invalid",
            "/terms/0/link",
        )
        for link in (
            *("javascript:alert(1)", "tel:112", "mailto:a@example.se", "läs här", "https://a@b.se"),
            *("http://1177.se/avgifter", "HTTP://1177.se", "1177.se/avgifter", "https://"),
        )
    ],
    ({"raw": b'{"cut_off_hours": 1, "cut_off_hours": 2}'}, 400, "request.duplicate-field", "/cut_off_hours"),
]


@pytest.mark.parametrize(
    ("differently", "status", "code", "pointer"), BAD, ids=[f"{row[2]}-{n}" for n, row in enumerate(BAD)]
)
async def test_what_is_wrong_with_a_summons_is_said_and_nothing_is_stored(
    vardit: Sender,
    slots: list[str],
    differently: dict[str, Any],
    status: int,
    code: str,
    pointer: str | None,
) -> None:
    """ASVS 2.2.1, 2.3.3, 15.3.3."""
    before = await times()

    assert_problem(await vardit.summon(**differently), status, code, pointer)

    assert await times() == before


async def test_a_deadline_after_a_slots_visit_is_refused(vardit: Sender, slots: list[str]) -> None:
    late = {"wanted": "optional", "by": "2026-12-01T09:00:01+01:00"}

    answer = await vardit.summon(slot_id=slots[0], confirmation=late)

    assert_problem(answer, 422, "summons.deadline-after-visit", "/confirmation/by")
    on_time = {**late, "by": "2026-12-01T09:00:00+01:00"}
    assert (await vardit.summon(slot_id=slots[0], confirmation=on_time)).status_code == 201


async def test_a_timed_summons_that_opens_anew_may_say_until_when(vardit: Sender, slots: list[str]) -> None:
    answer = await vardit.summon(slot_id=slots[0], book_by="2026-12-20T12:00:00Z", after_cancellation="open")

    assert answer.status_code == 201


async def test_a_summons_may_ask_for_a_receipt_besides_its_visit(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    """Having read it is one thing, coming another: both await her, and each is confirmed by itself."""
    sent = (await vardit.summon(slot_id=slots[0], confirmation=REQUIRED, confirm_receipt=True)).json()
    assert [type(each) for each in await everything_for(anna_here, now=clock())] == [Case, AwaitedLetter]

    await inbox.open_thread(UUID(sent["thread_id"]), resident=anna_here, now=clock.turn(minutes=1))
    await inbox.confirm(UUID(sent["message_id"]), resident=anna_here, now=clock.turn(minutes=1))

    status = (await vardit.status(sent["message_id"])).json()
    assert (status["status"], status["confirmed_at"]) == ("confirmed", "2026-11-23T08:32:00Z")
    assert (await vardit.summons(sent["id"]))["state"] == "to-confirm"
    assert [type(each) for each in await everything_for(anna_here, now=clock())] == [Case]


async def test_the_same_summons_again_is_the_same_visit(vardit: Sender, slots: list[str]) -> None:
    answers = await asyncio.gather(*(vardit.summon(key=KEY, slot_id=slots[0]) for _ in range(5)))
    again = await vardit.summon(key=KEY, slot_id=slots[0])

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"idempotency.in-flight"}
    assert {answer.content for answer in answers if answer.status_code == 201} == {again.content}
    counted = await times()
    assert (counted["summonses"], counted["appointments"], counted["messages"]) == (1, 1, 1)
    assert_problem(await vardit.summon(key=KEY, slot_id=slots[1]), 422, "idempotency.reused")


async def test_a_slot_that_is_taken_says_so_and_nothing_is_sent(
    vardit: Sender, slots: list[str], clock: Clock
) -> None:
    await make.a_resident(make.BO, now=clock())
    await vardit.summon(slot_id=slots[0])
    before = await times()

    taken = await vardit.summon(key=KEY, recipient=make.BO.number, slot_id=slots[0])

    assert_not_booked(taken, "booking.time-taken", "REQUESTED_TIME_IS_ALREADY_RESERVED")
    assert await times() == before
    assert (await vardit.summon(key=KEY, recipient=make.BO.number, slot_id=slots[1])).status_code == 201


async def test_a_withdrawn_slot_and_one_that_has_begun_say_so(
    vardit: Sender, slots: list[str], tokens: Tokens, clock: Clock
) -> None:
    await vardit.withdraw(slots[0])
    gone = await vardit.summon(slot_id=slots[0])
    assert_not_booked(gone, "booking.time-withdrawn", "REQUESTED_TIME_IS_NO_LONGER_AVAILABLE")

    clock.turn(days=20)
    late = vardit._replace(
        token=tokens.issue("vardit", vardit.care_system.id, scopes=frozenset([SUMMON]), now=clock())
    )
    passed = await late.summon(slot_id=slots[1])
    assert_not_booked(passed, "booking.time-passed", "REQUESTED_TIME_HAS_ALREADY_PASSED")


async def test_nobody_is_called_to_two_places_at_once(vardit: Sender, slots: list[str]) -> None:
    """The time that came with the second summons is not kept either."""
    await vardit.summon(slot_id=slots[0])
    before = await times()

    clash = await vardit.summon(starts_at="2026-12-01T09:15:00+01:00", ends_at="2026-12-01T09:45:00+01:00")

    assert_not_booked(clash, "booking.already-occupied", "USER_IS_ALREADY_OCCUPIED")
    assert await times() == before


async def test_a_slot_of_another_time_type_clinic_or_provider_does_not_exist(
    vardit: Sender, slots: list[str], grannen: Sender
) -> None:
    """The same answer for each as for one that never was, and each attempt is audited."""
    await vardit.describe(code="prov")
    await grannen.describe(clinic=make.OTHER_HSA_ID)
    [theirs] = (await grannen.publish(clinic=make.OTHER_HSA_ID, slots=SLOTS[:1])).json()["ids"]
    before = await times()
    late = {"wanted": "optional", "by": "2026-12-24T12:00:00Z"}

    answers = [
        await vardit.summon(slot_id=slots[0], time_type="prov"),
        await vardit.summon(slot_id=slots[0], time_type="prov", confirmation=late),
        await vardit.summon(slot_id=theirs),
        # Nor does it tell when theirs begins.
        await vardit.summon(slot_id=theirs, confirmation=late),
        await vardit.summon(slot_id=NEVER),
    ]

    for answer in answers:
        assert_problem(answer, 404, "slot.unknown", "/slot_id")
    assert len({answer.content for answer in answers}) == 1
    assert await times() == before
    assert {row.care_unit for row in await denials()} == {make.HSA_ID, make.OTHER_HSA_ID, None}


async def test_another_providers_clinic_or_thread_cannot_be_used(vardit: Sender, grannen: Sender) -> None:
    await vardit.describe()
    theirs = (await grannen.send(clinic=make.OTHER_HSA_ID)).json()["thread_id"]

    assert_problem(await vardit.summon(clinic=make.OTHER_HSA_ID), 404, "clinic.other-provider", "/clinic")
    assert_problem(await vardit.summon(thread_id=theirs), 404, "thread.unknown", "/thread_id")
    assert (await times())["summonses"] == 0


KEYS = {
    "id",
    "message_id",
    "thread_id",
    "kind",
    "state",
    "time_type",
    "book_by",
    "publish_at",
    "delivered_at",
    "read_at",
    "deleted_by_resident",
    "reason",
    "appointment",
    "history",
}
APPOINTMENT_KEYS = {
    "id",
    "slot_id",
    "starts_at",
    "ends_at",
    "practitioner",
    "place",
    "sequence",
    "booked_at",
    "confirmed_at",
    "moved_at",
    "moved_by",
    "cancelled_at",
    "cancelled_by",
}
STEP_KEYS = {
    "at",
    "what",
    "who",
    "appointment_id",
    "from_slot_id",
    "from_starts_at",
    "to_slot_id",
    "to_starts_at",
    "reason",
}


async def test_the_sender_follows_it_from_delivered_to_cancelled(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    """ASVS 8.2.3: the keys of the answer are these and no others."""
    sent = (await vardit.summon(slot_id=slots[0], confirmation=REQUIRED)).json()
    id = UUID(sent["id"])
    status = await vardit.summons(sent["id"])
    assert (set(status), set(status["appointment"])) == (KEYS, APPOINTMENT_KEYS)
    assert (status["state"], status["read_at"], status["appointment"]["sequence"]) == ("to-confirm", None, 0)

    clock.turn(minutes=1)
    await inbox.open_thread(UUID(sent["thread_id"]), resident=anna_here, now=clock())
    await _as_anna(anna_here, id, clock, "confirm", accepted=True)
    status = await vardit.summons(sent["id"])
    assert (status["state"], status["read_at"]) == ("confirmed", "2026-11-23T08:31:00Z")
    assert status["appointment"]["confirmed_at"] == "2026-11-23T08:31:00Z"

    clock.turn(minutes=1)
    await _as_anna(anna_here, id, clock, "rebook", slot_id=UUID(slots[2]), accepted=True)
    clock.turn(minutes=1)
    await _as_anna(anna_here, id, clock, "cancel", reason="Jag är sjuk")
    await inbox.delete(UUID(sent["message_id"]), resident=anna_here, now=clock())

    status = await vardit.summons(sent["id"])
    assert status["deleted_by_resident"] is False, "it was read"
    assert (status["state"], status["appointment"]["cancelled_by"]) == ("to-book", "resident")
    assert {key for step in status["history"] for key in step} == STEP_KEYS
    assert [(step["what"], step["who"], step["reason"]) for step in status["history"]] == [
        ("booked", "care-system", ""),
        ("confirmed", "resident", ""),
        ("rebooked", "resident", ""),
        ("cancelled", "resident", "Jag är sjuk"),
    ]
    moved = status["history"][2]
    assert (moved["from_slot_id"], moved["to_slot_id"]) == (slots[0], slots[2])
    assert (moved["from_starts_at"], moved["to_starts_at"]) == (
        "2026-12-01T08:00:00Z",
        "2026-12-02T08:00:00Z",
    )
    assert moved["at"] == status["appointment"]["moved_at"] == "2026-11-23T08:32:00Z"


async def test_the_receipt_of_an_answer_has_the_relation_of_its_summons(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    sent = (await vardit.summon(slot_id=slots[0], relation="screening")).json()
    await _as_anna(anna_here, UUID(sent["id"]), clock, "cancel")

    of_screening = "SELECT id FROM messages WHERE thread = {} AND relation = {}"
    assert await database.run(of_screening, UUID(sent["thread_id"]), "screening") == 2
    delivered = [row for row in await accesses_to(anna_here.id) if row.action == "message.delivered"]
    assert [row.basis for row in delivered] == ["screening", "screening"]


async def _as_anna(anna: Resident, id: UUID, clock: Clock, what: str, **more: Any) -> None:
    seen = (await case_for(anna.id, id)).seen
    act = getattr(summons, what)
    await act(id, resident_id=anna.id, seen=seen, by=anna.actor, language="sv", now=clock(), **more)


async def test_reading_the_status_is_audited(vardit: Sender, slots: list[str], anna_here: Resident) -> None:
    sent = (await vardit.summon()).json()
    await vardit.summons(sent["id"])

    row = next(row for row in await accesses_to(anna_here.id) if row.action == "summons.status-read")
    assert (row.actor_kind, row.actor_id, row.care_unit) == (
        "care-system",
        vardit.care_system.id,
        make.HSA_ID,
    )
    assert (row.object_kind, row.object_id) == ("summons", sent["id"])


async def test_another_providers_summons_does_not_exist_and_the_attempt_is_audited(
    vardit: Sender, slots: list[str], grannen: Sender, anna_here: Resident
) -> None:
    """ASVS 8.2.2, 16.3.2: read, cancelled or moved, the same answer as for what is not there."""
    id = (await vardit.summon(slot_id=slots[0])).json()["id"]
    visit = await appointment(vardit, id)
    seen = {"appointment_id": visit["id"], "sequence": 0}
    cancellation = {**seen, "keep_slot": True}
    rebooking = {**seen, "slot_id": slots[1], "keep_old_slot": True}

    for asked in (id, NEVER):
        for answer in (
            await grannen.get(f"summonses/{asked}"),
            await grannen.post(f"summonses/{asked}/cancellation", cancellation),
            await grannen.post(f"summonses/{asked}/rebooking", rebooking),
        ):
            assert_problem(answer, 404, "summons.unknown")

    assert await denied() == 6
    assert len([row for row in await accesses_to(anna_here.id) if row.outcome == "denied"]) == 3
    assert await appointment(vardit, id) == visit


async def test_the_audit_knows_whose_what_was_denied_is(
    vardit: Sender, slots: list[str], grannen: Sender, anna_here: Resident
) -> None:
    sent = (await vardit.summon(slot_id=slots[0])).json()
    await grannen.withdraw(slots[0])
    await grannen.withdraw(slots[1])

    booked = [row for row in await accesses_to(anna_here.id) if row.outcome == "denied"]
    assert [(row.action, row.object_id) for row in booked] == [("slot.denied", slots[0])]
    visit = await whose_visit(UUID(sent["appointment_id"]))
    assert visit == (anna_here.id, make.HSA_ID)
    assert await whose_visit(UUID(NEVER)) is None


async def test_each_thing_needs_its_scope(
    vardit: Sender, slots: list[str], tokens: Tokens, clock: Clock
) -> None:
    """ASVS 10.3.2."""
    id = (await vardit.summon(slot_id=slots[0])).json()["id"]

    def only(scope: str) -> Sender:
        token = tokens.issue("vardit", vardit.care_system.id, scopes=frozenset([scope]), now=clock())
        return vardit._replace(token=token)

    for answer in (
        await only(SEND).summon(),
        await only(STATUS).post(f"summonses/{id}/cancellation", {}),
        await only(STATUS).post(f"summonses/{id}/rebooking", {}),
        await only(SUMMON).get(f"summonses/{id}"),
        await only(SUMMON).send(),
    ):
        assert_problem(answer, 403, "token.scope-missing")


@pytest.mark.parametrize(("keep", "left"), [(True, "free"), (False, "withdrawn")])
async def test_care_cancels_and_the_resident_is_told(
    vardit: Sender, slots: list[str], anna: make.Browser, keep: bool, left: str
) -> None:
    sent = (await vardit.summon(slot_id=slots[0])).json()

    answer = await cancel(vardit, sent["id"], keep_slot=keep)

    assert answer.status_code == 200
    assert answer.json() == {
        "id": sent["id"],
        "state": "to-book",
        "appointment_id": sent["appointment_id"],
        "slot_id": slots[0],
        "sequence": 1,
    }
    assert await states(vardit) == [left, "free", "free"]
    status = await vardit.summons(sent["id"])
    assert (status["appointment"]["cancelled_by"], status["history"][-1]["who"]) == (
        "care-system",
        "care-system",
    )
    assert "Mottagningen har avbokat din tid" in (await anna.get(f"/inkorg/{sent['thread_id']}")).text


@pytest.mark.parametrize(("keep", "left"), [(True, "free"), (False, "withdrawn")])
async def test_care_moves_a_visit_and_the_resident_is_told(
    vardit: Sender, slots: list[str], anna: make.Browser, keep: bool, left: str
) -> None:
    sent = (await vardit.summon(slot_id=slots[0], confirmation=REQUIRED)).json()

    answer = await rebook(vardit, sent["id"], slots[2], keep_old_slot=keep)

    assert (answer.status_code, answer.json()["state"], answer.json()["sequence"]) == (200, "rebooked", 1)
    assert await states(vardit) == [left, "free", "booked"]
    visit = await appointment(vardit, sent["id"])
    assert (visit["slot_id"], visit["moved_by"], visit["id"]) == (
        slots[2],
        "care-system",
        sent["appointment_id"],
    )
    assert "Mottagningen har bokat om din tid" in (await anna.get(f"/inkorg/{sent['thread_id']}")).text
    assert (await cancel(vardit, sent["id"])).json()["sequence"] == 2


async def test_the_resident_is_told_in_the_language_of_the_summons(
    vardit: Sender, slots: list[str], anna: make.Browser
) -> None:
    sent = (await vardit.summon(slot_id=slots[0], language="en-GB")).json()
    await cancel(vardit, sent["id"])

    assert (
        "The clinic has cancelled your appointment" in (await anna.get(f"/inkorg/{sent['thread_id']}")).text
    )


async def test_a_change_is_made_once_however_often_it_is_sent(vardit: Sender, slots: list[str]) -> None:
    sent = (await vardit.summon(slot_id=slots[0])).json()
    seen = {"appointment_id": sent["appointment_id"], "sequence": 0}
    move = {**seen, "slot_id": slots[1], "keep_old_slot": True}
    path = f"summonses/{sent['id']}/rebooking"

    first, again = [await vardit.post(path, move, key=KEY) for _ in range(2)]

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert len((await vardit.summons(sent["id"]))["history"]) == 2
    other = await vardit.post(path, {**move, "slot_id": slots[2]}, key=KEY)
    assert_problem(other, 422, "idempotency.reused")


async def test_a_key_of_one_summons_changes_no_other(vardit: Sender, slots: list[str], clock: Clock) -> None:
    """The address is a part of what was asked."""
    await make.a_resident(make.BO, now=clock())
    annas = (await vardit.summon(slot_id=slots[0])).json()
    bos = (await vardit.summon(slot_id=slots[1], recipient=make.BO.number)).json()
    cancellation = {"appointment_id": annas["appointment_id"], "sequence": 0, "keep_slot": True}
    await vardit.post(f"summonses/{annas['id']}/cancellation", cancellation, key=KEY)

    answer = await vardit.post(f"summonses/{bos['id']}/cancellation", cancellation, key=KEY)

    assert_problem(answer, 422, "idempotency.reused")


async def test_what_care_saw_must_still_be_so(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    """The resident was quicker: the change is refused, and nothing is lost."""
    sent = (await vardit.summon(slot_id=slots[0])).json()
    await _as_anna(anna_here, UUID(sent["id"]), clock, "rebook", slot_id=UUID(slots[1]), accepted=True)

    stale = [
        await cancel(vardit, sent["id"], sequence=0),
        await rebook(vardit, sent["id"], slots[2], sequence=0),
        await cancel(vardit, sent["id"], appointment_id=NEVER),
    ]

    for answer in stale:
        assert_not_booked(answer, "booking.already-changed", "APPOINTMENT_IS_ALREADY_UPDATED")
    assert await states(vardit) == ["free", "booked", "free"]


async def test_an_earlier_appointments_number_is_not_the_next_ones(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    """Both begin at 0; what care saw was the first."""
    sent = (await vardit.summon(slot_id=slots[0])).json()
    await cancel(vardit, sent["id"])
    await summons.book(
        UUID(sent["id"]),
        resident_id=anna_here.id,
        slot_id=UUID(slots[1]),
        accepted=True,
        by=anna_here.actor,
        language="sv",
        now=clock(),
    )
    assert (await appointment(vardit, sent["id"]))["sequence"] == 0

    old = await cancel(vardit, sent["id"], appointment_id=sent["appointment_id"], sequence=0)

    assert_not_booked(old, "booking.already-changed", "APPOINTMENT_IS_ALREADY_UPDATED")


async def test_what_is_cancelled_cannot_be_changed(vardit: Sender, slots: list[str]) -> None:
    sent = (await vardit.summon(slot_id=slots[0], after_cancellation="closed")).json()
    assert (await cancel(vardit, sent["id"])).json()["state"] == "cancelled"

    for answer in (await cancel(vardit, sent["id"]), await rebook(vardit, sent["id"], slots[1])):
        assert_not_booked(answer, "booking.already-cancelled", "APPOINTMENT_IS_ALREADY_CANCELED")


async def test_what_is_not_booked_cannot_be_changed(vardit: Sender, slots: list[str]) -> None:
    id = (await vardit.summon()).json()["id"]
    seen = {"appointment_id": NEVER, "sequence": 0}

    for answer in (
        await vardit.post(f"summonses/{id}/cancellation", {**seen, "keep_slot": True}),
        await vardit.post(f"summonses/{id}/rebooking", {**seen, "slot_id": slots[0], "keep_old_slot": True}),
    ):
        assert_not_booked(answer, "booking.nothing-booked", "APPOINTMENT_DOES_NOT_EXIST")


async def test_a_visit_moves_only_to_a_slot_of_its_time_type(vardit: Sender, slots: list[str]) -> None:
    await vardit.describe(code="prov")
    [other] = (await vardit.publish(time_type="prov", slots=SLOTS[2:])).json()["ids"]
    id = (await vardit.summon(slot_id=slots[0])).json()["id"]

    assert_problem(await rebook(vardit, id, other), 404, "slot.unknown", "/slot_id")
    assert_problem(await rebook(vardit, id, NEVER), 404, "slot.unknown", "/slot_id")
    assert await states(vardit) == ["booked", "free", "free", "free"]


@pytest.mark.parametrize(
    ("what", "field", "status", "code"),
    [
        ("cancellation", {"keep_slot": None}, 400, "request.field-missing"),
        ("cancellation", {"sequence": None}, 400, "request.field-missing"),
        ("cancellation", {"appointment_id": None}, 400, "request.field-missing"),
        ("cancellation", {"sequence": "0"}, 400, "request.wrong-type"),
        ("cancellation", {"reason": "Vi är sjuka"}, 400, "request.unknown-field"),
        ("rebooking", {"slot_id": None}, 400, "request.field-missing"),
        ("rebooking", {"keep_old_slot": None}, 400, "request.field-missing"),
        ("rebooking", {"appointment_id": 1}, 400, "request.wrong-type"),
        ("rebooking", {"state": "booked"}, 400, "request.unknown-field"),
    ],
)
async def test_what_is_wrong_with_a_change_is_said(
    vardit: Sender, slots: list[str], what: str, field: dict[str, Any], status: int, code: str
) -> None:
    sent = (await vardit.summon(slot_id=slots[0])).json()
    act = {
        "cancellation": lambda: cancel(vardit, sent["id"], **field),
        "rebooking": lambda: rebook(vardit, sent["id"], **{"slot_id": slots[1], **field}),
    }[what]

    assert_problem(await act(), status, code, f"/{next(iter(field))}")
    assert await states(vardit) == ["booked", "free", "free"]


async def test_care_is_bound_by_no_cut_off_but_by_what_has_begun(
    vardit: Sender, slots: list[str], tokens: Tokens, clock: Clock
) -> None:
    sent = (await vardit.summon(slot_id=slots[0], cut_off_hours=24)).json()
    clock.turn(days=7, hours=23, minutes=30)
    scopes = frozenset([SUMMON, STATUS])

    def now() -> Sender:
        return vardit._replace(
            token=tokens.issue("vardit", vardit.care_system.id, scopes=scopes, now=clock())
        )

    clock.turn(seconds=0)
    begun = await cancel(now(), sent["id"])
    assert_not_booked(begun, "booking.cancellation-after-start", "TOO_LATE_TO_CANCEL_APPOINTMENT")
    clock.turn(seconds=-1)
    assert (await cancel(now(), sent["id"])).status_code == 200


async def test_a_plain_letter_of_the_type_summons_is_a_letter_only(vardit: Sender) -> None:
    """The difference that docs/care-systems.md tells of."""
    sent = await vardit.send(type="summons")

    assert sent.status_code == 201
    counted = await times()
    assert (counted["summonses"], counted["appointments"]) == (0, 0)


async def test_neither_number_nor_reason_is_in_what_a_key_keeps(
    vardit: Sender, slots: list[str], anna_here: Resident
) -> None:
    sent = await vardit.summon(slot_id=slots[0])
    answer = await cancel(vardit, sent.json()["id"])

    assert make.ANNA.number not in sent.text + answer.text
