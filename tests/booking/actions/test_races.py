"""Many at once: each thing happens to one of them, on both engines (F24 at the level of actions)."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.booking import actions as booking
from app.booking.queries import TimeType, history_of, slot_for
from app.booking.rules import (
    HOLD,
    AlreadyCancelled,
    AlreadyChanged,
    AlreadyConfirmed,
    AlreadyOccupied,
    BookingNotAllowed,
    SlotBooked,
    TimeTaken,
    TimeWithdrawn,
)
from app.database import transaction, uuid7
from app.sessions.principals import Actor, Resident
from tests import make
from tests.booking.actions.answering import (
    at_once,
    book,
    cancel,
    confirm,
    free,
    hold,
    rebook,
    seen_of,
    state,
    take_back,
    visit_of,
)
from tests.make import Person, Ward

CLAIMANTS, ROUNDS = 50, 5
DISA = Actor("clinician", uuid7(), "SE2321000016-1003")


async def test_what_was_decided_while_one_waited_counts(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """The second sees a summons to book, waits for the first, and finds it closed."""
    sent = await make.a_summons(ward, anna, visits, now=now)
    begun = asyncio.Event()

    async def books_and_cancels() -> None:
        async with transaction():
            await book(sent.id, anna, times[0], now)
            await cancel(sent.id, anna, now)
            begun.set()
            await asyncio.sleep(0.2)

    async def books_meanwhile() -> None:
        await begun.wait()
        await book(sent.id, anna, times[1], now)

    async def holds_meanwhile() -> None:
        await begun.wait()
        await hold(sent.id, anna, times[1], now)

    first, second, third = await at_once([books_and_cancels(), books_meanwhile(), holds_meanwhile()])

    assert first is None
    assert isinstance(second, BookingNotAllowed)
    assert isinstance(third, BookingNotAllowed)
    assert await state(sent.id, anna, now) == "cancelled"


async def test_fifty_claim_one_time_and_one_gets_it(ward: Ward, visits: TimeType, now: datetime) -> None:
    people = [
        await make.a_resident(Person(f"Person {number}", f"18850101{number:04}"), now=now)
        for number in range(CLAIMANTS)
    ]
    sent = [await make.a_summons(ward, each, visits, now=now, after_cancellation="open") for each in people]
    [slot] = await make.some_slots(ward, visits, now + timedelta(days=7), now=now)
    for turn in range(ROUNDS):
        outcomes = await at_once(
            [book(one.id, each, slot, now) for one, each in zip(sent, people, strict=True)]
        )

        assert kinds(outcomes) == {None: 1, TimeTaken: CLAIMANTS - 1}, turn
        winner = outcomes.index(None)
        assert (await visit_of(sent[winner].id, people[winner])).slot_id == slot
        await cancel(sent[winner].id, people[winner], now)


async def test_fifty_hold_one_time_and_one_gets_it(ward: Ward, visits: TimeType, now: datetime) -> None:
    people = [
        await make.a_resident(Person(f"Person {number}", f"18850101{number:04}"), now=now)
        for number in range(CLAIMANTS)
    ]
    sent = [await make.a_summons(ward, each, visits, now=now) for each in people]
    [slot] = await make.some_slots(ward, visits, now + timedelta(days=7), now=now)
    for turn in range(ROUNDS):
        outcomes = await at_once(
            [hold(one.id, each, slot, now) for one, each in zip(sent, people, strict=True)]
        )

        assert kinds(outcomes) == {None: 1, TimeTaken: CLAIMANTS - 1}, turn
        now += HOLD


async def test_two_who_want_each_others_time_leave_both_where_they_are(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """Neither time is ever free, since each moves only when the other's is. Nobody waits for nobody."""
    annas, bos = [
        await make.a_summons(ward, each, visits, now=now, slot_id=slot)
        for each, slot in ((anna, times[0]), (bo, times[1]))
    ]
    for _ in range(ROUNDS):
        outcomes = await at_once([rebook(annas.id, anna, times[1], now), rebook(bos.id, bo, times[0], now)])

        assert kinds(outcomes) == {TimeTaken: 2}
    assert (await visit_of(annas.id, anna)).slot_id == times[0]
    assert (await visit_of(bos.id, bo)).slot_id == times[1]


