"""What a clinic's staff sees of its summonses."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.audit.queries import accesses_to
from app.errors import Missing
from app.inbox import actions as inbox
from app.sessions.principals import Clinician, Resident
from app.summons import actions
from app.summons.queries import Wanted, case_for, summons_opened_by, summonses_by
from app.summons.queries import clinic as module
from app.summons.rules import STATES
from tests import make
from tests.make import Clock, Ward


def a_clinician(ward: Ward) -> Clinician:
    return Clinician(
        id=UUID(int=7),
        session_id=UUID(int=8),
        name="Disa Dal",
        employee_hsa_id="SE2321000016-D001",
        assignment="SE2321000016-U001",
        assignment_name="Sjuksköterska",
        clinic_id=ward.clinic.id,
        clinic_hsa_id=ward.clinic.hsa_id,
        clinic_name=ward.clinic.name,
        provider_id=ward.clinic.provider_id,
        level="loa3",
    )


@pytest.fixture
async def anna(db: None, now: datetime) -> Resident:
    return await make.a_resident(now=now)


@pytest.fixture
async def ward(db: None, now: datetime) -> Ward:
    return await make.a_ward(now=now)


async def test_a_page_says_who_and_how_it_stands_and_who_looked(
    anna: Resident, ward: Ward, now: datetime
) -> None:
    visits = await make.a_time_type(ward, now=now)
    [slot] = await make.some_slots(ward, visits, now + timedelta(days=7), now=now)
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=slot)
    disa = a_clinician(ward)

    page = await summonses_by(disa, older_than=None, now=now)

    [line] = page.lines
    assert (line.person.name, line.person.number) == (make.ANNA.name, make.ANNA.number)
    assert (line.case.summons.id, line.case.state(now), page.older) == (sent.id, "to-confirm", None)
    assert line.last is not None
    assert (line.last.action, line.last.actor_kind) == ("booked", "care-system")
    looked = (await accesses_to(anna.id))[0]
    assert (looked.action, looked.actor_kind, looked.care_unit) == (
        "summons.listed",
        "clinician",
        make.HSA_ID,
    )


async def test_a_filter_finds_the_state_as_it_is_now(
    anna: Resident, ward: Ward, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    monkeypatch.setattr(module, "BATCH", 3)
    monkeypatch.setattr(module, "MOST", 6)
    visits = await make.a_time_type(ward, now=now)
    starts = [now + timedelta(days=7 + n) for n in range(7)]
    slots = await make.some_slots(ward, visits, *starts, now=now)
    sent = [await make.a_summons(ward, anna, visits, now=now, slot_id=slot) for slot in slots]
    for each in (sent[0], sent[5]):
        case = await case_for(anna.id, each.id)
        await actions.cancel(
            each.id, resident_id=anna.id, seen=case.seen, by=anna.actor, language="sv", now=now
        )
    await inbox.open_thread(sent[6].thread_id, resident=anna, now=now)
    disa = a_clinician(ward)

    async def found(*states: str, read: bool | None = None) -> list[int]:
        wanted = Wanted(states or STATES, read)
        numbers: list[int] = []
        older_than = None
        while True:
            page = await summonses_by(disa, wanted=wanted, older_than=older_than, now=now)
            numbers += [[one.id for one in sent].index(line.case.summons.id) for line in page.lines]
            if (older_than := page.older) is None:
                return numbers

    assert await found("cancelled") == [5, 0]
    assert await found("to-confirm") == [6, 4, 3, 2, 1]
    assert await found("to-book", "cancelled", read=True) == []
    assert await found(read=True) == [6]
    assert await found(read=False) == [5, 4, 3, 2, 1, 0]
    assert await found() == [6, 5, 4, 3, 2, 1, 0]


async def test_another_clinics_summons_does_not_exist(anna: Resident, ward: Ward, now: datetime) -> None:
    other = await make.a_clinic(
        make.OTHER_HSA_ID, now=now, name="Annan", provider="Annan AB", organisation_number="5560000001"
    )
    elsewhere = Ward(other, await make.a_care_system(other, now=now, client_id="annan"))
    sent = await make.a_summons(elsewhere, anna, await make.a_time_type(elsewhere, now=now), now=now)
    disa = a_clinician(ward)

    assert (await summonses_by(disa, older_than=None, now=now)).lines == []
    with pytest.raises(Missing):
        await summons_opened_by(disa, sent.id, now=now)


async def test_an_opened_summons_has_its_whole_history(anna: Resident, ward: Ward, clock: Clock) -> None:
    visits = await make.a_time_type(ward, now=clock())
    first, second = await make.some_slots(
        ward, visits, clock() + timedelta(days=7), clock() + timedelta(days=8), now=clock()
    )
    sent = await make.a_summons(ward, anna, visits, now=clock(), slot_id=first)
    disa = a_clinician(ward)
    case = await case_for(anna.id, sent.id)
    await actions.rebook(
        sent.id, resident_id=anna.id, slot_id=second, seen=case.seen, accepted=False, by=disa.actor,
        language="sv", now=clock.turn(hours=1), keep_old=False,
    )  # fmt: skip
    case = await case_for(anna.id, sent.id)
    await actions.cancel(
        sent.id, resident_id=anna.id, seen=case.seen, by=anna.actor, language="sv",
        now=clock.turn(hours=1), reason="Jag reser bort",
    )  # fmt: skip

    opened = await summons_opened_by(disa, sent.id, now=clock())

    assert [(step.action, step.actor_kind) for step in opened.steps] == [
        ("booked", "care-system"),
        ("rebooked", "clinician"),
        ("cancelled", "resident"),
    ]
    assert opened.steps[1].assignment == disa.assignment
    assert opened.steps[2].reason == "Jag reser bort"
