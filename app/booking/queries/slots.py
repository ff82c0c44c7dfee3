"""Time types, and the slots that are free for whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.booking.rules import ELSEWHERE, is_free
from app.database import places, rows
from app.errors import Missing
from app.inbox.queries import Whose
from app.sessions.principals import CareSystem

PAGE = 60


class TimeType(NamedTuple):
    id: UUID
    clinic_id: UUID
    code: str
    name: str
    hidden: bool


class FreeSlot(NamedTuple):
    """`held_until` ahead means that the asking resident holds it already."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    practitioner: str
    place: str
    held_until: datetime | None

    def is_held(self, now: datetime) -> bool:
        return self.held_until is not None and self.held_until > now


class PublishedSlot(NamedTuple):
    """As its care system sees it: free, held, booked or withdrawn; never by whom."""

    id: UUID
    clinic_hsa_id: str
    time_type_code: str
    starts_at: datetime
    ends_at: datetime
    practitioner: str
    place: str
    withdrawn_at: datetime | None
    held_until: datetime | None
    appointment: UUID | None
    test: bool

    def state(self, now: datetime) -> str:
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.appointment is not None:
            return "booked"
        return "held" if self.held_until is not None and self.held_until > now else "free"

    def is_free(self, now: datetime) -> bool:
        return is_free(
            withdrawn=self.withdrawn_at is not None,
            booked=self.appointment is not None,
            held_until=self.held_until,
            starts_at=self.starts_at,
            now=now,
        )


class _Id(NamedTuple):
    id: UUID


class _Start(NamedTuple):
    starts_at: datetime


class _WhoseSlot(NamedTuple):
    id: UUID
    resident_id: UUID | None
    care_unit: str


TIME_TYPE = "SELECT id, clinic AS clinic_id, code, name, hidden FROM time_types"
# A resident's own hold for the same errand does not stand in their own way.
FREE = (
    "SELECT id, starts_at, ends_at, practitioner, place, held_until"
    " FROM slots WHERE time_type = {} AND withdrawn_at IS NULL AND appointment IS NULL AND starts_at > {}"
    " AND (held_until IS NULL OR held_until <= {} OR (held_by = {} AND held_for = {}))"
)
# The visit that the errand would move does not stand in the way either.
FITTING = (
    f"{FREE} AND NOT EXISTS (SELECT 1 FROM appointments a JOIN slots own ON own.id = a.slot"
    " WHERE a.resident = {} AND a.link_id <> {} AND a.cancelled_at IS NULL"
    " AND own.starts_at < slots.ends_at AND own.ends_at > slots.starts_at)"
)
FREE_AGAIN = (
    "SELECT a.id FROM appointments a JOIN slots s ON s.id = a.slot WHERE a.id IN (%s)"
    " AND s.withdrawn_at IS NULL AND s.appointment IS NULL AND s.starts_at > {}"
    " AND (s.held_until IS NULL OR s.held_until <= {} OR (s.held_by = a.resident AND s.held_for = a.link_id))"
)
PUBLISHED = (
    "SELECT s.id, c.hsa_id AS clinic_hsa_id, t.code AS time_type_code, s.starts_at, s.ends_at,"
    " s.practitioner, s.place, s.withdrawn_at, s.held_until, s.appointment, t.test"
    " FROM slots s JOIN time_types t ON t.id = s.time_type JOIN clinics c ON c.id = s.clinic"
    f" WHERE t.code <> '{ELSEWHERE}'"
)


WHOSE = (
    "SELECT s.id, a.resident AS resident_id, c.hsa_id AS care_unit FROM slots s"
    " JOIN clinics c ON c.id = s.clinic LEFT JOIN appointments a ON a.id = s.appointment WHERE s.id IN (%s)"
)


async def time_type(time_type_id: UUID) -> TimeType:
    """Raises `Missing`."""
    return _one(await rows(TimeType, f"{TIME_TYPE} WHERE id = {{}}", time_type_id), time_type_id)


async def time_type_by_code(clinic_id: UUID, code: str, *, test: bool = False) -> TimeType:
    """Those of test credentials are apart: both may have the same code. Raises `Missing`."""
    sql = f"{TIME_TYPE} WHERE clinic = {{}} AND code = {{}} AND test = {{}}"
    return _one(await rows(TimeType, sql, clinic_id, code, test), code)


async def time_types_of(clinic_id: UUID, *, test: bool = False) -> list[TimeType]:
    sql = f"{TIME_TYPE} WHERE clinic = {{}} AND test = {{}} AND code <> '{ELSEWHERE}' ORDER BY code"
    return await rows(TimeType, sql, clinic_id, test)


async def free_slots(
    time_type_id: UUID, *, resident_id: UUID, errand_id: UUID, now: datetime, limit: int = PAGE
) -> list[FreeSlot]:
    """What a resident whom the errand admits can choose from, soonest first."""
    return await rows(
        FreeSlot,
        f"{FREE} ORDER BY starts_at, id LIMIT {{}}",
        time_type_id, now, now, resident_id, errand_id, limit,
    )  # fmt: skip


