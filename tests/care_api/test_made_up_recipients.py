"""Test credentials reach made-up recipients, who answer by a timetable; live ones reach people."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from app import database
from app.audit.queries import accesses_to
from app.database import rows
from app.errors import Missing
from app.jobs import works
from app.outbox.worker import Worker
from app.rehearsal import worker as rehearsal
from app.rehearsal.actions import make_recipients
from app.rehearsal.rules import RESERVE_NUMBER, ROLES, role_of, seconds
from app.residents import actions as residents
from app.residents.queries import made_up
from app.residents.rules import NumberTaken, read_number
from app.sessions.principals import Actor
from app.settings import Settings
from tests import make
from tests.care_api.conftest import NOTHING, Sender, Stored, denied, stored
from tests.care_api.test_sending import assert_problem
from tests.make import Clock

PACE = 60
JOBS = "SELECT id FROM outbox WHERE kind LIKE 'rehearsal.%'"


def number(behaviour: str) -> str:
    role = role_of(behaviour)
    assert role
    return role.number


async def plays(clock: Clock, **how_far: float) -> None:
    """Time passes, and everything that is due is done, and what comes of it."""
    clock.turn(**how_far)
    worker = Worker(rehearsal.works(pace=PACE), clock)
    for _ in range(4):
        await worker.run_due()


async def state(prov: Sender, id: str) -> str:
    return str((await prov.summons(id))["state"])


@pytest.fixture
async def times(prov: Sender) -> list[str]:
    """Three free slots of the test credentials' own time type."""
    assert (await prov.describe()).status_code == 200
    ids: list[str] = (await prov.publish()).json()["ids"]
    return ids


def test_every_number_is_one_that_an_account_can_have_but_the_reserve_number(clock: Clock) -> None:
    """Those of Skatteverket's test series end in 238x and 239x: nobody living has them."""
    for role in ROLES:
        assert read_number(role.number, today=clock().date()) == role.number
        assert role.number[8:11] in ("238", "239")
    assert len({role.number for role in ROLES}) == len({role.behaviour for role in ROLES}) == len(ROLES)


async def test_live_credentials_never_reach_the_made_up(vardit: Sender, prov: Sender) -> None:
    before = await stored()
    for role in ROLES:
        refused = await vardit.send(recipient=role.number)
        assert_problem(refused, 422, "recipient.made-up", "/recipient")
    await vardit.describe()
    assert_problem(await vardit.summon(recipient=number("books")), 422, "recipient.made-up", "/recipient")
    assert await stored() == before


async def test_test_credentials_never_reach_people_and_learn_nothing_of_them(prov: Sender) -> None:
    """Not even who has an account: the answer is the same for everybody who is not made up."""
    answers = [
        await prov.send(recipient=recipient)
        for recipient in (make.ANNA.number, make.BO.number, "200002122380")
    ]

    for answer in answers:
        assert_problem(answer, 422, "recipient.not-made-up", "/recipient")
        assert answer.json() == answers[0].json()
    assert await stored() == NOTHING


async def test_what_is_sent_in_a_test_is_marked_and_live_things_are_not(vardit: Sender, prov: Sender) -> None:
    tried = (await prov.send(recipient=number("never-reads"))).json()["id"]
    real = (await vardit.send()).json()["id"]

    assert await marked() == {tried: True, real: False}


class Row(NamedTuple):
    id: UUID
    test: bool


async def marked() -> dict[str, bool]:
    return {str(row.id): bool(row.test) for row in await rows(Row, "SELECT id, test FROM messages")}


