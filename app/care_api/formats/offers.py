"""Time types and slots, as their care systems see them."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from app.booking.queries import PublishedSlot, TimeType

SLOT_STATES = ("free", "held", "booked", "withdrawn")


class TimeTypeShown(Struct, frozen=True):
    clinic: str
    code: str
    name: str
    hidden: bool


class TimeTypes(Struct, frozen=True):
    time_types: list[TimeTypeShown]


class SlotShown(Struct, frozen=True):
    """Held: somebody is deciding about it, for ten minutes. Booked by whom is for the summons to say."""

    id: UUID
    clinic: str
    time_type: str
    starts_at: datetime
    ends_at: datetime
    practitioner: str
    place: str
    state: Annotated[
        str, Meta(description="How it stands now.", extra_json_schema={"enum": list(SLOT_STATES)})
    ]


class Slots(Struct, frozen=True):
    """A page, by id. `next` goes into `after` for the next one; null when there is none."""

    slots: list[SlotShown]
    following: Annotated[UUID | None, Meta(description="For `after`.")] = field(name="next")


def read_time_types(found: list[TimeType], *, hsa_id: str) -> TimeTypes:
    return TimeTypes([TimeTypeShown(hsa_id, each.code, each.name, each.hidden) for each in found])


def read_slots(found: list[PublishedSlot], *, limit: int, now: datetime) -> Slots:
    """`found` holds one more than `limit` when there is a next page."""
    page = found[:limit]
    return Slots([_slot(slot, now) for slot in page], page[-1].id if len(found) > limit else None)


def _slot(slot: PublishedSlot, now: datetime) -> SlotShown:
    return SlotShown(
        id=slot.id,
        clinic=slot.clinic_hsa_id,
        time_type=slot.time_type_code,
        starts_at=slot.starts_at.astimezone(UTC),
        ends_at=slot.ends_at.astimezone(UTC),
        practitioner=slot.practitioner,
        place=slot.place,
        state=slot.state(now),
    )
