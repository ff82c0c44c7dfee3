"""Who waited for the lock has an older clock than who had it; processes' clocks differ too (F13)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.booking.queries import TimeType
from app.booking.rules import BookingNotAllowed
from app.sessions.principals import Resident
from tests import make
from tests.booking.actions.answering import book, cancel, seen_of, state, take_back, visit_of
from tests.make import Ward


async def test_the_live_appointment_counts_though_a_cancelled_one_looks_younger(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, after_cancellation="open")
    later = now + timedelta(seconds=2)
    await book(sent.id, anna, times[0], later)
    await cancel(sent.id, anna, later)

    await book(sent.id, anna, times[1], now)

    assert await state(sent.id, anna, later) == "booked"
    assert (await visit_of(sent.id, anna)).slot_id == times[1]
    with pytest.raises(BookingNotAllowed):
        await book(sent.id, anna, times[2], later)


async def test_of_two_cancelled_the_one_cancelled_last_can_be_taken_back(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, after_cancellation="open")
    later = now + timedelta(seconds=2)
    await book(sent.id, anna, times[0], later)
    await cancel(sent.id, anna, later)
    await book(sent.id, anna, times[1], now)
    await cancel(sent.id, anna, later + timedelta(seconds=1))

    await take_back(sent.id, anna, later, seen=await seen_of(sent.id, anna))

    assert (await visit_of(sent.id, anna)).slot_id == times[1]