async def test_tests_and_life_do_not_see_each_others_letters_times_and_summonses(
    vardit: Sender, prov: Sender, times: list[str], slots: list[str]
) -> None:
    """The same provider and clinic, and even the same code of a time type."""
    letter = (await prov.send(recipient=number("never-reads"))).json()
    summons = (await prov.summon(recipient=number("never-reads"), slot_id=times[0])).json()
    real_letter = (await vardit.send()).json()
    real_summons = (await vardit.summon(slot_id=slots[0])).json()

    for one, sent, called, slot in (
        (vardit, letter, summons, times[1]),
        (prov, real_letter, real_summons, slots[1]),
    ):
        assert_problem(await one.status(sent["id"]), 404, "message.unknown")
        assert_problem(await one.get(f"threads/{sent['thread_id']}"), 404, "thread.unknown")
        assert_problem(await one.get(f"summonses/{called['id']}"), 404, "summons.unknown")
        assert_problem(await one.withdraw(slot), 404, "slot.unknown")
        change = {"appointment_id": called["appointment_id"], "sequence": 0, "keep_slot": True}
        vain = await one.post(f"summonses/{called['id']}/cancellation", change)
        assert_problem(vain, 404, "summons.unknown")
        taken = await one.summon(
            slot_id=slot, recipient=make.ANNA.number if one is vardit else number("never-reads")
        )
        assert_problem(taken, 404, "slot.unknown", "/slot_id")
    assert await denied() == 12
    for one, own in ((vardit, slots), (prov, times)):
        listed = (await one.get(f"slots?clinic={make.HSA_ID}")).json()["slots"]
        assert [slot["id"] for slot in listed] == own
        types = (await one.get(f"time-types?clinic={make.HSA_ID}")).json()["time_types"]
        assert [type["code"] for type in types] == ["besok"]


async def test_who_has_no_account_is_locked_or_deceased_is_refused_as_people_are(prov: Sender) -> None:
    for behaviour, code in (
        ("no-account", "recipient.no-account"),
        ("declined", "recipient.locked"),
        ("deceased", "recipient.deceased"),
    ):
        assert_problem(await prov.send(recipient=number(behaviour)), 422, code, "/recipient")
    refused = await prov.send(recipient=RESERVE_NUMBER.number)
    assert_problem(refused, 422, "recipient.reserve-number", "/recipient")


async def test_reachability_says_the_same_of_each(prov: Sender) -> None:
    asked = [number(behaviour) for behaviour in ("confirms", "child", "no-account", "declined", "deceased")]

    answer = await prov.post("reachability", {"clinic": make.HSA_ID, "recipients": asked})

    told = [(reach["status"], reach["code"]) for reach in answer.json()["recipients"]]
    assert told == [
        ("digital", None),
        ("guardian", None),
        ("not-digital", "recipient.no-account"),
        ("not-digital", "recipient.locked"),
        ("not-digital", "recipient.deceased"),
    ]


async def test_one_reads_at_once_one_later_and_one_never(prov: Sender, clock: Clock) -> None:
    sent = {
        behaviour: (await prov.send(recipient=number(behaviour))).json()["id"]
        for behaviour in ("reads-at-once", "reads-later", "never-reads")
    }

    async def read() -> set[str]:
        return {name for name, id in sent.items() if (await prov.status(id)).json()["status"] == "read"}

    await plays(clock)
    assert await read() == {"reads-at-once"}
    await plays(clock, seconds=59)
    assert await read() == {"reads-at-once"}
    await plays(clock, seconds=1)
    assert await read() == {"reads-at-once", "reads-later"}
    await plays(clock, minutes=8)
    assert await read() == {"reads-at-once", "reads-later"}


async def test_a_childs_letters_are_read_by_its_guardian(prov: Sender, clock: Clock) -> None:
    sent = (await prov.send(recipient=number("child"))).json()

    await plays(clock)
    await plays(clock, seconds=1)

    assert (await prov.status(sent["id"])).json()["status"] == "read"
    here = await made_up()
    [read] = [row for row in await accesses_to(here["child"]) if row.action == "message.first-read"]
    assert (read.actor_kind, read.actor_id) == ("guardian", here["reads-at-once"])


@pytest.mark.parametrize("behaviour", ["confirms", "answers"])
async def test_a_letter_that_asks_for_it_is_confirmed(prov: Sender, clock: Clock, behaviour: str) -> None:
    asked = (await prov.send(recipient=number(behaviour), confirm_receipt=True)).json()["id"]
    plain = (await prov.send(recipient=number(behaviour))).json()["id"]

    await plays(clock)
    await plays(clock, seconds=2)

    told = [(await prov.status(id)).json()["status"] for id in (asked, plain)]
    assert told == ["confirmed", "read"]


