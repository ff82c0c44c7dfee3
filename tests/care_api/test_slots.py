"""What a clinic offers: time types that are described, slots that are ours until they are withdrawn."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from app import database
from app.audit.queries import denials
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SEND
from app.sessions.principals import Resident
from app.summons import actions as summons
from tests import make
from tests.care_api.conftest import SLOTS, Sender, denied, times
from tests.care_api.test_sending import assert_problem
from tests.make import Clock

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
NEVER = "019ab01c-64a0-7e21-b7d4-4a1f6c0e9d52"
NOTHING = {"slots": 0, "appointments": 0, "summonses": 0, "messages": 0, "idempotency_keys": 0}


async def listed(sender: Sender, query: str = "") -> list[dict[str, Any]]:
    answer = await sender.get(f"slots?clinic={make.HSA_ID}{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["slots"]
    return found


async def test_a_time_type_is_described_and_described_anew(vardit: Sender) -> None:
    first = await vardit.describe(clinic=make.HSA_ID.lower(), hidden=True)
    await vardit.describe(code="prov", name="Provtagning")
    again = await vardit.describe(name="Besök hos\u00a0läkare  ")

    assert first.json() == {
        "clinic": make.HSA_ID,
        "code": "besok",
        "name": "Besök hos läkare",
        "hidden": True,
    }
    assert again.json() == first.json() | {"hidden": False}
    types = (await vardit.get(f"time-types?clinic={make.HSA_ID}")).json()["time_types"]
    assert types == [again.json(), {**again.json(), "code": "prov", "name": "Provtagning"}]


BAD_TYPES: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"clinic": None}, 422, "message.clinic-missing", "/clinic"),
    ({"clinic": "SE2321000016-ZZZZ"}, 422, "clinic.unknown", "/clinic"),
    ({"code": " "}, 422, "time-type.missing", "/code"),
    ({"code": "a" * 65}, 422, "message.text-too-long", "/code"),
    ({"name": "\u200b"}, 422, "time-type.name-missing", "/name"),
    ({"name": "a\u0007"}, 422, "message.control-character", "/name"),
    ({"hidden": "no"}, 400, "request.wrong-type", "/hidden"),
    ({"hidden": 0}, 400, "request.wrong-type", "/hidden"),
    ({"provider_id": "1"}, 400, "request.unknown-field", "/provider_id"),
]


@pytest.mark.parametrize(("differently", "status", "code", "pointer"), BAD_TYPES)
async def test_what_is_wrong_with_a_time_type_is_said(
    vardit: Sender, differently: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    assert_problem(await vardit.describe(**differently), status, code, pointer)
    assert await database.run("SELECT id FROM time_types") == 0


async def test_slots_are_published_and_listed(vardit: Sender) -> None:
    await vardit.describe()

    published = await vardit.publish()

    assert published.status_code == 201
    assert set(published.json()) == {"ids"}
    found = await listed(vardit)
    assert [slot["id"] for slot in found] == published.json()["ids"]
    assert found[0] == {
        "id": published.json()["ids"][0],
        "clinic": make.HSA_ID,
        "time_type": "besok",
        "starts_at": "2026-12-01T08:00:00Z",
        "ends_at": "2026-12-01T08:30:00Z",
        "practitioner": "",
        "place": "Plan 2",
        "state": "free",
    }


async def test_a_thousand_slots_are_one_call_and_one_more_is_none(vardit: Sender) -> None:
    await vardit.describe()

    assert_problem(await vardit.publish(slots=SLOTS[:1] * 1001), 400, "request.list-too-long", "/slots")
    assert await times() == NOTHING
    assert (await vardit.publish(slots=SLOTS[:1] * 1000)).status_code == 201
    assert (await times())["slots"] == 1000


async def test_a_list_is_read_page_by_page(vardit: Sender, slots: list[str]) -> None:
    first = (await vardit.get(f"slots?clinic={make.HSA_ID}&limit=2")).json()
    second = (await vardit.get(f"slots?clinic={make.HSA_ID}&limit=2&after={first['next']}")).json()

    assert [slot["id"] for slot in first["slots"] + second["slots"]] == slots
    assert (first["next"], second["next"]) == (slots[1], None)


async def test_a_list_has_what_starts_in_the_interval(vardit: Sender, slots: list[str]) -> None:
    day = "&from=2026-12-01T09:00:00Z&to=2026-12-02T08:00:00Z"

    assert [slot["id"] for slot in await listed(vardit, day)] == [slots[1]]
    assert [slot["id"] for slot in await listed(vardit, "&from=2026-12-01T08:00:00Z")] == slots


@pytest.mark.parametrize(
    ("query", "status", "code", "pointer"),
    [
        ("", 422, "message.clinic-missing", "/clinic"),
        ("clinic=SE2321000016-ZZZZ", 422, "clinic.unknown", "/clinic"),
        (f"clinic={make.HSA_ID}&limit=0", 400, "request.wrong-type", "/limit"),
        (f"clinic={make.HSA_ID}&limit=201", 400, "request.wrong-type", "/limit"),
        (f"clinic={make.HSA_ID}&limit=ten", 400, "request.wrong-type", "/limit"),
        (f"clinic={make.HSA_ID}&limit=" + "9" * 5000, 400, "request.wrong-type", "/limit"),
        (f"clinic={make.HSA_ID}&after=1", 400, "request.wrong-type", "/after"),
        (f"clinic={make.HSA_ID}&from=today", 422, "message.time-invalid", "/from"),
        (f"clinic={make.HSA_ID}&from=2026-12-01T09:00:00", 422, "message.time-without-offset", "/from"),
        (f"clinic={make.HSA_ID}&to=9999-12-31T23:59:59-14:00", 422, "message.time-invalid", "/to"),
        (f"clinic={make.HSA_ID}&from=9999-12-31T23:59:59Z", 422, "message.time-invalid", "/from"),
        (f"clinic={make.HSA_ID}&sort=name", 400, "request.unknown-field", "/sort"),
        (f"clinic={make.HSA_ID}&clinic={make.OTHER_HSA_ID}", 400, "request.duplicate-field", "/clinic"),
        (f"clinic={make.HSA_ID}%00", 400, "request.nul-character", "/clinic"),
    ],
)
async def test_what_is_wrong_with_a_question_is_said(
    vardit: Sender, query: str, status: int, code: str, pointer: str
) -> None:
    assert_problem(await vardit.get(f"slots?{query}"), status, code, pointer)


def slot(**differently: Any) -> list[dict[str, Any]]:
    """A good one, and one that is wrong."""
    wrong = {**SLOTS[1], **differently}
    return [SLOTS[0], {name: value for name, value in wrong.items() if value is not None}]


async def test_an_empty_list_is_not_said_to_be_missing(vardit: Sender) -> None:
    detail = (await vardit.publish(slots=[])).json()["detail"]

    assert detail == "The list in /slots is empty. Send at least one."


BAD_SLOTS: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"clinic": None}, 422, "message.clinic-missing", "/clinic"),
    ({"time_type": None}, 422, "time-type.missing", "/time_type"),
    ({"time_type": "prov"}, 422, "time-type.unknown", "/time_type"),
    ({"slots": None}, 400, "request.field-missing", "/slots"),
    ({"slots": []}, 400, "request.field-missing", "/slots"),
    ({"slots": {}}, 400, "request.wrong-type", "/slots"),
    ({"slots": [1]}, 400, "request.wrong-type", "/slots/0"),
    ({"slots": slot(starts_at=None)}, 400, "request.field-missing", "/slots/1/starts_at"),
    ({"slots": slot(ends_at=None)}, 400, "request.field-missing", "/slots/1/ends_at"),
    ({"slots": slot(starts_at=1)}, 400, "request.wrong-type", "/slots/1/starts_at"),
    ({"slots": slot(starts_at="soon")}, 422, "message.time-invalid", "/slots/1/starts_at"),
    (
        {"slots": slot(ends_at="2026-12-01T10:30:00")},
        422,
        "message.time-without-offset",
        "/slots/1/ends_at",
    ),
    (
        {"slots": slot(starts_at="0001-01-01T00:00:00+14:00")},
        422,
        "message.time-invalid",
        "/slots/1/starts_at",
    ),
    (
        {"slots": slot(ends_at=SLOTS[1]["starts_at"])},
        422,
        "slot.ends-before-it-starts",
        "/slots/1/starts_at",
    ),
    ({"slots": slot(starts_at="2026-11-23T08:30:00Z")}, 422, "slot.passed", "/slots/1/starts_at"),
    ({"slots": slot(ends_at="2030-12-01T10:30:00Z")}, 422, "slot.too-far-ahead", "/slots/1/starts_at"),
    ({"slots": slot(place="a" * 201)}, 422, "message.text-too-long", "/slots/1/place"),
    ({"slots": slot(state="booked")}, 400, "request.unknown-field", "/slots/1/state"),
    ({"care_system_id": NEVER}, 400, "request.unknown-field", "/care_system_id"),
    ({"raw": b'{"slots": [{"place": "a", "place": "b"}]}'}, 400, "request.duplicate-field", "/slots/0/place"),
]


@pytest.mark.parametrize(("differently", "status", "code", "pointer"), BAD_SLOTS)
async def test_one_wrong_slot_is_pointed_at_and_none_is_published(
    vardit: Sender, differently: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    """ASVS 2.2.1, 2.3.3, 15.3.3."""
    await vardit.describe()

    assert_problem(await vardit.publish(**differently), status, code, pointer)
    assert await times() == NOTHING


async def test_slots_are_published_once_however_often_they_are_sent(vardit: Sender) -> None:
    await vardit.describe()

    answers = await asyncio.gather(*(vardit.publish(key=KEY) for _ in range(5)))
    again = await vardit.publish(key=KEY)
    other = await vardit.publish(key=KEY, slots=SLOTS[:1])

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert again.status_code == 201
    assert {answer.content for answer in answers if answer.status_code == 201} == {again.content}
    assert_problem(other, 422, "idempotency.reused")
    assert (await times())["slots"] == 3


async def test_a_key_belongs_to_what_was_done_with_it(vardit: Sender) -> None:
    """The same key for slots and for a letter: two errands."""
    await vardit.describe()

    assert (await vardit.publish(key=KEY)).status_code == 201
    assert (await vardit.send(key=KEY)).status_code == 201


async def test_a_slot_is_withdrawn_and_asking_again_changes_nothing(vardit: Sender, slots: list[str]) -> None:
    first, again = await vardit.withdraw(slots[0]), await vardit.withdraw(slots[0])

    assert (first.status_code, first.content) == (again.status_code, again.content) == (204, b"")
    assert [found["state"] for found in await listed(vardit)] == ["withdrawn", "free", "free"]
    assert await database.run("SELECT id FROM audit WHERE action = {}", "slot.withdrawn") == 1


async def test_a_slot_that_somebody_has_is_not_withdrawn(
    vardit: Sender, slots: list[str], anna_here: Resident, clock: Clock
) -> None:
    await vardit.summon(slot_id=slots[0], confirmation={"wanted": "required"})
    bo = await make.a_resident(make.BO, now=clock())
    open_one = (await vardit.summon(recipient=make.BO.number)).json()["id"]
    await summons.hold(UUID(open_one), resident_id=bo.id, slot_id=UUID(slots[1]), now=clock())

    assert_problem(await vardit.withdraw(slots[0]), 409, "slot.booked")
    assert_problem(await vardit.withdraw(slots[1]), 409, "slot.held")

    assert [found["state"] for found in await listed(vardit)] == ["booked", "held", "free"]
    clock.turn(minutes=10)
    assert (await vardit.withdraw(slots[1])).status_code == 204


async def test_another_providers_slots_do_not_exist_and_the_attempt_is_audited(
    vardit: Sender, slots: list[str], grannen: Sender
) -> None:
    """ASVS 8.2.2, 16.3.2: the same answer for what is not there."""
    theirs, never = await grannen.withdraw(slots[0]), await grannen.withdraw(NEVER)

    assert_problem(theirs, 404, "slot.unknown")
    assert theirs.json() == never.json()
    assert_problem(await grannen.get(f"slots?clinic={make.HSA_ID}"), 404, "clinic.other-provider", "/clinic")
    assert_problem(
        await grannen.get(f"time-types?clinic={make.HSA_ID}"), 404, "clinic.other-provider", "/clinic"
    )
    assert_problem(await grannen.describe(), 404, "clinic.other-provider", "/clinic")
    assert_problem(await grannen.publish(), 404, "clinic.other-provider", "/clinic")
    assert await denied() == 6
    assert {row.care_unit for row in await denials()} == {make.HSA_ID, None}
    assert {row.object_kind for row in await denials()} == {"slot", "clinic-of-another-provider"}
    assert [found["state"] for found in await listed(vardit)] == ["free"] * 3


async def test_slots_need_their_own_scope(
    vardit: Sender, slots: list[str], tokens: Tokens, clock: Clock
) -> None:
    """ASVS 10.3.2."""
    only = vardit._replace(
        token=tokens.issue(vardit.client_id, vardit.care_system.id, scopes=frozenset([SEND]), now=clock())
    )

    for answer in (
        await only.describe(),
        await only.publish(),
        await only.get(f"slots?clinic={make.HSA_ID}"),
        await only.get(f"time-types?clinic={make.HSA_ID}"),
        await only.withdraw(slots[0]),
    ):
        assert_problem(answer, 403, "token.scope-missing")


async def test_publishing_needs_a_key_and_json(vardit: Sender) -> None:
    await vardit.describe()

    for path in ("slots", "summonses"):
        keyless = await vardit.post(path, {}, headers={"idempotency-key": None})
        form = await vardit.post(path, {}, headers={"content-type": "text/plain"})
        assert_problem(keyless, 400, "idempotency.missing")
        assert_problem(form, 415, "request.unsupported-media-type")


async def test_a_slot_that_has_begun_is_listed_no_more_unless_asked_for(
    vardit: Sender, slots: list[str], tokens: Tokens, clock: Clock
) -> None:
    clock.turn(days=8, seconds=1)
    token = tokens.issue(
        vardit.client_id, vardit.care_system.id, scopes=frozenset(["slots:manage"]), now=clock()
    )
    later = vardit._replace(token=token)

    assert [found["id"] for found in await listed(later)] == slots[1:]
    assert len(await listed(later, "&from=2026-11-30T00:00:00Z")) == 3
