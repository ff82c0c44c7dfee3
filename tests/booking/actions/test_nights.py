"""The two nights of the year when the clock is turned, in time types that work at night (F13)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.booking import actions
from app.booking.actions import NewSlot
from app.booking.queries import TimeType, slot_for
from app.booking.rules import AlreadyOccupied, TooLateToCancel, TooLateToRebook
from app.inbox import actions as inbox
from app.inbox.queries import thread_for
from app.language import day_and_time, machine_time
from app.sessions.principals import Resident
from tests import make
from tests.booking.actions.answering import book, cancel, confirm, rebook, state, visit_of
from tests.make import Ward

STOCKHOLM = ZoneInfo("Europe/Stockholm")
INSTANT = timedelta(microseconds=1)
# 02.30 comes twice in October and never in March, when 03.30 follows on 01.30.
FIRST = datetime(2027, 10, 31, 2, 30, tzinfo=STOCKHOLM, fold=0)
SECOND = datetime(2027, 10, 31, 2, 30, tzinfo=STOCKHOLM, fold=1)
SPRING = datetime.fromisoformat("2027-03-28T02:30:00+01:00")


@pytest.mark.parametrize(
    ("starts", "instant", "read", "machine"),
    [
        (FIRST, "2027-10-31T00:30:00+00:00", "söndag 31 oktober 2027 kl. 2.30", "2027-10-31T02:30:00+02:00"),
        (SECOND, "2027-10-31T01:30:00+00:00", "söndag 31 oktober 2027 kl. 2.30", "2027-10-31T02:30:00+01:00"),
        (SPRING, "2027-03-28T01:30:00+00:00", "söndag 28 mars 2027 kl. 3.30", "2027-03-28T03:30:00+02:00"),
    ],
    ids=["first in October", "second in October", "March"],
)
async def test_the_time_is_the_instant_that_was_published_and_is_said_by_the_swedish_clock(
    anna: Resident,
    ward: Ward,
    visits: TimeType,
    now: datetime,
    starts: datetime,
    instant: str,
    read: str,
    machine: str,
) -> None:
    [slot] = await make.some_slots(ward, visits, starts.astimezone(UTC), now=now)
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=slot)
    await confirm(sent.id, anna, now)

    visit = await visit_of(sent.id, anna)
    assert visit.starts_at == datetime.fromisoformat(instant)
    assert visit.ends_at - visit.starts_at == timedelta(minutes=30)
    assert (day_and_time(visit.starts_at, "sv"), machine_time(visit.starts_at)) == (read, machine)
    await inbox.open_thread(sent.thread_id, resident=anna, now=now)
    receipt = (await thread_for(anna, sent.thread_id, now=now)).letters[-1]
    assert read in receipt.content.html("sv").decode()


async def test_a_slot_that_is_given_in_swedish_time_is_stored_as_its_instant(
    ward: Ward, visits: TimeType, now: datetime
) -> None:
    """Both engines, the hour that comes twice included: the end, too, is reckoned by the instant."""
    new = [NewSlot(starts_at=start, ends_at=start.astimezone(UTC) + make.HOUR) for start in (FIRST, SECOND)]

    ids = await actions.publish(
        new, clinic=ward.clinic, time_type=visits, care_system=ward.care_system, now=now
    )

    first, second = [await slot_for(ward.clinic.provider_id, id) for id in ids]
    assert second.starts_at - first.starts_at == make.HOUR
    assert first.ends_at == second.starts_at


async def test_the_two_half_past_two_do_not_clash(
    anna: Resident, ward: Ward, visits: TimeType, now: datetime
) -> None:
    between = FIRST.astimezone(UTC) + timedelta(minutes=20)
    slots = await make.some_slots(
        ward, visits, FIRST.astimezone(UTC), SECOND.astimezone(UTC), between, now=now
    )
    for slot in slots[:2]:
        sent = await make.a_summons(ward, anna, visits, now=now)
        await book(sent.id, anna, slot, now)

    sent = await make.a_summons(ward, anna, visits, now=now)
    with pytest.raises(AlreadyOccupied):
        await book(sent.id, anna, slots[2], now)


@pytest.mark.parametrize(
    ("starts", "last"),
    [
        # A day's notice before ten o'clock, over a night of 25 and one of 23 hours.
        ("2027-10-31T10:00:00+01:00", "2027-10-30T11:00:00+02:00"),
        ("2027-03-28T10:00:00+02:00", "2027-03-27T09:00:00+01:00"),
        ("2027-10-31T02:30:00+01:00", "2027-10-30T03:30:00+02:00"),
        ("2027-03-29T02:30:00+02:00", "2027-03-28T01:30:00+01:00"),
    ],
)
async def test_a_cut_off_of_24_hours_is_24_hours_before(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, starts: str, last: str
) -> None:
    until = datetime.fromisoformat(last)
    [slot] = await make.some_slots(ward, visits, datetime.fromisoformat(starts), now=now)
    [other] = await make.some_slots(ward, visits, datetime.fromisoformat(starts) + 99 * make.HOUR, now=now)
    moved, gone = [await make.a_summons(ward, anna, visits, now=now) for _ in range(2)]
    await book(moved.id, anna, slot, now)
    assert (await visit_of(moved.id, anna)).changes_until == until

    with pytest.raises(TooLateToRebook):
        await rebook(moved.id, anna, other, until + INSTANT)
    with pytest.raises(TooLateToCancel):
        await cancel(moved.id, anna, until + INSTANT)
    await rebook(moved.id, anna, other, until)
    await book(gone.id, anna, slot, until)
    await cancel(gone.id, anna, until)


async def test_a_day_to_book_by_ends_when_the_swedish_day_does(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    by = datetime.fromisoformat("2027-10-31T23:59:59.999999+01:00")
    policy = replace(make.ALLOWED, confirm_by=by)
    [slot] = await make.some_slots(ward, visits, by + 99 * make.HOUR, now=now)
    chosen = await make.a_summons(ward, anna, visits, now=now, book_by=by)
    timed = await make.a_summons(ward, anna, visits, now=now, slot_id=slot, policy=policy)

    assert [await state(one.id, anna, by) for one in (chosen, timed)] == ["to-book", "to-confirm"]
    after = by + INSTANT
    assert [await state(one.id, anna, after) for one in (chosen, timed)] == ["overdue", "booked"]
