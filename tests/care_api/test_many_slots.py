"""Many slots changed or taken back at once: each by itself, whoever else reaches for them."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app import database
from app.audit.queries import denials
from app.booking.rules import NotBooked
from app.errors import Missing, Refused
from app.sessions.principals import Resident
from app.summons import actions as summons
from app.summons.queries import case_for
from tests import make
from tests.care_api.conftest import SLOTS, Sender, denied, times
from tests.care_api.test_sending import assert_problem
from tests.care_api.test_slots import NEVER, listed
from tests.care_api.test_summonses import assert_not_booked, cancel
from tests.make import Clock

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
LATER = {"starts_at": "2026-12-03T13:00:00+01:00", "ends_at": "2026-12-03T13:30:00+01:00"}


async def change(sender: Sender, *rows: dict[str, Any], key: str | None = None) -> Any:
    return await sender.post("slots/change", {"slots": list(rows)}, key=key)


async def withdraw(sender: Sender, *ids: str, key: str | None = None) -> Any:
    return await sender.post("slots/withdrawal", {"ids": list(ids)}, key=key)


async def held_and_booked(sender: Sender, slots: list[str], clock: Clock) -> None:
    """The first is Anna's, Bo is deciding about the second."""
    assert (await sender.summon(slot_id=slots[0])).status_code == 201
    bo = await make.a_resident(make.BO, now=clock())
    open_one = (await sender.summon(recipient=make.BO.number)).json()["id"]
    await summons.hold(UUID(open_one), resident_id=bo.id, slot_id=UUID(slots[1]), now=clock())


async def test_each_is_changed_or_refused_by_itself(vardit: Sender, slots: list[str], clock: Clock) -> None:
    await held_and_booked(vardit, slots, clock)

    answer = await change(
        vardit,
        {"id": slots[0], **LATER},
        {"id": slots[1], "place": "Plan 9"},
        {"id": slots[2], **LATER, "practitioner": "Dr  Lo", "place": ""},
        {"id": NEVER, "place": "Plan 9"},
    )

    assert answer.status_code == 200
    booked, held, changed, unknown = answer.json()["results"]
    assert answer.json()["changed"] == 1
    assert (booked["result"], booked["problem"]["status"], booked["problem"]["code"]) == (
        "refused",
        409,
        "slot.booked",
    )
    assert booked["problem"]["result_code"] == "REQUESTED_TIME_IS_ALREADY_RESERVED"
    assert (held["problem"]["code"], held["problem"]["pointer"]) == ("slot.held", "/slots/1")
    assert (unknown["problem"]["status"], unknown["problem"]["code"]) == (404, "slot.unknown")
    assert set(changed) == {"id", "result", "slot_id"}
    found = {slot["id"]: slot for slot in await listed(vardit)}
    assert [found[id]["state"] for id in slots] == ["booked", "held", "withdrawn"]
    new = found[changed["slot_id"]]
    assert (new["starts_at"], new["ends_at"]) == ("2026-12-03T12:00:00Z", "2026-12-03T12:30:00Z")
    assert (new["practitioner"], new["place"], new["state"]) == ("Dr Lo", "", "free")
    assert (new["clinic"], new["time_type"]) == (make.HSA_ID, "besok")


async def test_what_is_left_out_of_a_change_stays(vardit: Sender, slots: list[str]) -> None:
    answer = await change(vardit, {"id": slots[0], "practitioner": "Dr Lo"})

    new = next(s for s in await listed(vardit) if s["id"] == answer.json()["results"][0]["slot_id"])
    assert (new["starts_at"], new["place"]) == ("2026-12-01T08:00:00Z", "Plan 2")


async def test_the_history_of_a_cancelled_visit_keeps_its_time(
    vardit: Sender, slots: list[str], anna_here: Resident
) -> None:
    """What was cancelled was at nine, whatever its time is used for afterwards."""
    sent = (await vardit.summon(slot_id=slots[0])).json()
    assert (await cancel(vardit, sent["id"], keep_slot=True)).status_code == 200

    assert (await change(vardit, {"id": slots[0], **LATER})).json()["changed"] == 1

    status = await vardit.summons(sent["id"])
    assert status["appointment"]["starts_at"] == "2026-12-01T08:00:00Z"
    assert status["history"][0]["to_starts_at"] == "2026-12-01T08:00:00Z"