@pytest.mark.parametrize(
    ("behaviour", "timed", "becomes"),
    [
        ("confirms", True, "confirmed"),
        ("rebooks", True, "rebooked"),
        ("cancels", True, "cancelled"),
        ("books", False, "booked"),
        ("answers", True, "confirmed"),
        ("answers", False, "booked"),
        ("never-reads", True, "to-confirm"),
        ("reads-at-once", False, "to-book"),
    ],
)
async def test_each_does_with_a_summons_what_it_is_there_for(
    prov: Sender, times: list[str], clock: Clock, behaviour: str, timed: bool, becomes: str
) -> None:
    """First it reads, a minute later it acts: here a second, since the pace is 60."""
    said: dict[str, Any] = {"confirmation": {"wanted": "required"}, "slot_id": times[1]} if timed else {}
    allowed: dict[str, Any] = {"cancel_allowed": True, "rebook_allowed": True, "after_cancellation": "closed"}
    summons = (await prov.summon(recipient=number(behaviour), **allowed, **said)).json()
    before = await state(prov, summons["id"])

    await plays(clock)
    await plays(clock, seconds=1)
    assert await state(prov, summons["id"]) == before
    await plays(clock, seconds=1)

    assert await state(prov, summons["id"]) == becomes
    status = await prov.summons(summons["id"])
    if becomes != before:
        assert status["history"][-1]["who"] == "resident"
    if becomes == "rebooked":
        assert status["appointment"]["slot_id"] == times[0]
    letter = (await prov.status(summons["message_id"])).json()
    assert (letter["read_at"] is None) == (behaviour == "never-reads")


async def test_those_who_act_at_the_same_moment_each_find_a_time(
    prov: Sender, times: list[str], clock: Clock
) -> None:
    """All see the same first free slot; who comes second takes the next, as a person would."""
    called = [
        (await prov.summon(recipient=number(behaviour))).json()["id"]
        for behaviour in ("books", "answers", "books")
    ]

    await plays(clock)
    await plays(clock, minutes=1)

    assert [await state(prov, id) for id in called] == ["booked"] * 3
    taken = {(await prov.summons(id))["appointment"]["slot_id"] for id in called}
    assert taken == set(times)


@pytest.mark.parametrize("behaviour", ["confirms", "answers"])
async def test_the_receipt_of_a_summons_is_confirmed_beside_its_visit(
    prov: Sender, times: list[str], clock: Clock, behaviour: str
) -> None:
    asked: dict[str, Any] = {"confirm_receipt": True, "recipient": number(behaviour)}
    both = await prov.summon(slot_id=times[0], confirmation={"wanted": "required"}, **asked)
    receipt_only = await prov.summon(slot_id=times[1], **asked)

    await plays(clock)
    await plays(clock, seconds=2)

    for sent, becomes in ((both, "confirmed"), (receipt_only, "booked")):
        assert await state(prov, sent.json()["id"]) == becomes
        letter = (await prov.status(sent.json()["message_id"])).json()
        assert letter["confirmed_at"] is not None


async def test_what_a_summons_does_not_allow_is_not_done(
    prov: Sender, times: list[str], clock: Clock
) -> None:
    """As for a person who finds no button: the job is done, and is no dead letter."""
    closed: dict[str, Any] = {"cancel_allowed": False, "rebook_allowed": False}
    sent = [
        await prov.summon(recipient=number(behaviour), slot_id=slot_id, **closed)
        for behaviour, slot_id in zip(("cancels", "books"), times, strict=False)
    ]
    ids = [answer.json()["id"] for answer in sent]

    await plays(clock)
    await plays(clock, minutes=1)

    assert [await state(prov, id) for id in ids] == ["booked", "booked"]
    assert await database.run(f"{JOBS} AND (dead_at IS NOT NULL OR attempts > 1)") == 0


