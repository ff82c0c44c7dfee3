"""A death takes back what waits for the resident: times go to the clinic, and nothing more is sent."""

from typing import NamedTuple
from uuid import UUID

import pytest

from app import database
from app.audit.queries import accesses_to
from app.booking.queries import TimeType, slot_for
from app.database import rows
from app.denials import denied
from app.jobs import works
from app.outbox.worker import Worker
from app.residents import actions as residents
from app.residents.rules import Deceased
from app.sessions.principals import Resident
from app.settings import Settings
from app.summons import actions
from app.summons.actions import close_for_deceased
from app.summons.queries import case_for
from app.summons.rules import SummonsClosed
from tests import make
from tests.make import Clock, Ward


class Told(NamedTuple):
    """An event."""

    kind: str
    actor_kind: str
    reason: str | None
    appointment_id: UUID | None


@pytest.fixture
async def anna_here(db: None, clock: Clock) -> Resident:
    """Anna has signed in once."""
    return await make.a_resident(make.ANNA, now=clock())


async def dies(resident: Resident, settings: Settings, clock: Clock) -> None:
    """Marked, and the worker has been here."""
    clock.turn(seconds=1)
    await residents.mark_deceased(resident.id, now=clock())
    clock.turn(seconds=1)
    while await Worker(works(settings, denied=denied), clock).run_due():
        pass


async def told(summons_id: UUID) -> list[Told]:
    return await rows(
        Told,
        "SELECT kind, actor_kind, reason, appointment_id FROM events WHERE summons_id = {} ORDER BY id",
        summons_id,
    )


async def messages() -> int:
    return await database.run("SELECT id FROM messages")


async def test_a_time_ahead_goes_back_to_the_clinic_and_care_is_told(
    ward: Ward, visits: TimeType, times: list[UUID], anna_here: Resident, settings: Settings, clock: Clock
) -> None:
    sent = await make.a_summons(ward, anna_here, visits, now=clock(), slot_id=times[0])
    before = await messages()

    await dies(anna_here, settings, clock)

    case = await case_for(anna_here.id, sent.id)
    visit = case.visit
    assert visit is not None
    assert (visit.live, visit.cancelled_by, case.state(clock())) == (False, "register", "cancelled")
    slot = await slot_for(ward.clinic.provider_id, times[0])
    assert (slot.withdrawn_at is not None, slot.appointment) == (True, None)
    assert (await told(sent.id))[-1] == Told("summons.cancelled", "register", "deceased", visit.id)
    assert await messages() == before, "nothing more is sent"
    assert ("appointment.cancelled", "register") in {
        (row.action, row.actor_kind) for row in await accesses_to(anna_here.id)
    }


async def test_an_open_summons_is_closed_and_its_held_time_is_free(
    ward: Ward, visits: TimeType, times: list[UUID], anna_here: Resident, settings: Settings, clock: Clock
) -> None:
    sent = await make.a_summons(ward, anna_here, visits, now=clock())
    await actions.hold(sent.id, resident_id=anna_here.id, slot_id=times[0], now=clock())

    await dies(anna_here, settings, clock)

    assert (await case_for(anna_here.id, sent.id)).state(clock()) == "ended"
    free = "SELECT id FROM slots WHERE id = {} AND held_by IS NULL AND withdrawn_at IS NULL"
    assert await database.run(free, times[0]) == 1
    assert (await told(sent.id))[-1] == Told("summons.cancelled", "register", "deceased", None)


async def test_a_visit_that_has_been_stays_as_it_was(
    ward: Ward, visits: TimeType, times: list[UUID], anna_here: Resident, settings: Settings, clock: Clock
) -> None:
    sent = await make.a_summons(ward, anna_here, visits, now=clock(), slot_id=times[0])
    clock.turn(days=8)
    before = await told(sent.id)

    await dies(anna_here, settings, clock)

    assert (await case_for(anna_here.id, sent.id)).state(clock()) == "past"
    assert await told(sent.id) == before


async def test_done_again_it_does_nothing_and_others_keep_their_times(
    ward: Ward, visits: TimeType, times: list[UUID], anna_here: Resident, settings: Settings, clock: Clock
) -> None:
    bo = await make.a_resident(make.BO, now=clock())
    annas = await make.a_summons(ward, anna_here, visits, now=clock(), slot_id=times[0])
    bos = await make.a_summons(ward, bo, visits, now=clock(), slot_id=times[1])
    await dies(anna_here, settings, clock)
    once = await told(annas.id)

    await close_for_deceased(anna_here.id, now=clock())

    assert await told(annas.id) == once
    visit = (await case_for(bo.id, bos.id)).visit
    assert visit is not None
    assert visit.live


async def test_nothing_can_be_booked_or_sent_afterwards(
    ward: Ward, visits: TimeType, times: list[UUID], anna_here: Resident, settings: Settings, clock: Clock
) -> None:
    sent = await make.a_summons(
        ward, anna_here, visits, now=clock(), slot_id=times[0], after_cancellation="open"
    )
    await dies(anna_here, settings, clock)

    with pytest.raises(SummonsClosed):
        await actions.book(
            sent.id, resident_id=anna_here.id, slot_id=times[1], accepted=True, by=ward.care_system.actor,
            language="sv", now=clock(),
        )  # fmt: skip
    with pytest.raises(Deceased):
        await make.a_summons(ward, anna_here, visits, now=clock(), slot_id=times[1])
    assert (await slot_for(ward.clinic.provider_id, times[1])).appointment is None


async def test_a_cancellation_of_the_clinics_own_writes_nothing_either(
    ward: Ward, visits: TimeType, times: list[UUID], anna_here: Resident, clock: Clock
) -> None:
    """Before the worker has been there the visit stands; once it is closed, nobody is written to."""
    sent = await make.a_summons(ward, anna_here, visits, now=clock(), slot_id=times[0])
    await residents.mark_deceased(anna_here.id, now=clock())
    await database.run("UPDATE summonses SET closed_at = {}", clock())
    before = await messages()
    visit = (await case_for(anna_here.id, sent.id)).visit
    assert visit is not None

    await actions.cancel(
        sent.id, resident_id=anna_here.id, seen=visit.seen, by=ward.care_system.actor, language="sv",
        now=clock(),
    )  # fmt: skip

    assert await messages() == before
    assert (await told(sent.id))[-1].kind == "summons.cancelled"


async def test_the_job_is_stored_with_the_mark_or_not_at_all(
    anna_here: Resident, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise OSError("full")

    monkeypatch.setattr("app.residents.actions.states.put", full)
    with pytest.raises(OSError, match="full"):
        await residents.mark_deceased(anna_here.id, now=clock())

    assert await database.run("SELECT id FROM residents WHERE deceased_at IS NOT NULL") == 0
