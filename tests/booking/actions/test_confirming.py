"""Confirming: once, in time, and only what asks for it."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.booking.queries import TimeType, history_of
from app.booking.rules import (
    NONE,
    OPTIONAL,
    REQUIRED,
    AlreadyChanged,
    AlreadyConfirmed,
    ConfirmationNotAllowed,
    TooLateToConfirm,
)
from app.errors import Missing
from app.sessions.principals import GUARDIAN, Actor, Resident
from app.summons.queries import to_do_for
from tests import make
from tests.booking.actions.answering import book, confirm, rebook, seen_of, state, visit_of
from tests.make import Ward

INSTANT = timedelta(microseconds=1)


async def test_the_button_pressed_twice_says_that_it_is_confirmed(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    page = await seen_of(sent.id, anna)
    await confirm(sent.id, anna, now, seen=page)

    with pytest.raises(AlreadyConfirmed):
        await confirm(sent.id, anna, now, seen=page)

    assert (await visit_of(sent.id, anna)).sequence == 1


async def test_the_day_to_confirm_by_counts_to_its_last_instant(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    by = now + timedelta(days=2)
    sent = await make.a_summons(
        ward, anna, visits, now=now, slot_id=times[0], policy=replace(make.ALLOWED, confirm_by=by)
    )
    assert await state(sent.id, anna, by) == "to-confirm"
    assert await state(sent.id, anna, by + INSTANT) == "booked"
    with pytest.raises(TooLateToConfirm):
        await confirm(sent.id, anna, by + INSTANT)

    await confirm(sent.id, anna, by)

    assert (await visit_of(sent.id, anna)).confirmed_at == by


async def test_what_has_begun_awaits_no_answer(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    starts = now + timedelta(days=7)
    assert len(await to_do_for(anna, now=starts - INSTANT)) == 1

    assert await to_do_for(anna, now=starts) == []
    assert await state(sent.id, anna, starts) == "booked"
    assert await state(sent.id, anna, starts + make.HOUR / 2) == "past"
    with pytest.raises(TooLateToConfirm):
        await confirm(sent.id, anna, starts)


@pytest.mark.parametrize(("confirmation", "then"), [(OPTIONAL, "booked"), (REQUIRED, "to-confirm")])
async def test_what_may_be_confirmed_can_be(
    anna: Resident,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    now: datetime,
    confirmation: str,
    then: str,
) -> None:
    policy = replace(make.ALLOWED, confirmation=confirmation)
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0], policy=policy)
    assert await state(sent.id, anna, now) == then

    await confirm(sent.id, anna, now)

    assert await state(sent.id, anna, now) == "confirmed"


async def test_who_chose_the_time_has_nothing_to_confirm(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    unasked = replace(make.ALLOWED, confirmation=NONE)
    timed = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0], policy=unasked)
    chosen, moved = [
        await make.a_summons(ward, anna, visits, now=now, slot_id=slot) for slot in (None, times[2])
    ]
    with pytest.raises(Missing):
        await confirm(chosen.id, anna, now)
    await book(chosen.id, anna, times[1], now)
    [spare] = await make.some_slots(ward, visits, now + timedelta(days=8), now=now)
    await rebook(moved.id, anna, spare, now)

    for summons in (timed, chosen, moved):
        with pytest.raises(ConfirmationNotAllowed):
            await confirm(summons.id, anna, now)


async def test_a_page_from_before_the_move_confirms_nothing(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    page = await seen_of(sent.id, anna)
    await rebook(sent.id, anna, times[1], now)

    with pytest.raises(AlreadyChanged):
        await confirm(sent.id, anna, now, seen=page)


async def test_a_guardian_confirms_in_their_own_name(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])

    await confirm(sent.id, anna, now, by=Actor(GUARDIAN, bo.id))

    step = (await history_of(sent.id))[-1]
    assert (step.action, step.actor_kind, step.actor_id) == ("confirmed", "guardian", bo.id)
