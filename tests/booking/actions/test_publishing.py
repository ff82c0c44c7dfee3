"""What a clinic offers: all of it or nothing, ours until it is withdrawn, its own provider's only."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from app.booking import actions
from app.booking.actions import NewSlot
from app.booking.queries import TimeType, free_slots, slot_for, slots_of, time_type_by_code
from app.booking.rules import SlotEndsFirst, SlotPassed, TimeWithdrawn
from app.database import rows
from app.errors import Missing
from app.sessions.principals import Resident
from tests import make
from tests.booking.actions.answering import NOBODYS_ERRAND, book, cancel, free, hold
from tests.make import Ward

INSTANT = timedelta(microseconds=1)


class Audited(NamedTuple):
    action: str
    actor_kind: str
    actor_id: UUID
    care_unit: str | None
    object_id: str


async def audited(prefix: str) -> list[Audited]:
    return await rows(
        Audited,
        "SELECT action, actor_kind, actor_id, care_unit, object_id FROM audit WHERE action LIKE {}"
        " ORDER BY id",
        f"{prefix}%",
    )


async def test_slots_are_free_from_now_on_and_the_ids_come_in_order(
    anna: Resident, ward: Ward, visits: TimeType, now: datetime
) -> None:
    later, sooner = now + timedelta(days=2), now + timedelta(days=1)

    ids = await make.some_slots(ward, visits, later, sooner, now=now)

    assert await free(visits, anna, now) == [ids[1], ids[0]], "soonest first"
    slot = await slot_for(ward.clinic.provider_id, ids[0])
    assert (slot.starts_at, slot.ends_at, slot.state(now)) == (later, later + make.HOUR / 2, "free")
    [entry] = await audited("slots.")
    assert entry == ("slots.published", "care-system", ward.care_system.id, ward.clinic.hsa_id, "2")


@pytest.mark.parametrize(
    ("start", "length", "refusal"),
    [
        (timedelta(0), make.HOUR, SlotPassed),
        (timedelta(days=1), timedelta(0), SlotEndsFirst),
        (timedelta(days=1), -INSTANT, SlotEndsFirst),
    ],
)
async def test_one_wrong_slot_stops_them_all_and_is_pointed_at(
    anna: Resident,
    ward: Ward,
    visits: TimeType,
    now: datetime,
    start: timedelta,
    length: timedelta,
    refusal: type[SlotPassed] | type[SlotEndsFirst],
) -> None:
    good = NewSlot(starts_at=now + INSTANT, ends_at=now + make.HOUR)
    wrong = NewSlot(starts_at=now + start, ends_at=now + start + length)

    with pytest.raises(refusal) as refused:
        await actions.publish(
            [good, wrong], clinic=ward.clinic, time_type=visits, care_system=ward.care_system, now=now
        )

    assert "/slots/1/starts_at" in refused.value.said("sv")
    assert await free(visits, anna, now) == []
    assert await audited("slots.") == []


async def test_a_withdrawn_slot_is_gone_for_good(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now)
    await actions.withdraw(times[0], care_system=ward.care_system, now=now)

    assert await free(visits, anna, now) == times[1:]
    assert (await slot_for(ward.clinic.provider_id, times[0])).state(now) == "withdrawn"
    for attempt in (book(sent.id, anna, times[0], now), hold(sent.id, anna, times[0], now)):
        with pytest.raises(TimeWithdrawn):
            await attempt
    await actions.withdraw(times[0], care_system=ward.care_system, now=now)
    [entry] = await audited("slot.")
    assert entry == (
        "slot.withdrawn", "care-system", ward.care_system.id, ward.clinic.hsa_id, str(times[0])
    )  # fmt: skip


async def test_what_was_booked_can_be_withdrawn_once_it_is_cancelled(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    await cancel(sent.id, anna, now)

    await actions.withdraw(times[0], care_system=ward.care_system, now=now)

    assert await free(visits, anna, now) == times[1:]


async def test_another_providers_slot_does_not_exist(ward: Ward, times: list[UUID], now: datetime) -> None:
    clinic = await make.a_clinic(
        make.OTHER_HSA_ID, now=now, provider="Region Annan", organisation_number="5560000001"
    )
    stranger = await make.a_care_system(clinic, now=now, client_id="annan")

    with pytest.raises(Missing):
        await actions.withdraw(times[0], care_system=stranger, now=now)
    with pytest.raises(Missing):
        await slot_for(stranger.provider_id, times[0])
    assert (
        await slots_of(
            stranger.provider_id,
            clinic_id=ward.clinic.id,
            since=now,
            until=now + timedelta(days=30),
            after=None,
            limit=9,
        )
        == []
    )
    assert (await slot_for(ward.clinic.provider_id, times[0])).state(now) == "free"


async def test_a_time_type_has_one_name_at_a_time(ward: Ward, visits: TimeType, now: datetime) -> None:
    again = await make.a_time_type(ward, now=now, name="Besök hos sjuksköterska", hidden=True)

    assert again.id == visits.id
    assert await time_type_by_code(ward.clinic.id, visits.code) == again
    assert (again.name, again.hidden) == ("Besök hos sjuksköterska", True)
    assert len(await audited("time-type.")) == 2


@pytest.mark.parametrize("which", range(5))
async def test_the_list_and_the_rule_agree_on_what_is_free(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, which: int
) -> None:
    """SQL finds what is free, `rules.is_free` says what it means: at every edge they say the same."""
    provider, starts = ward.clinic.provider_id, now + timedelta(days=7)
    sent = await make.a_summons(ward, anna, visits, now=now)
    until = await hold(sent.id, anna, times[0], now)
    await actions.withdraw(times[1], care_system=ward.care_system, now=now)
    at = (now, until - INSTANT, until, starts - INSTANT, starts)[which]

    listed = await free_slots(visits.id, resident_id=anna.id, errand_id=NOBODYS_ERRAND, now=at)

    ruled = [id for id in times if (await slot_for(provider, id)).is_free(at)]
    assert [slot.id for slot in listed] == ruled