async def test_done_twice_it_does_not_matter(prov: Sender, times: list[str], clock: Clock) -> None:
    """A worker that dies has its job done again by another."""
    summons = (await prov.summon(recipient=number("rebooks"), slot_id=times[1], rebook_allowed=True)).json()
    await plays(clock)
    await plays(clock, seconds=2)
    await database.run(
        "UPDATE outbox SET done_at = NULL, lease = NULL, locked_until = NULL WHERE kind LIKE 'rehearsal%'"
    )

    await plays(clock)
    await plays(clock, seconds=2)

    history = (await prov.summons(summons["id"]))["history"]
    assert history[-1]["what"] == "rebooked"
    assert await database.run(f"{JOBS} AND (dead_at IS NOT NULL OR done_at IS NULL)") == 0


async def test_a_letter_to_a_person_puts_nothing_on_the_timetable(vardit: Sender) -> None:
    await vardit.send()

    assert await database.run(JOBS) == 0


async def test_nobody_made_up_acts_when_the_letter_was_not_stored(prov: Sender) -> None:
    refused = await prov.send(recipient=number("reads-at-once"), thread_id=str(UUID(int=7)))

    assert refused.status_code == 404
    assert await database.run(JOBS) == 0


async def test_what_a_made_up_recipient_does_is_audited_as_its_own(prov: Sender, clock: Clock) -> None:
    await prov.send(recipient=number("reads-at-once"))
    await plays(clock)

    resident_id = (await made_up())["reads-at-once"]
    read = [row for row in await accesses_to(resident_id) if row.action == "message.first-read"]
    assert [(row.actor_kind, row.actor_id) for row in read] == [("resident", resident_id)]


async def test_the_list_is_for_test_credentials_and_says_when_what_is_done(
    vardit: Sender, prov: Sender, settings: Settings
) -> None:
    assert_problem(await vardit.get("test-recipients"), 409, "test-recipients.live")

    answer = await prov.get("test-recipients")

    listed = answer.json()["recipients"]
    assert [each["recipient"] for each in listed] == [*(role.number for role in ROLES), RESERVE_NUMBER.number]
    rebooks = next(each for each in listed if each["behaviour"] == "rebooks")
    assert (rebooks["reads_after"], rebooks["acts_after"]) == (60, 120)
    assert settings.rehearsal_pace == 1


async def test_before_any_are_made_the_list_is_empty(prov: Sender) -> None:
    await database.run("DELETE FROM residents WHERE behaviour IS NOT NULL")

    assert (await prov.get("test-recipients")).json() == {"recipients": []}


async def test_recipients_are_made_once(prov: Sender, clock: Clock) -> None:
    assert await make_recipients(now=clock()) == 0
    assert len(await made_up()) == len(ROLES)


async def test_a_number_that_is_somebodys_is_never_taken_over(vardit: Sender, clock: Clock) -> None:
    await residents.open_account(number("never-reads"), "Någon", now=clock())

    with pytest.raises(NumberTaken):
        await make_recipients(now=clock())
    assert await made_up() == {}


def test_seconds_are_rounded_up() -> None:
    assert seconds(timedelta(hours=1), pace=60) == 60
    assert seconds(timedelta(minutes=1), pace=3600) == 1
    assert seconds(timedelta(), pace=1) == 0


def test_the_worker_knows_the_timetable(settings: Settings) -> None:
    assert {"rehearsal.begin", "rehearsal.step"} <= works(settings, denied=nobody_denied).keys()


async def nobody_denied(_who: Actor, _missing: Missing, _now: datetime) -> None:
    """For jobs that are not done here."""


async def test_the_other_providers_test_credentials_see_nothing_of_these(
    prov: Sender, grannen: Sender
) -> None:
    sent = (await prov.send(recipient=number("never-reads"))).json()

    assert_problem(await grannen.status(sent["id"]), 404, "message.unknown")
    assert await stored() == Stored(1, 1, 1)
