"""Changing and taking back many slots in one transaction, each on its own.

A slot never changes: what a resident has seen is what they book, and what they have cancelled is what it was.
A change withdraws it and publishes another in its place.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record_all
from app.booking.actions.slots import NEW_SLOTS
from app.booking.queries import PublishedSlot, slots_among, whose_slots
from app.booking.rules import SlotBooked, SlotChange, SlotHeld, TimeWithdrawn, ensure_publishable
from app.database import LOCKED, in_transaction, insert, places, rows, run, uuid7
from app.errors import Missing, Refused
from app.sessions.principals import CareSystem

# In one order, so that of two who take back the same slots neither waits for the other in a ring; and none
# that somebody has, since whoever books holds the one they leave while they wait for the one they move to.
FREE = (
    "SELECT id, clinic AS clinic_id, time_type AS time_type_id, starts_at, ends_at, practitioner, place"
    " FROM slots WHERE id IN (%s) AND clinic IN (SELECT id FROM clinics WHERE provider = {})"
    " AND withdrawn_at IS NULL AND appointment IS NULL AND (held_until IS NULL OR held_until <= {})"
    f" ORDER BY id{LOCKED}"
)
WITHDRAW = "UPDATE slots SET withdrawn_at = {} WHERE id IN (%s)"


class _Free(NamedTuple):
    """A slot that nobody has, as it is while we hold its row."""

    id: UUID
    clinic_id: UUID
    time_type_id: UUID
    starts_at: datetime
    ends_at: datetime
    practitioner: str
    place: str


@in_transaction
async def withdraw_each(
    ids: Sequence[UUID], *, care_system: CareSystem, now: datetime
) -> list[Refused | Missing | None]:
    """For each why it is not withdrawn; None for what is, now or before."""
    free, found = await _asked_for(ids, care_system, now)
    await _withdraw(list(free), now)
    await record_all([_by(care_system, "slot.withdrawn", found[id], now) for id in free])
    whys = [None if id in free else _why_not(found.get(id), id) for id in ids]
    return [None if isinstance(why, TimeWithdrawn) else why for why in whys]


@in_transaction
async def change_each(
    changes: Sequence[SlotChange], *, care_system: CareSystem, now: datetime
) -> list[UUID | Refused | Missing]:
    """For each the slot that has come in its place, or why there is none. No slot is named twice."""
    ids = [change.id for change in changes]
    free, found = await _asked_for(ids, care_system, now)
    outcomes: list[UUID | Refused | Missing] = []
    new: list[tuple[object, ...]] = []
    for change in changes:
        slot = free.get(change.id)
        if slot is None:
            outcomes.append(_why_not(found.get(change.id), change.id))
            continue
        changed = _changed(slot, change)
        if wrong := _wrong(changed, change, now):
            outcomes.append(wrong)
            del free[change.id]
            continue
        id = uuid7()
        outcomes.append(id)
        new.append((id, changed.clinic_id, changed.time_type_id, care_system.id, *changed[3:], now))
    await insert(NEW_SLOTS, new)
    await _withdraw(list(free), now)
    await record_all([_by(care_system, "slot.changed", found[id], now) for id in free])
    return outcomes


async def _asked_for(
    ids: Sequence[UUID], care_system: CareSystem, now: datetime
) -> tuple[dict[UUID, _Free], dict[UUID, PublishedSlot]]:
    """Those that nobody has, and all that are its business, as they are when the former are ours."""
    seen = await _looked_at(ids, care_system, now)
    free = await _free(list(seen), care_system, now)
    others = await slots_among(care_system.provider_id, [id for id in seen if id not in free])
    return free, seen | {slot.id: slot for slot in others}


async def _free(ids: Sequence[UUID], care_system: CareSystem, now: datetime) -> dict[UUID, _Free]:
    """Those that nobody has: theirs are the rows until the transaction ends."""
    if not ids:
        return {}
    found = await rows(_Free, FREE % places(ids), *ids, care_system.provider_id, now)
    return {slot.id: slot for slot in found}


async def _withdraw(ids: Sequence[UUID], now: datetime) -> None:
    if ids:
        await run(WITHDRAW % places(ids), now, *ids)


async def _looked_at(
    ids: Sequence[UUID], care_system: CareSystem, now: datetime
) -> dict[UUID, PublishedSlot]:
    """Those that are its business; for each of the others a row in the audit says who asked."""
    found = {
        slot.id: slot
        for slot in await slots_among(care_system.provider_id, ids)
        if care_system.sees(slot.clinic_hsa_id, test=slot.test)
    }
    strange = [id for id in dict.fromkeys(ids) if id not in found]
    whose = await whose_slots(strange)
    denied = [
        Entry(
            action="slot.denied", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
            outcome="denied", resident_id=whose[id].resident_id if id in whose else None,
            care_unit=whose[id].care_unit if id in whose else None, object_kind="slot", object_id=str(id),
        )
        for id in strange
    ]  # fmt: skip
    await record_all(denied)
    return found


def _why_not(slot: PublishedSlot | None, id: UUID) -> Refused | Missing:
    """What has become free this instant counts as held."""
    if slot is None:
        return Missing("slot", id)
    if slot.withdrawn_at is not None:
        return TimeWithdrawn()
    return SlotBooked() if slot.appointment is not None else SlotHeld()


def _changed(slot: _Free, change: SlotChange) -> _Free:
    said = {name: getattr(change, name) for name in ("starts_at", "ends_at", "practitioner", "place")}
    return slot._replace(**{name: value for name, value in said.items() if value is not None})


def _wrong(slot: _Free, change: SlotChange, now: datetime) -> Refused | None:
    """The place is one that was sent."""
    pointer = "/ends_at" if change.starts_at is None and change.ends_at is not None else "/starts_at"
    try:
        ensure_publishable(slot.starts_at, slot.ends_at, pointer=pointer, now=now)
    except Refused as refusal:
        return refusal
    return None


def _by(care_system: CareSystem, action: str, slot: PublishedSlot, now: datetime) -> Entry:
    return Entry(
        action=action, at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        care_unit=slot.clinic_hsa_id, object_kind="slot", object_id=str(slot.id),
    )  # fmt: skip
