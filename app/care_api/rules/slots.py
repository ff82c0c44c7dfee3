"""What a time type and a slot must say. Whether a slot can be published is for `booking` to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.booking.rules import VISIT_STATES, NewSlot, NothingToChange, SlotChange, SlotNamedTwice
from app.care_api.rules.payload import LINE_MOST
from app.care_api.rules.refusals import ClinicMissing, FieldMissing, ListEmpty
from app.care_api.rules.slots_payload import (
    CODE_MOST,
    PLACE_MOST,
    SlotChangePayload,
    SlotPayload,
    SlotsChangePayload,
    SlotsPayload,
    SlotsQuery,
    SlotsWithdrawalPayload,
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


class StateUnknown(Refused):
    code = "appointment.state-unknown"
    sentence = _l("Värdet i state finns inte. Välj ett av: %(known)s.")


class AppointmentUnknown(Refused):
    code = "appointment.unknown"
    sentence = _l("Vårdgivaren har ingen bokad tid med det id:t. Använd id från svaret eller listan.")


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
        raise _nothing_in(offered.slots, "/slots")
    return CheckedSlots(
        hsa_id=check_clinic(offered.clinic),
        time_type=check_code(offered.time_type),
        slots=tuple(_slot(slot, f"/slots/{place}") for place, slot in enumerate(offered.slots)),
    )


def check_changes(asked: SlotsChangePayload) -> list[SlotChange | Refused]:
    """For each row what it changes, or what is wrong with it, with the place in the row.

    Raises `FieldMissing` when there are no rows, or one that says of no slot.
    """
    if not asked.slots:
        raise _nothing_in(asked.slots, "/slots")
    ids = [_named(row, place) for place, row in enumerate(asked.slots)]
    first = {id: place for place, id in reversed(list(enumerate(ids)))}
    return [
        _change(row, id) if first[id] == place else SlotNamedTwice(pointer="/id")
        for place, (row, id) in enumerate(zip(asked.slots, ids, strict=True))
    ]


def check_withdrawal(asked: SlotsWithdrawalPayload) -> list[UUID]:
    if not asked.ids:
        raise _nothing_in(asked.ids, "/ids")
    return asked.ids


def check_clinic(hsa_id: str | None) -> str:
    return needed(hsa_id, "/clinic", ClinicMissing, most=HSA_MOST)


def check_code(code: str | None) -> str:
    return needed(code, "/time_type", TimeTypeMissing, most=CODE_MOST)


def interval(asked: SlotsQuery, *, now: datetime) -> tuple[datetime, datetime]:
    """From when until when; usually what begins within a year."""
    since = maybe_instant(asked.since, "/from") or now
    until = instant(asked.until, "/to") if asked.until else since + A_YEAR
    return since, until


def _nothing_in(rows: Sequence[object] | None, pointer: str) -> FieldMissing:
    return FieldMissing(pointer=pointer) if rows is None else ListEmpty(pointer=pointer)


def _named(row: SlotChangePayload, place: int) -> UUID:
    if row.id is None:
        raise FieldMissing(pointer=f"/slots/{place}/id")
    return row.id


def _change(row: SlotChangePayload, id: UUID) -> SlotChange | Refused:
    said = (row.starts_at, row.ends_at, row.practitioner, row.place)
    if all(field is None for field in said):
        return NothingToChange()
    try:
        return SlotChange(
            id=id,
            starts_at=maybe_instant(row.starts_at, "/starts_at"),
            ends_at=maybe_instant(row.ends_at, "/ends_at"),
            practitioner=_maybe_line(row.practitioner, "/practitioner", most=LINE_MOST),
            place=_maybe_line(row.place, "/place", most=PLACE_MOST),
        )
    except Refused as refusal:
        return refusal


def _maybe_line(text: str | None, pointer: str, *, most: int) -> str | None:
    return None if text is None else line(text, pointer, most=most)


def check_state(state: str | None) -> str | None:
    if state is not None and state not in VISIT_STATES:
        raise StateUnknown(known=", ".join(VISIT_STATES))
    return state


def _slot(slot: SlotPayload, place: str) -> NewSlot:
    return NewSlot(
        starts_at=needed_instant(slot.starts_at, f"{place}/starts_at"),
        ends_at=needed_instant(slot.ends_at, f"{place}/ends_at"),
        practitioner=line(slot.practitioner, f"{place}/practitioner", most=LINE_MOST),
        place=line(slot.place, f"{place}/place", most=PLACE_MOST),
    )
