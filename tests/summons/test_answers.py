"""What is answered to a summons, and how it then stands."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.booking import actions as booking
from app.booking.queries import TimeType, free_slots, history_of, slot_for
from app.booking.rules import (
    AlreadyCancelled,
    AlreadyChanged,
    AlreadyConfirmed,
    AlreadyOccupied,
    BookingNotAllowed,
    TimeTaken,
    TooLateToCancel,
    TooLateToRebook,
)
from app.inbox import actions as inbox
from app.inbox.queries import thread_for
from app.sessions.principals import Resident
from app.summons import actions
from app.summons.queries import case_for, to_do_for
from app.summons.rules import NothingToTakeBack, TermsNotAccepted
from tests import make
from tests.make import Clock, Ward


@pytest.fixture
async def anna(db: None, now: datetime) -> Resident:
    return await make.a_resident(now=now)


@pytest.fixture
async def bo(db: None, now: datetime) -> Resident:
    return await make.a_resident(make.BO, now=now)


@pytest.fixture
async def ward(db: None, now: datetime) -> Ward:
    return await make.a_ward(now=now)


@pytest.fixture
async def visits(ward: Ward, now: datetime) -> TimeType:
    return await make.a_time_type(ward, now=now)


@pytest.fixture
async def times(ward: Ward, visits: TimeType, now: datetime) -> list[UUID]:
    """Three times on the same day next week."""
    first = now + timedelta(days=7)
    return await make.some_slots(ward, visits, first, first + make.HOUR, first + 2 * make.HOUR, now=now)


async def confirm(id: UUID, resident: Resident, now: datetime, *, seen: str | None = None) -> None:
    case = await case_for(resident.id, id)
    await actions.confirm(
        id,
        resident_id=resident.id,
        seen=seen or case.seen,
        accepted=True,
        by=resident.actor,
        language="sv",
        now=now,
    )


async def book(id: UUID, resident: Resident, slot: UUID, now: datetime, *, reason: str = "") -> None:
    await actions.book(
        id, resident_id=resident.id, slot_id=slot, accepted=True, by=resident.actor, language="sv", now=now,
        reason=reason,
    )  # fmt: skip


async def rebook(id: UUID, resident: Resident, slot: UUID, now: datetime, *, seen: str | None = None) -> None:
    case = await case_for(resident.id, id)
    await actions.rebook(
        id, resident_id=resident.id, slot_id=slot, seen=seen or case.seen, accepted=True, by=resident.actor,
        language="sv", now=now,
    )  # fmt: skip


async def cancel(id: UUID, resident: Resident, now: datetime, *, reason: str = "") -> None:
    case = await case_for(resident.id, id)
    await actions.cancel(
        id, resident_id=resident.id, seen=case.seen, by=resident.actor, language="sv", now=now, reason=reason
    )


async def state(id: UUID, resident: Resident, now: datetime) -> str:
    return (await case_for(resident.id, id)).state(now)


async def free(visits: TimeType, resident: Resident, now: datetime) -> list[UUID]:
    found = await free_slots(visits.id, resident_id=resident.id, errand_id=UUID(int=1), now=now)
    return [slot.id for slot in found]


async def test_a_timed_summons_is_confirmed_once(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    assert await state(sent.id, anna, now) == "to-confirm"
    assert [case.summons.id for case in await to_do_for(anna, now=now)] == [sent.id]

    await confirm(sent.id, anna, now)

    assert await state(sent.id, anna, now) == "confirmed"
    assert await to_do_for(anna, now=now) == []
    with pytest.raises(AlreadyConfirmed):
        await confirm(sent.id, anna, now)


async def test_a_receipt_comes_in_the_same_thread(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    await confirm(sent.id, anna, now)
    await inbox.open_thread(sent.thread_id, resident=anna, now=now)

    first, receipt = (await thread_for(anna, sent.thread_id, now=now)).letters

    assert receipt.content.subject == "Du har bekräftat din tid"
    assert first.link_id == receipt.link_id == sent.id


async def test_an_open_summons_is_booked_once(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now)
    assert await state(sent.id, anna, now) == "to-book"

    await book(sent.id, anna, times[1], now, reason="Ont i knäet")

    assert await state(sent.id, anna, now) == "booked"
    assert await free(visits, anna, now) == [times[0], times[2]]
    with pytest.raises(BookingNotAllowed):
        await book(sent.id, anna, times[2], now)
    [step] = await history_of(sent.id)
    assert (step.action, step.actor_kind, step.reason) == ("booked", "resident", "Ont i knäet")


async def test_rebooking_frees_the_old_time_and_makes_an_ordinary_booking(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])

    await rebook(sent.id, anna, times[2], now)

    case = await case_for(anna.id, sent.id)
    assert case.visit is not None
    assert (case.state(now), case.visit.slot_id, case.visit.invitation) == ("rebooked", times[2], False)
    assert await free(visits, anna, now) == [times[0], times[1]]


async def test_a_cancelled_time_is_free_at_once_and_can_be_booked_again_while_it_is(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    await cancel(sent.id, anna, now, reason="Jag är sjuk")
    assert await state(sent.id, anna, now) == "cancelled"
    assert times[0] in await free(visits, bo, now)
    seen = (await case_for(anna.id, sent.id)).seen

    await actions.take_back(
        sent.id, resident_id=anna.id, accepted=True, seen=seen, by=anna.actor, language="sv", now=now
    )

    assert await state(sent.id, anna, now) == "booked"
    assert times[0] not in await free(visits, bo, now)
    with pytest.raises(NothingToTakeBack):
        await actions.take_back(
            sent.id, resident_id=anna.id, accepted=True, seen=seen, by=anna.actor, language="sv", now=now
        )


async def test_the_same_time_is_not_given_back_when_somebody_has_it(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    await cancel(sent.id, anna, now)
    others = await make.a_summons(ward, bo, visits, now=now)
    await book(others.id, bo, times[0], now)

    with pytest.raises(TimeTaken):
        await actions.take_back(
            sent.id,
            resident_id=anna.id,
            accepted=True,
            seen=(await case_for(anna.id, sent.id)).seen,
            by=anna.actor,
            language="sv",
            now=now,
        )

    assert await state(sent.id, anna, now) == "cancelled"


async def test_a_cancelled_visit_opens_anew_where_the_clinic_says_so(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0], after_cancellation="open")
    await cancel(sent.id, anna, now)
    assert await state(sent.id, anna, now) == "to-book"
    assert len(await to_do_for(anna, now=now)) == 1

    await book(sent.id, anna, times[1], now)

    assert await state(sent.id, anna, now) == "booked"


async def test_the_cut_off_counts_to_the_last_second(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    now = clock()
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    last = now + timedelta(days=6)

    with pytest.raises(TooLateToRebook):
        await rebook(sent.id, anna, times[1], last + timedelta(microseconds=1))
    with pytest.raises(TooLateToCancel):
        await cancel(sent.id, anna, last + timedelta(microseconds=1))
    await rebook(sent.id, anna, times[1], last)


async def test_an_old_page_changes_nothing(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    old = (await case_for(anna.id, sent.id)).seen
    await rebook(sent.id, anna, times[1], now)

    with pytest.raises(AlreadyChanged):
        await confirm(sent.id, anna, now, seen=old)
    with pytest.raises(AlreadyChanged):
        await rebook(sent.id, anna, times[2], now, seen=old)
    await cancel(sent.id, anna, now)
    with pytest.raises(AlreadyCancelled):
        await rebook(sent.id, anna, times[2], now)


async def test_a_hold_ends_at_its_second(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    annas = await make.a_summons(ward, anna, visits, now=now)
    bos = await make.a_summons(ward, bo, visits, now=now)
    until = await actions.hold(annas.id, resident_id=anna.id, slot_id=times[0], now=now)
    assert until == now + timedelta(minutes=10)

    with pytest.raises(TimeTaken):
        await book(bos.id, bo, times[0], until - timedelta(microseconds=1))
    await book(bos.id, bo, times[0], until)

    with pytest.raises(TimeTaken):
        await book(annas.id, anna, times[0], until)


async def test_one_resident_holds_one_time_for_one_thing(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now)
    await actions.hold(sent.id, resident_id=anna.id, slot_id=times[0], now=now)

    await actions.hold(sent.id, resident_id=anna.id, slot_id=times[1], now=now)

    assert await free(visits, bo, now) == [times[0], times[2]]


async def test_a_hold_that_fails_leaves_the_earlier_one(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent, others = [await make.a_summons(ward, each, visits, now=now) for each in (anna, bo)]
    await actions.hold(sent.id, resident_id=anna.id, slot_id=times[0], now=now)
    await book(others.id, bo, times[1], now)

    with pytest.raises(TimeTaken):
        await actions.hold(sent.id, resident_id=anna.id, slot_id=times[1], now=now)

    assert await free(visits, bo, now) == [times[2]]


async def test_nobody_is_in_two_places_at_once(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    [clashing] = await make.some_slots(ward, visits, now + timedelta(days=7, minutes=15), now=now)
    first, second = [await make.a_summons(ward, anna, visits, now=now) for _ in range(2)]
    await book(first.id, anna, times[0], now)

    with pytest.raises(AlreadyOccupied):
        await book(second.id, anna, clashing, now)

    assert clashing in await free(visits, anna, now), "nothing of it was kept"


async def test_terms_are_accepted_before_anything_is_booked(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    terms = [["Du betalar om du uteblir", "400 kronor", ""]]
    sent = await make.a_summons(ward, anna, visits, now=now, details={"terms": terms})

    with pytest.raises(TermsNotAccepted):
        await actions.book(
            sent.id,
            resident_id=anna.id,
            slot_id=times[0],
            accepted=False,
            by=anna.actor,
            language="sv",
            now=now,
        )

    assert times[0] in await free(visits, anna, now)


async def test_terms_are_accepted_before_the_same_time_is_booked_again(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """It may have been cancelled before it was ever confirmed."""
    terms = [["Du betalar om du uteblir", "400 kronor", ""]]
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0], details={"terms": terms})
    await cancel(sent.id, anna, now)
    seen = (await case_for(anna.id, sent.id)).seen

    with pytest.raises(TermsNotAccepted):
        await actions.take_back(
            sent.id, resident_id=anna.id, accepted=False, seen=seen, by=anna.actor, language="sv", now=now
        )

    assert await state(sent.id, anna, now) == "cancelled"


async def test_deleting_the_letter_cancels_nothing(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])

    await inbox.delete(sent.message_id, resident=anna, now=now)

    case = await case_for(anna.id, sent.id)
    assert case.state(now) == "to-confirm"
    assert case.details().bring == "Legitimation"


async def test_withdrawing_what_is_held_or_booked_is_refused(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    from app.booking.rules import SlotBooked, SlotHeld  # noqa: PLC0415

    sent = await make.a_summons(ward, anna, visits, now=now)
    until = await actions.hold(sent.id, resident_id=anna.id, slot_id=times[0], now=now)
    with pytest.raises(SlotHeld):
        await booking.withdraw(times[0], care_system=ward.care_system, now=now)
    await book(sent.id, anna, times[1], now)
    with pytest.raises(SlotBooked):
        await booking.withdraw(times[1], care_system=ward.care_system, now=until)

    for _ in range(2):
        await booking.withdraw(times[0], care_system=ward.care_system, now=now)
    assert (await slot_for(ward.clinic.provider_id, times[0])).state(now) == "withdrawn"