async def test_who_moves_away_makes_room_for_who_moves_in(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """Two in a ring of three times, each after the other's: whatever happens, each has one of its own."""
    sent = [
        await make.a_summons(ward, each, visits, now=now, slot_id=slot)
        for each, slot in ((anna, times[0]), (bo, times[1]))
    ]
    for _ in range(ROUNDS):
        mine = (await visit_of(sent[0].id, anna)).slot_id
        other = (await visit_of(sent[1].id, bo)).slot_id
        [spare] = set(times) - {mine, other}

        outcomes = await at_once([rebook(sent[0].id, anna, spare, now), rebook(sent[1].id, bo, mine, now)])

        assert outcomes[0] is None
        assert outcomes[1] is None or isinstance(outcomes[1], TimeTaken)
        assert (await visit_of(sent[0].id, anna)).slot_id == spare
        assert (await visit_of(sent[1].id, bo)).slot_id == (mine if outcomes[1] is None else other)
        assert len(await free(visits, anna, now)) == 1


async def test_of_all_that_is_done_with_one_appointment_at_once_one_thing_happens(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """Two windows of the resident, the clinic and its care system, from the same state."""
    for _ in range(ROUNDS):
        sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
        seen = await seen_of(sent.id, anna)

        outcomes = await at_once(
            [
                confirm(sent.id, anna, now, seen=seen),
                rebook(sent.id, anna, times[1], now, seen=seen),
                cancel(sent.id, anna, now, seen=seen),
                rebook(sent.id, anna, times[2], now, seen=seen, by=DISA),
                cancel(sent.id, anna, now, seen=seen, by=ward.care_system.actor),
            ]
        )

        assert outcomes.count(None) == 1
        assert {type(outcome) for outcome in outcomes} - {type(None)} <= {
            AlreadyChanged, AlreadyCancelled, AlreadyConfirmed,
        }  # fmt: skip
        steps = await history_of(sent.id)
        done = ("confirmed", "rebooked", "cancelled", "rebooked", "cancelled")[outcomes.index(None)]
        assert [step.action for step in steps] == ["booked", done]
        if done != "cancelled":
            await cancel(sent.id, anna, now)
        assert await free(visits, anna, now) == times


async def test_a_time_is_withdrawn_or_booked_never_both(
    anna: Resident, ward: Ward, visits: TimeType, now: datetime
) -> None:
    provider = ward.clinic.provider_id
    for turn in range(ROUNDS):
        [slot] = await make.some_slots(ward, visits, now + timedelta(days=7 + turn), now=now)
        sent = await make.a_summons(ward, anna, visits, now=now)

        booked, withdrawn = await at_once(
            [
                book(sent.id, anna, slot, now),
                booking.withdraw(slot, care_system=ward.care_system, now=now),
            ]
        )

        assert (booked is None) is not (withdrawn is None)
        state_then = (await slot_for(provider, slot)).state(now)
        if booked is None:
            assert (type(withdrawn), state_then) == (SlotBooked, "booked")
        else:
            assert (type(booked), state_then) == (TimeWithdrawn, "withdrawn")


async def test_one_resident_books_two_times_that_clash_and_gets_one(
    anna: Resident, ward: Ward, visits: TimeType, now: datetime
) -> None:
    for turn in range(ROUNDS):
        day = now + timedelta(days=7 + turn)
        slots = await make.some_slots(ward, visits, day, day + timedelta(minutes=15), now=now)
        sent = [await make.a_summons(ward, anna, visits, now=now) for _ in slots]

        outcomes = await at_once(
            [book(one.id, anna, slot, now) for one, slot in zip(sent, slots, strict=True)]
        )

        assert kinds(outcomes) == {None: 1, AlreadyOccupied: 1}
        assert [slot for slot in await free(visits, anna, now) if slot in slots] == [
            slots[1 - outcomes.index(None)]
        ]


async def test_one_summons_books_one_time_however_many_windows(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    for _ in range(ROUNDS):
        sent = await make.a_summons(ward, anna, visits, now=now)

        outcomes = await at_once([book(sent.id, anna, slot, now) for slot in times])

        assert kinds(outcomes) == {None: 1, BookingNotAllowed: 2}
        await cancel(sent.id, anna, now)


async def test_a_cancelled_time_is_taken_back_or_taken_by_another(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    for _ in range(ROUNDS):
        annas = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
        await cancel(annas.id, anna, now)
        bos = await make.a_summons(ward, bo, visits, now=now)

        outcomes = await at_once([take_back(annas.id, anna, now), book(bos.id, bo, times[0], now)])

        assert kinds(outcomes) == {None: 1, TimeTaken: 1}
        who, one = ((anna, annas), (bo, bos))[outcomes.index(None)]
        await cancel(one.id, who, now)


def kinds(outcomes: Sequence[object]) -> dict[type | None, int]:
    return dict(Counter(None if outcome is None else type(outcome) for outcome in outcomes))
