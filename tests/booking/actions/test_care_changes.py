"""The clinic and its care system move and cancel on the resident's behalf, bound by nothing but the start."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.booking.queries import TimeType, history_of
from app.booking.rules import (
    NONE,
    CancellationAfterStart,
    Policy,
    RebookingAfterStart,
    RebookingNotAllowed,
    TooLateToCancel,
)
from app.database import uuid7
from app.sessions.principals import Actor, Resident
from tests import make
from tests.booking.actions.answering import cancel, free, rebook, state, visit_of
from tests.make import Ward

INSTANT = timedelta(microseconds=1)
LOCKED = Policy(cut_off_hours=72, confirmation=NONE)
DISA = Actor("clinician", uuid7(), "SE2321000016-1003")


@pytest.fixture
async def locked(anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime) -> UUID:
    """A summons with which Anna may do nothing herself."""
    return (await make.a_summons(ward, anna, visits, now=now, slot_id=times[0], policy=LOCKED)).id


@pytest.fixture(params=["clinician", "care system"])
def care(request: pytest.FixtureRequest, ward: Ward) -> Actor:
    return DISA if request.param == "clinician" else ward.care_system.actor


async def test_care_moves_what_the_resident_may_not_until_it_begins(
    locked: UUID, anna: Resident, times: list[UUID], care: Actor, now: datetime
) -> None:
    starts = now + timedelta(days=7)
    with pytest.raises(RebookingNotAllowed):
        await rebook(locked, anna, times[1], now)
    with pytest.raises(RebookingAfterStart):
        await rebook(locked, anna, times[1], starts, by=care)

    await rebook(locked, anna, times[1], starts - INSTANT, by=care)

    assert await state(locked, anna, now) == "rebooked"
    assert (await visit_of(locked, anna)).moved_by == care.kind


async def test_care_cancels_until_it_begins(locked: UUID, anna: Resident, care: Actor, now: datetime) -> None:
    starts = now + timedelta(days=7)
    with pytest.raises(CancellationAfterStart) as refused:
        await cancel(locked, anna, starts, by=care)
    assert refused.value.result_code == TooLateToCancel.result_code

    await cancel(locked, anna, starts - INSTANT, by=care)

    assert (await visit_of(locked, anna)).cancelled_by == care.kind


async def test_the_history_says_in_which_assignment(
    locked: UUID, anna: Resident, times: list[UUID], now: datetime
) -> None:
    await rebook(locked, anna, times[1], now, by=DISA)
    await cancel(locked, anna, now, by=DISA)

    steps = await history_of(locked)

    assert [(step.action, step.actor_kind, step.assignment) for step in steps] == [
        ("booked", "care-system", None),
        ("rebooked", "clinician", DISA.assignment),
        ("cancelled", "clinician", DISA.assignment),
    ]


async def test_a_time_that_care_takes_back_is_bookable_by_nobody(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    await rebook(sent.id, anna, times[1], now, by=DISA, keep_old=False)
    assert await free(visits, anna, now) == [times[2]]

    await cancel(sent.id, anna, now, by=DISA, keep_slot=False)

    assert await free(visits, anna, now) == [times[2]]
