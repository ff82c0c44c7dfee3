"""What a clinic offers: time types, and the slots of each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.audit.actions import Entry, record
from app.booking.queries import TimeType, slot_of, time_type_by_code
from app.booking.rules import ELSEWHERE, NewSlot, SlotBooked, SlotHeld, ensure_publishable
from app.care.queries import Clinic
from app.database import in_transaction, insert, run, uuid7
from app.sessions.principals import CareSystem

NEW_SLOTS = (
    "INSERT INTO slots (id, clinic, time_type, care_system_id, starts_at, ends_at, practitioner, place,"
    " published_at)"
)


@in_transaction
async def describe_time_type(
    clinic: Clinic, *, code: str, name: str, hidden: bool, care_system: CareSystem, now: datetime
) -> None:
    """A new time type, or new words for one that is there; the clinic's `code` tells which."""
    await run(
        "INSERT INTO time_types (id, clinic, code, name, hidden, test, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (clinic, code, test)"
        " DO UPDATE SET name = excluded.name, hidden = excluded.hidden RETURNING 1 AS kept",
        uuid7(), clinic.id, code, name, hidden, care_system.test, now,
    )  # fmt: skip
    await record(_by(care_system, "time-type.described", clinic.hsa_id, now, kind="time-type", id=code))


@in_transaction
async def time_type_elsewhere(clinic: Clinic, *, test: bool, now: datetime) -> TimeType:
    """The clinic's time type for what is booked in its own booking; made when it is first needed."""
    await run(
        "INSERT INTO time_types (id, clinic, code, name, hidden, test, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (clinic, code, test) DO NOTHING"
        " RETURNING 1 AS made",
        uuid7(), clinic.id, ELSEWHERE, "", True, test, now,
    )  # fmt: skip
    return await time_type_by_code(clinic.id, ELSEWHERE, test=test)


@in_transaction
async def publish(
    new: Sequence[NewSlot], *, clinic: Clinic, time_type: TimeType, care_system: CareSystem, now: datetime
) -> list[UUID]:
    """Ids in the order of `new`. From now on each is ours until it is withdrawn.

    Raises what `ensure_publishable` raises, with the place of the wrong one, and publishes none.
    """
    for number, slot in enumerate(new):
        ensure_publishable(slot.starts_at, slot.ends_at, pointer=f"/slots/{number}/starts_at", now=now)
    ids = [uuid7() for _ in new]
    offered = [
        (
            id, clinic.id, time_type.id, care_system.id, slot.starts_at, slot.ends_at, slot.practitioner,
            slot.place, now,
        )
        for id, slot in zip(ids, new, strict=True)
    ]  # fmt: skip
    await insert(NEW_SLOTS, offered)
    await record(_by(care_system, "slots.published", clinic.hsa_id, now, kind="slots", id=str(len(ids))))
    return ids


@in_transaction
async def withdraw(slot_id: UUID, *, care_system: CareSystem, now: datetime) -> None:
    """Take the slot back; one that is taken back already stays so, for whoever lost the first answer.

    Raises `Missing`, `SlotHeld` or `SlotBooked`.
    """
    slot = await slot_of(care_system, slot_id)
    # One statement decides: a claim of the same instant either came before it or finds nothing.
    if not await run(
        "UPDATE slots SET withdrawn_at = {} WHERE id = {} AND withdrawn_at IS NULL AND appointment IS NULL"
        " AND (held_until IS NULL OR held_until <= {}) RETURNING 1 AS gone",
        now, slot_id, now,
    ):  # fmt: skip
        slot = await slot_of(care_system, slot_id)
        if slot.withdrawn_at is not None:
            return
        raise SlotBooked if slot.appointment is not None else SlotHeld
    entry = _by(care_system, "slot.withdrawn", slot.clinic_hsa_id, now, kind="slot", id=str(slot_id))
    await record(entry)


def _by(care_system: CareSystem, action: str, care_unit: str, now: datetime, *, kind: str, id: str) -> Entry:
    return Entry(
        action=action, at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        care_unit=care_unit, object_kind=kind, object_id=id,
    )  # fmt: skip
