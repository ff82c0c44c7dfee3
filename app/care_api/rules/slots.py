"""What a time type and a slot must say. Whether a slot can be published is for `booking` to decide."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.booking.rules import NewSlot
from app.care_api.rules.payload import LINE_MOST
from app.care_api.rules.refusals import ClinicMissing, FieldMissing
from app.care_api.rules.slots_payload import (
    CODE_MOST,
    PLACE_MOST,
    SlotPayload,
    SlotsPayload,
    SlotsQuery,
    TimeTypePayload,
)
from app.care_api.rules.text import line, needed
from app.care_api.rules.times import instant, maybe_instant, needed_instant
from app.errors import Refused
from app.language import lazy as _l

HSA_MOST = 64
A_YEAR = timedelta(days=365)


class TimeTypeMissing(Refused):
    code = "time-type.missing"
    sentence = _l("Ange tidstypens kod, mottagningens egen, i fältet %(pointer)s.")


class TimeTypeNameMissing(Refused):
    code = "time-type.name-missing"
    sentence = _l("Skriv i name vad tiden är till för, så som invånaren ska läsa det.")


class TimeTypeUnknown(Refused):
    code = "time-type.unknown"
    sentence = _l("Mottagningen har ingen sådan tidstyp. Beskriv den först med PUT /api/v1/time-types.")


class SlotUnknown(Refused):
    code = "slot.unknown"
    sentence = _l("Det finns ingen sådan tid av den tidstypen på mottagningen. Välj en annan tid.")


@dataclass(frozen=True)
class CheckedTimeType:
    hsa_id: str
    code: str
    name: str
    hidden: bool


@dataclass(frozen=True)
class CheckedSlots:
    hsa_id: str
    time_type: str
    slots: tuple[NewSlot, ...]


def check_time_type(described: TimeTypePayload) -> CheckedTimeType:
    return CheckedTimeType(
        hsa_id=check_clinic(described.clinic),
        code=needed(described.code, "/code", TimeTypeMissing, most=CODE_MOST),
        name=needed(described.name, "/name", TimeTypeNameMissing, most=LINE_MOST),
        hidden=described.hidden,
    )


def check_slots(offered: SlotsPayload) -> CheckedSlots:
    """Raises the first refusal, with the place of the wrong slot."""
    if not offered.slots:
        raise FieldMissing(pointer="/slots")
    return CheckedSlots(
        hsa_id=check_clinic(offered.clinic),
        time_type=check_code(offered.time_type),
        slots=tuple(_slot(slot, f"/slots/{place}") for place, slot in enumerate(offered.slots)),
    )


def check_clinic(hsa_id: str | None) -> str:
    return needed(hsa_id, "/clinic", ClinicMissing, most=HSA_MOST)


def check_code(code: str | None) -> str:
    return needed(code, "/time_type", TimeTypeMissing, most=CODE_MOST)


def interval(asked: SlotsQuery, *, now: datetime) -> tuple[datetime, datetime]:
    """From when until when; usually what begins within a year."""
    since = maybe_instant(asked.since, "/from") or now
    until = instant(asked.until, "/to") if asked.until else since + A_YEAR
    return since, until


def _slot(slot: SlotPayload, place: str) -> NewSlot:
    return NewSlot(
        starts_at=needed_instant(slot.starts_at, f"{place}/starts_at"),
        ends_at=needed_instant(slot.ends_at, f"{place}/ends_at"),
        practitioner=line(slot.practitioner, f"{place}/practitioner", most=LINE_MOST),
        place=line(slot.place, f"{place}/place", most=PLACE_MOST),
    )
