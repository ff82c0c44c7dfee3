"""Each way in which a time cannot be booked, moved or cancelled, with the code that the contracts give it."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.booking import actions as booking
from app.booking.queries import TimeType
from app.booking.rules import NotBooked, Policy
from app.errors import Missing
from app.sessions.principals import Resident
from app.summons.rules import NothingToTakeBack
from tests import make
from tests.booking.actions.answering import (
    book,
    cancel,
    confirm,
    hold,
    rebook,
    seen_of,
    state,
    take_back,
    visit_of,
)
from tests.make import Ward

INSTANT = timedelta(microseconds=1)
WEEK = timedelta(days=7)


def refused(result_code: str) -> "pytest.RaisesExc[NotBooked]":
    return pytest.RaisesExc(NotBooked, check=lambda no: no.result_code == result_code)


async def test_making_an_appointment(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    by = now + timedelta(days=1)
    [clashing, gone] = await make.some_slots(
        ward, visits, now + WEEK + timedelta(minutes=29), now + 2 * WEEK, now=now
    )
    bos = await make.a_summons(ward, bo, visits, now=now, slot_id=times[0])
    annas = await make.a_summons(ward, anna, visits, now=now, slot_id=times[1])
    sent = await make.a_summons(ward, anna, visits, now=now, book_by=by)
    endless = await make.a_summons(ward, anna, visits, now=now)
    await booking.withdraw(gone, care_system=ward.care_system, now=now)

    with refused("REQUESTED_TIME_IS_ALREADY_RESERVED"):
        await book(sent.id, anna, times[0], now)
    with refused("REQUESTED_TIME_HAS_ALREADY_PASSED"):
        await book(endless.id, anna, times[2], now + WEEK + 2 * make.HOUR)
    with refused("REQUESTED_TIME_IS_NO_LONGER_AVAILABLE"):
        await book(sent.id, anna, gone, now)
    with refused("TOO_LATE_TO_MAKE_APPOINTMENT"):
        await book(sent.id, anna, times[2], by + INSTANT)
    with refused("APPOINTMENT_IS_NOT_ALLOWED"):
        await book(annas.id, anna, times[2], now)
    await cancel(bos.id, bo, now)
    await book(sent.id, anna, times[0], now)
    with refused("USER_IS_ALREADY_OCCUPIED"):
        await book(endless.id, anna, clashing, now)
    with pytest.raises(Missing):
        await book(endless.id, anna, UUID(int=7), now)


async def test_the_day_to_book_by_counts_to_its_last_instant(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    by = now + timedelta(days=1)
    sent = await make.a_summons(ward, anna, visits, now=now, book_by=by)
    assert await state(sent.id, anna, by) == "to-book"
    assert await state(sent.id, anna, by + INSTANT) == "overdue"

    await book(sent.id, anna, times[0], by)


async def test_times_that_follow_on_each_other_do_not_clash(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    before, after = await make.some_slots(
        ward, visits, now + WEEK - make.HOUR / 2, now + WEEK + make.HOUR / 2, now=now
    )
    for slot in (times[0], before, after):
        sent = await make.a_summons(ward, anna, visits, now=now)
        await book(sent.id, anna, slot, now)


async def test_updating_an_appointment(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    late = now + WEEK + make.HOUR
    gone, clashing = await make.some_slots(
        ward, visits, now + 2 * WEEK, now + WEEK + timedelta(minutes=15), now=now
    )
    await make.a_summons(ward, bo, visits, now=now, slot_id=times[0])
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[1])
    await make.a_summons(ward, anna, visits, now=now, slot_id=times[2])
    fixed_slot, early = await make.some_slots(ward, visits, now + 3 * WEEK, now + make.HOUR, now=now)
    fixed = await make.a_summons(
        ward, anna, visits, now=now, slot_id=fixed_slot, policy=Policy(cancel_allowed=True)
    )
    await booking.withdraw(gone, care_system=ward.care_system, now=now)
    page = await seen_of(sent.id, anna)

    with refused("REQUESTED_TIME_IS_ALREADY_RESERVED"):
        await rebook(sent.id, anna, times[0], now)
    with refused("REQUESTED_TIME_IS_ALREADY_RESERVED"):
        await rebook(sent.id, anna, times[1], now)
    with refused("REQUESTED_TIME_HAS_ALREADY_PASSED"):
        await rebook(sent.id, anna, early, now + make.HOUR)
    with refused("REQUESTED_TIME_IS_NO_LONGER_AVAILABLE"):
        await rebook(sent.id, anna, gone, now)
    with refused("TOO_LATE_TO_UPDATE_APPOINTMENT"):
        await rebook(sent.id, anna, clashing, late - timedelta(hours=24) + INSTANT)
    with refused("UPDATE_APPOINTMENT_IS_NOT_ALLOWED"):
        await rebook(fixed.id, anna, clashing, now)
    with pytest.raises(Missing):
        await rebook(sent.id, anna, UUID(int=7), now)
    assert await seen_of(sent.id, anna) == page, "nothing of it was kept"

    await rebook(sent.id, anna, clashing, now)
    with refused("APPOINTMENT_IS_ALREADY_UPDATED"):
        await rebook(sent.id, anna, times[1], now, seen=page)
    await cancel(sent.id, anna, now)
    with refused("APPOINTMENT_IS_ALREADY_CANCELED"):
        await rebook(sent.id, anna, times[1], now)


async def test_moving_to_where_one_already_has_to_be_is_refused(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    beside, over_own = await make.some_slots(
        ward, visits, now + WEEK + timedelta(minutes=70), now + WEEK + timedelta(minutes=20), now=now
    )
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    await make.a_summons(ward, anna, visits, now=now, slot_id=times[1])

    with refused("USER_IS_ALREADY_OCCUPIED"):
        await rebook(sent.id, anna, beside, now)
    await rebook(sent.id, anna, over_own, now)

    assert (await visit_of(sent.id, anna)).slot_id == over_own, "one's own old time is no obstacle"


async def test_cancelling_an_appointment(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    policy = replace(make.ALLOWED, cancel_allowed=False)
    kept = await make.a_summons(ward, anna, visits, now=now, slot_id=times[1], policy=policy)
    last = now + WEEK - timedelta(hours=24)
    page = await seen_of(sent.id, anna)
    await confirm(sent.id, anna, now)

    with refused("APPOINTMENT_IS_ALREADY_UPDATED"):
        await cancel(sent.id, anna, now, seen=page)
    with refused("CANCEL_IS_NOT_ALLOWED"):
        await cancel(kept.id, anna, now)
    with refused("TOO_LATE_TO_CANCEL_APPOINTMENT"):
        await cancel(sent.id, anna, last + INSTANT)
    await cancel(sent.id, anna, last)
    with refused("APPOINTMENT_IS_ALREADY_CANCELED"):
        await cancel(sent.id, anna, last)


async def test_cancelling_asks_nothing_about_the_booking(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """What has changed since does not matter: the time type is hidden, the day to book by has passed."""
    by = now + timedelta(days=1)
    sent = await make.a_summons(ward, anna, visits, now=now, book_by=by)
    await book(sent.id, anna, times[0], now)
    await make.a_time_type(ward, now=now, hidden=True)

    await cancel(sent.id, anna, by + timedelta(days=2))

    assert await state(sent.id, anna, by) == "cancelled"


async def test_a_cancelled_time_is_claimed_anew_and_never_revived(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    first = await visit_of(sent.id, anna)
    await cancel(sent.id, anna, now)
    page = await seen_of(sent.id, anna)
    bos = await make.a_summons(ward, bo, visits, now=now)
    until = await hold(bos.id, bo, times[0], now)
    with refused("REQUESTED_TIME_IS_ALREADY_RESERVED"):
        await take_back(sent.id, anna, now)

    await take_back(sent.id, anna, until)

    second = await visit_of(sent.id, anna)
    assert (second.id != first.id, second.slot_id, second.invitation) == (True, times[0], False)
    await cancel(sent.id, anna, until)
    with pytest.raises(NothingToTakeBack):
        await take_back(sent.id, anna, until, seen=page)
    with pytest.raises(NothingToTakeBack):
        await take_back(sent.id, anna, now + WEEK)
    await booking.withdraw(times[0], care_system=ward.care_system, now=until)
    with refused("REQUESTED_TIME_IS_NO_LONGER_AVAILABLE"):
        await take_back(sent.id, anna, until)


async def test_a_form_sent_once_more_books_nothing_anew(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """The browser's back button and "send again", after a cancellation that opened the summons anew."""
    sent = await make.a_summons(ward, anna, visits, now=now, after_cancellation="open")
    page = await seen_of(sent.id, anna)
    await book(sent.id, anna, times[0], now, seen=page)
    await cancel(sent.id, anna, now)

    with refused("APPOINTMENT_IS_ALREADY_UPDATED"):
        await book(sent.id, anna, times[0], now, seen=page)

    assert await state(sent.id, anna, now) == "to-book"
    await book(sent.id, anna, times[0], now, seen=await seen_of(sent.id, anna))


async def test_what_the_clinic_cancelled_cannot_be_taken_back(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    await cancel(sent.id, anna, now, by=ward.care_system.actor)

    with pytest.raises(NothingToTakeBack):
        await take_back(sent.id, anna, now)