async def fitting_slots(
    time_type_id: UUID,
    *,
    resident_id: UUID,
    errand_id: UUID,
    now: datetime,
    since: datetime | None = None,
    limit: int,
) -> list[FreeSlot]:
    """Those of the free ones that clash with no other visit of the resident's: no choice that is refused.

    Soonest first, and none before `since`.
    """
    return await rows(
        FreeSlot,
        f"{FITTING} ORDER BY starts_at, id LIMIT {{}}",
        time_type_id, max(now, since or now), now, resident_id, errand_id, resident_id, errand_id, limit,
    )  # fmt: skip


async def free_slot(
    slot_id: UUID, *, time_type_id: UUID, resident_id: UUID, errand_id: UUID, now: datetime
) -> FreeSlot | None:
    """The one slot, while the resident can still have it."""
    found = await rows(
        FreeSlot,
        f"{FREE} AND id = {{}}",
        time_type_id, now, now, resident_id, errand_id, slot_id,
    )  # fmt: skip
    return found[0] if found else None


async def slot_start(slot_id: UUID, *, time_type_id: UUID) -> datetime:
    """When it begins, whoever has it: what is nearest to it is asked by whom it was taken from.

    Raises `Missing`.
    """
    found = await rows(
        _Start, "SELECT starts_at FROM slots WHERE id = {} AND time_type = {}", slot_id, time_type_id
    )
    if not found:
        raise Missing("slot", slot_id)
    return found[0].starts_at


async def free_again(appointment_ids: Sequence[UUID], *, now: datetime) -> set[UUID]:
    """Those of the cancelled appointments whose time their own resident could have once more."""
    if not appointment_ids:
        return set()
    found = await rows(_Id, FREE_AGAIN % places(appointment_ids), *appointment_ids, now, now)
    return {row.id for row in found}


async def held_slot(resident_id: UUID, errand_id: UUID, *, now: datetime) -> FreeSlot | None:
    """The one that the resident holds while deciding about this errand."""
    found = await rows(
        FreeSlot,
        "SELECT id, starts_at, ends_at, practitioner, place, held_until FROM slots"
        " WHERE held_by = {} AND held_for = {} AND held_until > {} AND appointment IS NULL"
        " AND withdrawn_at IS NULL AND starts_at > {}",
        resident_id, errand_id, now, now,
    )  # fmt: skip
    return found[0] if found else None


async def slots_of(
    provider_id: UUID,
    *,
    clinic_id: UUID,
    since: datetime,
    until: datetime,
    after: UUID | None,
    limit: int,
    test: bool = False,
) -> list[PublishedSlot]:
    """A clinic's slots that start in the interval, by id: what its care systems have published."""
    return await rows(
        PublishedSlot,
        f"{PUBLISHED} AND c.provider = {{}} AND s.clinic = {{}} AND s.starts_at >= {{}}"
        " AND s.starts_at < {} AND s.id > {} AND t.test = {} ORDER BY s.id LIMIT {}",
        provider_id, clinic_id, since, until, after or UUID(int=0), test, limit,
    )  # fmt: skip


async def whose_slot(slot_id: UUID) -> Whose | None:
    """Whose booked time it is, if it is anybody's: for the audit of denials."""
    return (await whose_slots([slot_id])).get(slot_id)


async def whose_slots(ids: Sequence[UUID]) -> dict[UUID, Whose]:
    """`whose_slot` of many; those that are there."""
    if not ids:
        return {}
    found = await rows(_WhoseSlot, WHOSE % places(ids), *ids)
    return {row.id: Whose(row.resident_id, row.care_unit) for row in found}


async def slots_among(provider_id: UUID, ids: Sequence[UUID]) -> list[PublishedSlot]:
    """Those of them that are the provider's, in no certain order."""
    if not ids:
        return []
    return await rows(
        PublishedSlot, f"{PUBLISHED} AND c.provider = {{}} AND s.id IN ({places(ids)})", provider_id, *ids
    )


async def slot_for(provider_id: UUID, slot_id: UUID) -> PublishedSlot:
    """Raises `Missing`."""
    found = await rows(
        PublishedSlot, f"{PUBLISHED} AND c.provider = {{}} AND s.id = {{}}", provider_id, slot_id
    )
    if not found:
        raise Missing("slot", slot_id)
    return found[0]


async def slot_of(care_system: CareSystem, slot_id: UUID) -> PublishedSlot:
    """One that is its business. Raises `Missing`."""
    slot = await slot_for(care_system.provider_id, slot_id)
    if not care_system.sees(slot.clinic_hsa_id, test=slot.test):
        raise Missing("slot", slot_id)
    return slot


def _one(found: list[TimeType], asked: UUID | str) -> TimeType:
    if not found:
        raise Missing("time type", asked)
    return found[0]
