"""What a clinic offers, as its care system says it: time types, and the times of each."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.booking import actions as booking
from app.booking.queries import TimeType
from app.booking.rules import NewSlot, SlotBooked, SlotChange, SlotHeld
from app.care.queries import Clinic
from app.care_api.actions import keys
from app.care_api.actions.keys import Reply
from app.care_api.queries import sending_clinic, time_type_for
from app.care_api.rules import replies
from app.care_api.rules.problems import row_problem
from app.care_api.rules.replies import (
    SlotChanged,
    SlotsChanged,
    SlotsPublished,
    SlotsWithdrawn,
    SlotWithdrawn,
    encode,
)
from app.care_api.rules.slots import (
    CheckedTimeType,
    check_changes,
    check_slots,
    check_time_type,
    check_withdrawal,
)
from app.care_api.rules.slots_payload import (
    SlotsChangePayload,
    SlotsPayload,
    SlotsWithdrawalPayload,
    TimeTypePayload,
)
from app.errors import Missing, Refused
from app.sessions.principals import CareSystem

OPERATION, CHANGE, WITHDRAW = "slots.publish", "slots.change", "slots.withdraw"
DONE, CREATED = 200, 201
WHY_NOT: dict[type[Refused], str] = {SlotHeld: replies.HELD, SlotBooked: replies.BOOKED}


class _Offer(NamedTuple):
    clinic: Clinic
    time_type: TimeType
    slots: tuple[NewSlot, ...]


async def describe_time_type(
    payload: TimeTypePayload, *, care_system: CareSystem, now: datetime
) -> CheckedTimeType:
    """The same however often it is said, so it needs no key.

    Raises what the check and `sending_clinic` raise.
    """
    described = check_time_type(payload)
    clinic = await sending_clinic(care_system, described.hsa_id, now=now)
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
    """All of them or none. Raises what `once`, the checks, `sending_clinic` and `publish` raise."""

    async def prepare() -> _Offer:
        checked = check_slots(payload)
        clinic = await sending_clinic(care_system, checked.hsa_id, now=now)
        return _Offer(clinic, await time_type_for(care_system, clinic, checked.time_type), checked.slots)

    async def publish(offer: _Offer) -> Reply:
        ids = await booking.publish(
            offer.slots, clinic=offer.clinic, time_type=offer.time_type, care_system=care_system, now=now
        )
        return Reply(CREATED, encode(SlotsPublished(ids)))

    asked = keys.asked(OPERATION, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, publish, now=now)


async def change_slots(
    payload: SlotsChangePayload, *, key: str, care_system: CareSystem, now: datetime
) -> Reply:
    """Each of them by itself. Raises what `once` and the check raise."""

    async def prepare() -> list[SlotChange | Refused]:
        return check_changes(payload)

    async def change(asked: list[SlotChange | Refused]) -> Reply:
        right = [row for row in asked if isinstance(row, SlotChange)]
        made = iter(await booking.change_each(right, care_system=care_system, now=now))
        ids = [row.id for row in payload.slots or [] if row.id]
        results = [
            _changed(id, next(made) if isinstance(row, SlotChange) else row, place)
            for place, (id, row) in enumerate(zip(ids, asked, strict=True))
        ]
        changed = sum(result.slot_id is not None for result in results)
        return Reply(DONE, encode(SlotsChanged(changed, results)))

    asked = keys.asked(CHANGE, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, change, now=now)


async def withdraw_slots(
    payload: SlotsWithdrawalPayload, *, key: str, care_system: CareSystem, now: datetime
) -> Reply:
    """Each of them by itself. Raises what `once` and the check raise."""

    async def prepare() -> list[UUID]:
        return check_withdrawal(payload)

    async def withdraw(ids: list[UUID]) -> Reply:
        whys = await booking.withdraw_each(ids, care_system=care_system, now=now)
        results = [_withdrawn(id, why, place) for place, (id, why) in enumerate(zip(ids, whys, strict=True))]
        return Reply(DONE, encode(SlotsWithdrawn(whys.count(None), results)))

    asked = keys.asked(WITHDRAW, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, withdraw, now=now)


def _changed(id: UUID, outcome: UUID | Refused | Missing, place: int) -> SlotChanged:
    if isinstance(outcome, UUID):
        return SlotChanged(id, "changed", slot_id=outcome)
    return SlotChanged(id, "refused", problem=row_problem(outcome, under=f"/slots/{place}"))


def _withdrawn(id: UUID, why: Refused | Missing | None, place: int) -> SlotWithdrawn:
    if why is None:
        return SlotWithdrawn(id, replies.WITHDRAWN)
    result = replies.UNKNOWN if isinstance(why, Missing) else WHY_NOT[type(why)]
    return SlotWithdrawn(id, result, problem=row_problem(why, under=f"/ids/{place}"))
