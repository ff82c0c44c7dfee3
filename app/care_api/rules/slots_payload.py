"""Time types and slots as they come over the wire. What is required is checked in `slots`."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from app.booking.rules import VISIT_STATES
from app.care_api.rules.payload import LINE_MOST, described

CODE_MOST = 64
PLACE_MOST = 200
PAGE_MOST = 200
PAGE = 100
ROWS_MOST = 1000


class TimeTypePayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a time is for. The same clinic and code again: new words for the same time type."""

    clinic: Annotated[str | None, described("HSA-id of the clinic, in any case.")] = None
    code: Annotated[str | None, described("The clinic's own code.", maxLength=CODE_MOST)] = None
    name: Annotated[
        str | None, described("Shown to residents. Nothing about one of them.", maxLength=LINE_MOST)
    ] = None
    hidden: Annotated[
        bool, described("Bookable only by a resident whom a summons admits, and never listed to others.")
    ] = False


class SlotPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One time that can be booked."""

    starts_at: Annotated[datetime | None, described("RFC 3339 with offset.", format="date-time")] = None
    ends_at: Annotated[datetime | None, described("RFC 3339 with offset.", format="date-time")] = None
    practitioner: Annotated[
        str | None, described("Whom the resident meets, as it is shown.", maxLength=LINE_MOST)
    ] = None
    place: Annotated[str | None, described("Where in the clinic.", maxLength=PLACE_MOST)] = None


class SlotsPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Times of one time type: all are published, or none."""

    clinic: Annotated[str | None, described("HSA-id of the clinic, in any case.")] = None
    time_type: Annotated[str | None, described("The time type's code.", maxLength=CODE_MOST)] = None
    slots: Annotated[
        list[SlotPayload] | None, described(f"1–{ROWS_MOST} of them.", minItems=1, maxItems=ROWS_MOST)
    ] = None


class SlotChangePayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to be different with one slot. What is left out stays as it was."""

    id: Annotated[UUID | None, described("The slot.")] = None
    starts_at: Annotated[datetime | None, described("RFC 3339 with offset.", format="date-time")] = None
    ends_at: Annotated[datetime | None, described("RFC 3339 with offset.", format="date-time")] = None
    practitioner: Annotated[
        str | None, described("Whom the resident meets; empty: nobody is named.", maxLength=LINE_MOST)
    ] = None
    place: Annotated[str | None, described("Where in the clinic; empty: nothing.", maxLength=PLACE_MOST)] = (
        None
    )


class SlotsChangePayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Changes of slots, at any of your provider's clinics: each is made, or refused, by itself."""

    slots: Annotated[
        list[SlotChangePayload] | None,
        described(f"1–{ROWS_MOST} of them, each slot once.", minItems=1, maxItems=ROWS_MOST),
    ] = None


class SlotsWithdrawalPayload(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Slots to take back, at any of your provider's clinics: each is withdrawn, or refused, by itself."""

    ids: Annotated[
        list[UUID] | None, described(f"1–{ROWS_MOST} of them.", minItems=1, maxItems=ROWS_MOST)
    ] = None


class ClinicQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    clinic: Annotated[str | None, described("HSA-id of the clinic, in any case.")] = None


class SlotsQuery(ClinicQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    since: Annotated[
        datetime | None,
        described("Those that start at this time or later. Default: now.", format="date-time"),
    ] = field(name="from", default=None)
    until: Annotated[
        datetime | None,
        described("Those that start before this time. Default: a year after `from`.", format="date-time"),
    ] = field(name="to", default=None)
    after: Annotated[UUID | None, described("`next` of the answer before.")] = None
    limit: Annotated[int, Meta(ge=1, le=PAGE_MOST, description="How many at most.")] = PAGE


class AppointmentsQuery(SlotsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    state: Annotated[str | None, described("Only those that stand so.", enum=list(VISIT_STATES))] = None
