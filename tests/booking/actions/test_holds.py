"""A time is kept for ten minutes while one decides: for one resident, for one errand, to the second."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.booking import actions as booking
from app.booking.queries import TimeType, held_slot
from app.booking.rules import (
    BookingNotAllowed,
    RebookingNotAllowed,
    SlotHeld,
    TimePassed,
    TimeTaken,
    TimeWithdrawn,
    TooLateToBook,
    TooLateToRebook,
)
from app.database import transaction
from app.errors import Missing
from app.sessions.principals import Resident
from tests import make
from tests.booking.actions.answering import at_once, book, cancel, free, hold, rebook
from tests.make import Ward

INSTANT = timedelta(microseconds=1)
TEN_MINUTES = timedelta(minutes=10)


async def test_what_is_held_is_nobody_elses_until_its_last_instant(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    annas, bos = [await make.a_summons(ward, each, visits, now=now) for each in (anna, bo)]
    until = await hold(annas.id, anna, times[0], now)
    last = until - INSTANT

    held = await held_slot(anna.id, annas.id, now=last)
    assert held is not None
    assert held.id == times[0]
    assert times[0] not in await free(visits, bo, last)
    for attempt in (hold(bos.id, bo, times[0], last), book(bos.id, bo, times[0], last)):
        with pytest.raises(TimeTaken):
            await attempt
    with pytest.raises(SlotHeld):
        await booking.withdraw(times[0], care_system=ward.care_system, now=last)

    assert until == now + TEN_MINUTES
    assert await held_slot(anna.id, annas.id, now=until) is None
    assert times[0] in await free(visits, bo, until)
    await hold(bos.id, bo, times[0], until)
    with pytest.raises(TimeTaken):
        await book(annas.id, anna, times[0], until)


async def test_a_hold_is_for_one_errand(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    first, second = [await make.a_summons(ward, anna, visits, now=now) for _ in range(2)]
    await hold(first.id, anna, times[0], now)

    with pytest.raises(TimeTaken):
        await book(second.id, anna, times[0], now)

    await book(first.id, anna, times[0], now)


async def test_what_was_let_go_is_free_at_once(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now)
    await hold(sent.id, anna, times[0], now)

    await booking.let_go(resident_id=anna.id, errand_id=sent.id, now=now)

    assert await free(visits, bo, now) == times


async def test_booking_another_time_lets_the_held_one_go(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now)
    await hold(sent.id, anna, times[0], now)
    await book(sent.id, anna, times[1], now)
    assert await free(visits, bo, now) == [times[0], times[2]]

    await hold(sent.id, anna, times[2], now)
    await rebook(sent.id, anna, times[0], now)
    assert await free(visits, bo, now) == [times[1], times[2]]

    await hold(sent.id, anna, times[2], now)
    await cancel(sent.id, anna, now)
    assert await free(visits, bo, now) == times


async def test_why_a_time_cannot_be_held(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    other = await make.a_time_type(ward, now=now, code="annat", name="Annat besök")
    [elsewhere] = await make.some_slots(ward, other, now + timedelta(days=7), now=now)
    sent = await make.a_summons(ward, anna, visits, now=now)
    await booking.withdraw(times[1], care_system=ward.care_system, now=now)
    starts = now + timedelta(days=7)

    with pytest.raises(Missing):
        await hold(sent.id, anna, elsewhere, now)
    with pytest.raises(TimeWithdrawn):
        await hold(sent.id, anna, times[1], now)
    with pytest.raises(TimePassed):
        await hold(sent.id, anna, times[0], starts)
    await hold(sent.id, anna, times[0], starts - INSTANT)


async def test_only_who_may_book_or_move_holds_anything(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    by = now + timedelta(days=1)
    late = await make.a_summons(ward, anna, visits, now=now, book_by=by)
    closed = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    await cancel(closed.id, anna, now)
    fixed = await make.a_summons(
        ward, anna, visits, now=now, slot_id=times[0], policy=replace(make.ALLOWED, rebook_allowed=False)
    )
    movable = await make.a_summons(ward, anna, visits, now=now, slot_id=times[1])
    cut_off = now + timedelta(days=6) + make.HOUR

    with pytest.raises(TooLateToBook):
        await hold(late.id, anna, times[2], by + INSTANT)
    with pytest.raises(BookingNotAllowed):
        await hold(closed.id, anna, times[2], now)
    with pytest.raises(RebookingNotAllowed):
        await hold(fixed.id, anna, times[2], now)
    with pytest.raises(TooLateToRebook):
        await hold(movable.id, anna, times[2], cut_off + INSTANT)
    await hold(movable.id, anna, times[2], cut_off)


async def test_two_whose_holds_are_over_and_want_each_others_time_both_get_it(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """PostgreSQL's own way out of a deadlock takes a second and an error: there is none to get out of."""
    annas, bos = [await make.a_summons(ward, each, visits, now=now) for each in (anna, bo)]
    mine, other = times[:2]
    await hold(annas.id, anna, mine, now)
    await hold(bos.id, bo, other, now)
    now += TEN_MINUTES
    ready = asyncio.Event(), asyncio.Event()

    async def changes_over(who: Resident, errand: UUID, to: UUID, me: int) -> None:
        async with transaction():
            await booking.let_go(resident_id=who.id, errand_id=errand, now=now)
            ready[me].set()
            # Together on PostgreSQL; SQLite lets one write at a time.
            await asyncio.wait([asyncio.ensure_future(ready[1 - me].wait())], timeout=0.3)
            await hold(errand, who, to, now)

    outcomes = await at_once([changes_over(anna, annas.id, other, 0), changes_over(bo, bos.id, mine, 1)])

    assert outcomes == [None, None]
