"""Somebody else's summons, appointment or hold does not exist, whatever ids are known."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from app.booking import actions as booking
from app.booking.queries import TimeType, held_slot, latest_of, visit_for
from app.errors import Missing
from app.sessions.principals import Resident
from app.summons import actions
from app.summons.queries import case_for, cases_for, clinic_case, sent_case
from tests import make
from tests.booking.actions.answering import free, hold, seen_of, visit_of
from tests.make import Ward


async def test_a_stranger_answers_nothing(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    timed = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    chosen = await make.a_summons(ward, anna, visits, now=now)
    seen, before = await seen_of(timed.id, anna), await visit_of(timed.id, anna)
    as_bo: dict[str, Any] = {"resident_id": bo.id, "now": now}
    spoken: dict[str, Any] = {**as_bo, "by": bo.actor, "language": "sv"}

    for attempt in (
        actions.hold(chosen.id, slot_id=times[1], **as_bo),
        actions.book(chosen.id, slot_id=times[1], accepted=True, **spoken),
        actions.confirm(timed.id, seen=seen, accepted=True, **spoken),
        actions.rebook(timed.id, slot_id=times[1], seen=seen, accepted=True, **spoken),
        actions.cancel(timed.id, seen=seen, **spoken),
        actions.take_back(timed.id, seen=seen, accepted=True, **spoken),
        case_for(bo.id, timed.id),
    ):
        with pytest.raises(Missing):
            await attempt

    assert await cases_for(bo.id, [timed.id, chosen.id]) == {}
    assert await visit_of(timed.id, anna) == before
    assert await free(visits, anna, now) == times[1:]


async def test_an_appointments_id_opens_nothing_for_a_stranger(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    visit = await visit_of(sent.id, anna)
    as_bo: dict[str, Any] = {"resident_id": bo.id, "seen": visit.seen, "by": bo.actor, "now": now}

    for attempt in (
        visit_for(bo.id, visit.id),
        booking.confirm(visit.id, **as_bo),
        booking.rebook(visit.id, slot_id=times[1], **as_bo),
        booking.cancel(visit.id, **as_bo),
    ):
        with pytest.raises(Missing):
            await attempt

    assert (await latest_of([sent.id]))[sent.id] == visit


async def test_letting_go_is_of_ones_own_hold(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now)
    await hold(sent.id, anna, times[0], now)

    await booking.let_go(resident_id=bo.id, errand_id=sent.id, now=now)

    assert await held_slot(bo.id, sent.id, now=now) is None
    assert await held_slot(anna.id, sent.id, now=now) is not None


async def test_other_clinics_and_providers_see_nothing(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    other = await make.a_clinic(
        make.OTHER_HSA_ID, now=now, provider="Region Annan", organisation_number="5560000001"
    )

    assert (await sent_case(ward.clinic.provider_id, sent.id)).summons.id == sent.id
    assert (await clinic_case(ward.clinic.id, sent.id)).summons.id == sent.id
    with pytest.raises(Missing):
        await sent_case(other.provider_id, sent.id)
    with pytest.raises(Missing):
        await clinic_case(other.id, sent.id)