@pytest.mark.parametrize(
    ("row", "status", "code", "pointer"),
    [
        ({}, 422, "slot.nothing-to-change", "/slots/0"),
        ({"starts_at": "snart"}, 0, "", ""),
        ({"ends_at": "2026-12-01T07:30:00Z"}, 422, "slot.ends-before-it-starts", "/slots/0/ends_at"),
        ({"starts_at": "2026-11-23T08:30:00Z"}, 422, "slot.passed", "/slots/0/starts_at"),
        ({"ends_at": "2036-11-23T08:30:00Z"}, 422, "slot.too-far-ahead", "/slots/0/ends_at"),
        ({"ends_at": "2026-12-01T10:30:00"}, 422, "message.time-without-offset", "/slots/0/ends_at"),
        ({"practitioner": "a" * 121}, 422, "message.text-too-long", "/slots/0/practitioner"),
        ({"place": "a" * 201}, 422, "message.text-too-long", "/slots/0/place"),
        ({"place": "a\u0007"}, 422, "message.control-character", "/slots/0/place"),
    ],
)
async def test_a_wrong_row_is_pointed_at_and_the_others_are_done(
    vardit: Sender, slots: list[str], row: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    answer = await change(vardit, {"id": slots[0], **row}, {"id": slots[1], "place": "Plan 9"})

    if not status:
        assert_problem(answer, 422, "message.time-invalid", "/slots/0/starts_at")
        return
    wrong, right = answer.json()["results"]
    assert (wrong["problem"]["status"], wrong["problem"]["code"], wrong["problem"]["pointer"]) == (
        status,
        code,
        pointer,
    )
    assert (wrong["result"], right["result"]) == ("refused", "changed")
    for named in re.findall(r"/[a-z_/0-9]*_at", wrong["problem"]["detail"]):
        assert named == pointer


async def test_every_field_of_a_change_may_be_as_long_as_it_may(vardit: Sender, slots: list[str]) -> None:
    answer = await change(vardit, {"id": slots[0], "practitioner": "å" * 120, "place": "ö" * 200})

    assert answer.json()["changed"] == 1


@pytest.mark.parametrize("path", ["slots/change", "slots/withdrawal"])
@pytest.mark.parametrize(
    ("raw", "status", "code", "pointer"),
    [
        (b"{}", 400, "request.field-missing", None),
        (b'{"slots": [], "ids": []}', 400, "request.unknown-field", None),
        (b'{"provider_id": 1}', 400, "request.unknown-field", "/provider_id"),
        (b"[]", 400, "request.wrong-type", ""),
        (b'{"ids": [NaN], "slots": [NaN]}', 400, "request.not-a-number", "/ids/0"),
        (b'{"ids": [], "ids": []}', 400, "request.duplicate-field", "/ids"),
        (b'{"ids": ["\\ud800"]}', 400, "request.lone-surrogate", "/ids/0"),
        (b'{"ids": ["\\u0000"]}', 400, "request.nul-character", "/ids/0"),
    ],
)
async def test_what_cannot_be_read_is_refused_whole(
    vardit: Sender, path: str, raw: bytes, status: int, code: str, pointer: str | None
) -> None:
    answer = await vardit.post(path, {}, raw=raw)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if pointer:
        assert answer.json()["pointer"] == pointer


async def test_a_row_must_say_of_which_slot(vardit: Sender, slots: list[str]) -> None:
    rows = ({"id": slots[0], "place": "a"}, {"place": "a"})
    assert_problem(await change(vardit, *rows), 400, "request.field-missing", "/slots/1/id")
    assert_problem(await change(vardit, {"id": "1"}), 400, "request.wrong-type", "/slots/0/id")
    assert [slot["state"] for slot in await listed(vardit)] == ["free"] * 3


async def test_a_slot_named_twice_is_changed_once(vardit: Sender, slots: list[str]) -> None:
    answer = await change(vardit, {"id": slots[0], "place": "A"}, {"id": slots[0], "place": "B"})

    first, second = answer.json()["results"]
    assert (first["result"], second["problem"]["code"]) == ("changed", "slot.named-twice")
    assert second["problem"]["pointer"] == "/slots/1/id"
    assert (await times())["slots"] == 4


async def test_each_is_withdrawn_or_refused_by_itself(vardit: Sender, slots: list[str], clock: Clock) -> None:
    await held_and_booked(vardit, slots, clock)

    answer = await withdraw(vardit, *slots, NEVER, slots[2])

    assert answer.status_code == 200
    assert answer.json()["withdrawn"] == 2
    results = answer.json()["results"]
    assert [row["id"] for row in results] == [*slots, NEVER, slots[2]]
    assert [row["result"] for row in results] == ["booked", "held", "withdrawn", "unknown", "withdrawn"]
    assert [row["problem"]["pointer"] for row in results if "problem" in row] == [
        "/ids/0",
        "/ids/1",
        "/ids/3",
    ]
    assert [slot["state"] for slot in await listed(vardit)] == ["booked", "held", "withdrawn"]
    assert await database.run("SELECT id FROM audit WHERE action = {}", "slot.withdrawn") == 1
    # What is withdrawn already stays so, for whoever lost the first answer.
    assert (await withdraw(vardit, slots[2])).json()["withdrawn"] == 1
    assert await database.run("SELECT id FROM audit WHERE action = {}", "slot.withdrawn") == 1


async def test_a_hold_that_is_over_binds_nobody(vardit: Sender, slots: list[str], clock: Clock) -> None:
    await held_and_booked(vardit, slots, clock)
    clock.turn(minutes=10)

    assert (await withdraw(vardit, slots[1])).json()["results"] == [{"id": slots[1], "result": "withdrawn"}]


async def test_a_thousand_are_one_call_and_one_more_is_none(vardit: Sender) -> None:
    await vardit.describe()
    ids = (await vardit.publish(slots=SLOTS[:1] * 1000)).json()["ids"]

    too_many = await withdraw(vardit, *ids, NEVER)
    also = await change(vardit, *({"id": id, "place": "Plan 9"} for id in [*ids, NEVER]))
    changed = await change(vardit, *({"id": id, "place": "Plan 9"} for id in ids))
    withdrawn = await withdraw(vardit, *(row["slot_id"] for row in changed.json()["results"]))

    assert_problem(too_many, 400, "request.list-too-long", "/ids")
    assert_problem(also, 400, "request.list-too-long", "/slots")
    assert (changed.json()["changed"], withdrawn.json()["withdrawn"]) == (1000, 1000)
    assert (await times())["slots"] == 2000


async def test_another_providers_slots_are_unknown_and_each_attempt_is_audited(
    vardit: Sender, slots: list[str], grannen: Sender
) -> None:
    theirs = await withdraw(grannen, *slots[:2], NEVER)
    changes = await change(grannen, {"id": slots[2], "place": "a"})

    assert [row["result"] for row in theirs.json()["results"]] == ["unknown"] * 3
    problem = changes.json()["results"][0]["problem"]
    assert (problem["status"], problem["code"]) == (404, "slot.unknown")
    assert await denied() == 4
    assert {row.care_unit for row in await denials()} == {make.HSA_ID, None}
    assert [slot["state"] for slot in await listed(vardit)] == ["free"] * 3


async def test_the_same_key_answers_the_same_and_does_nothing_more(vardit: Sender, slots: list[str]) -> None:
    first = await change(vardit, {"id": slots[0], "place": "Plan 9"}, key=KEY)
    again = await change(vardit, {"id": slots[0], "place": "Plan 9"}, key=KEY)
    other = await change(vardit, {"id": slots[1], "place": "Plan 9"}, key=KEY)
    gone = await withdraw(vardit, slots[1], key=KEY)
    gone_again = await withdraw(vardit, slots[1], key=KEY)

    assert first.content == again.content
    assert_problem(other, 422, "idempotency.reused")
    assert gone.content == gone_again.content
    assert (await times())["slots"] == 4


async def test_many_slots_need_the_scope_of_slots(
    vardit: Sender, slots: list[str], tokens: Any, clock: Clock
) -> None:
    token = tokens.issue(
        vardit.client_id, vardit.care_system.id, scopes=frozenset(["messages:send"]), now=clock()
    )
    only = vardit._replace(token=token)

    for answer in (await change(only, {"id": slots[0], "place": "a"}), await withdraw(only, slots[0])):
        assert_problem(answer, 403, "token.scope-missing")
    for path in ("slots/change", "slots/withdrawal"):
        keyless = await vardit.post(path, {}, headers={"idempotency-key": None})
        assert_problem(keyless, 400, "idempotency.missing")


async def test_two_who_take_back_the_same_slots_do_not_wait_in_a_ring(vardit: Sender) -> None:
    await vardit.describe()
    ids = (await vardit.publish(slots=SLOTS[:1] * 40)).json()["ids"]

    answers = await asyncio.gather(
        withdraw(vardit, *ids),
        withdraw(vardit, *reversed(ids)),
        change(vardit, *({"id": i, "place": "a"} for i in ids)),
    )

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all(row["result"] == "withdrawn" for answer in answers[:2] for row in answer.json()["results"])
    # Each slot was changed or taken back, by one of them.
    new = answers[2].json()["changed"]
    assert (await times())["slots"] == 40 + new
    assert [slot["state"] for slot in await listed(vardit)].count("free") == new


async def test_a_time_is_withdrawn_or_booked_and_never_both(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    """Both reach for it at once, again and again."""
    await vardit.describe()
    sent = (await vardit.summon(after_cancellation="open")).json()

    async def book(slot: str) -> Exception | None:
        try:
            await summons.book(
                UUID(sent["id"]), resident_id=anna_here.id, slot_id=UUID(slot), accepted=True,
                by=anna_here.actor, language="sv", now=clock(),
            )  # fmt: skip
        except (Refused, Missing) as refusal:
            return refusal
        return None

    for number in range(10):
        [slot] = (await vardit.publish(slots=SLOTS[:1])).json()["ids"]
        reach = (withdraw, change)[number % 2]
        row: Any = slot if reach is withdraw else {"id": slot, "place": "Plan 9"}
        refused, answer = await asyncio.gather(book(slot), reach(vardit, row))

        taken_back = answer.json()["results"][0]["result"] in ("withdrawn", "changed")
        assert taken_back == isinstance(refused, NotBooked), number
        if refused is None:
            assert answer.json()["results"][0]["problem"]["code"] == "slot.booked"
            case = await case_for(anna_here.id, UUID(sent["id"]))
            assert case.visit
            await summons.cancel(
                UUID(sent["id"]), resident_id=anna_here.id, seen=case.seen, by=vardit.care_system.actor,
                language="sv", now=clock(), keep_slot=False,
            )  # fmt: skip


async def test_a_time_is_held_or_changed_and_never_both(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    await vardit.describe()
    sent = (await vardit.summon()).json()

    async def hold(slot: str) -> bool:
        try:
            await summons.hold(UUID(sent["id"]), resident_id=anna_here.id, slot_id=UUID(slot), now=clock())
        except NotBooked:
            return False
        return True

    for _ in range(10):
        [slot] = (await vardit.publish(slots=SLOTS[:1])).json()["ids"]
        held, answer = await asyncio.gather(hold(slot), change(vardit, {"id": slot, **LATER}))
        result = answer.json()["results"][0]
        assert held == (result["result"] == "refused")
        assert result.get("problem", {}).get("code", "slot.held") == "slot.held"


async def test_who_was_about_to_choose_a_changed_time_gets_no_other_instead(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    """What was read through is what is booked, or nothing is."""
    sent = (await vardit.summon()).json()
    await summons.hold(UUID(sent["id"]), resident_id=anna_here.id, slot_id=UUID(slots[0]), now=clock())
    clock.turn(minutes=10)
    assert (await change(vardit, {"id": slots[0], **LATER})).json()["changed"] == 1

    with pytest.raises(NotBooked) as refused:
        await summons.book(
            UUID(sent["id"]), resident_id=anna_here.id, slot_id=UUID(slots[0]), accepted=True,
            by=anna_here.actor, language="sv", now=clock(),
        )  # fmt: skip
    assert refused.value.result_code == "REQUESTED_TIME_IS_NO_LONGER_AVAILABLE"


async def test_two_publish_at_once(vardit: Sender) -> None:
    await vardit.describe()

    answers = await asyncio.gather(*(vardit.publish(slots=SLOTS * 20) for _ in range(4)))

    ids = [id for answer in answers for id in answer.json()["ids"]]
    assert len(ids) == len(set(ids)) == 240
    assert (await times())["slots"] == 240


async def test_a_booked_time_is_moved_through_its_appointment(vardit: Sender, slots: list[str]) -> None:
    sent = (await vardit.summon(slot_id=slots[0])).json()
    assert (await change(vardit, {"id": slots[0], **LATER})).json()["changed"] == 0
    assert_not_booked(await vardit.withdraw(slots[0]), "slot.booked", "REQUESTED_TIME_IS_ALREADY_RESERVED")
    visit = (await vardit.summons(sent["id"]))["appointment"]
    assert datetime.fromisoformat(visit["starts_at"]) - datetime(2026, 12, 1, tzinfo=UTC) == timedelta(
        hours=8
    )
