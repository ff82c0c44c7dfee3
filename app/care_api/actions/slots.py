"""What a clinic offers, as its care system says it: time types, and the times of each."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from app.booking import actions as booking
from app.booking.queries import TimeType
from app.booking.rules import NewSlot
from app.care.queries import Clinic
from app.care_api.actions import keys
from app.care_api.actions.keys import Reply
from app.care_api.queries import clinic_for, time_type_for
from app.care_api.rules.replies import SlotsPublished, encode
from app.care_api.rules.slots import CheckedTimeType, check_slots, check_time_type
from app.care_api.rules.slots_payload import SlotsPayload, TimeTypePayload
from app.sessions.principals import CareSystem

OPERATION = "slots.publish"
CREATED = 201


class _Offer(NamedTuple):
    clinic: Clinic
    time_type: TimeType
    slots: tuple[NewSlot, ...]


async def describe_time_type(
    payload: TimeTypePayload, *, care_system: CareSystem, now: datetime
) -> CheckedTimeType:
    """The same however often it is said, so it needs no key. Raises what the check and `clinic_for` raise."""
    described = check_time_type(payload)
    clinic = await clinic_for(care_system.provider_id, described.hsa_id)
    await booking.describe_time_type(
        clinic,
        code=described.code,
        name=described.name,
        hidden=described.hidden,
        care_system=care_system,
        now=now,
    )
    return replace(described, hsa_id=clinic.hsa_id)


async def publish_slots(payload: SlotsPayload, *, key: str, care_system: CareSystem, now: datetime) -> Reply:
    """All of them or none. Raises what `once`, the checks, `clinic_for` and `publish` raise."""

    async def prepare() -> _Offer:
        checked = check_slots(payload)
        clinic = await clinic_for(care_system.provider_id, checked.hsa_id)
        return _Offer(clinic, await time_type_for(clinic, checked.time_type), checked.slots)

    async def publish(offer: _Offer) -> Reply:
        ids = await booking.publish(
            offer.slots, clinic=offer.clinic, time_type=offer.time_type, care_system=care_system, now=now
        )
        return Reply(CREATED, encode(SlotsPublished(ids)))

    asked = keys.asked(OPERATION, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, publish, now=now)
