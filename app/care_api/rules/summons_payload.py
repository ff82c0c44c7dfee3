"""A summons as it comes over the wire, and what care does with it afterwards. Checked in `summons`."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Struct, field

from app.booking.rules import CONFIRMATIONS
from app.care_api.rules.payload import LINE_MOST, TEXT_MOST, Written, described
from app.care_api.rules.refusals import SentAtOnce
from app.care_api.rules.slots_payload import CODE_MOST, PLACE_MOST
from app.errors import Refused
from app.summons.rules import CLINICS_TURN, CLOSED, FOLLOWS

TERMS_MOST = 10
LINK_MOST = 500
CUT_OFF_MOST = 8784


class Confirmation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whether the resident is asked to confirm a timed summons."""

    wanted: Annotated[
        str | None, described("`none` when left out.", enum=list(CONFIRMATIONS), default="none")
    ] = None
    by: Annotated[
        datetime | None,
        described(
            "The last instant to confirm; `due_at`, else until the visit, when left out.", format="date-time"
        ),
    ] = None


class TermPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One condition that the resident accepts before anything is booked or confirmed."""

    heading: Annotated[str | None, described("What it is about.", maxLength=LINE_MOST)] = None
    text: Annotated[str | None, described("What it says.", maxLength=TEXT_MOST)] = None
    link: Annotated[str | None, described("Where to read more: https.", maxLength=LINK_MOST)] = None


class SummonsPayload(Written, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A call to a visit: a letter, and a time that is taken or to be chosen.

    Timed with `slot_id`, or with `starts_at` and `ends_at`; open with neither. With `booking_link` it is open
    too, and its times are in a booking of the clinic's own. `due_at` is its last instant to choose a time, or
    to confirm the one that it names.
    """

    publish_at: Annotated[
        datetime | None,
        described("Send it then; at once when left out. At most a year ahead.", format="date-time"),
    ] = None
    time_type: Annotated[
        str | None, described("The time type's code; must, unless `booking_link`.", maxLength=CODE_MOST)
    ] = None
    booking_link: Annotated[
        str | None, described("Where times that are not here are booked: https.", maxLength=LINK_MOST)
    ] = None
    slot_id: Annotated[UUID | None, described("A free slot of that time type, to take.")] = None
    starts_at: Annotated[
        datetime | None, described("A time to publish and take: RFC 3339 with offset.", format="date-time")
    ] = None
    ends_at: Annotated[datetime | None, described("When that time ends.", format="date-time")] = None
    practitioner: Annotated[
        str | None, described("Whom the resident meets at that time.", maxLength=LINE_MOST)
    ] = None
    place: Annotated[str | None, described("Where that is.", maxLength=PLACE_MOST)] = None
    book_by: Annotated[
        datetime | None,
        described("The last instant to choose a time; `due_at` when left out.", format="date-time"),
    ] = None
    confirmation: Confirmation | None = None
    cut_off_hours: Annotated[
        int,
        described(
            "So many hours before the visit, rebooking and cancelling end.", minimum=0, maximum=CUT_OFF_MOST
        ),
    ] = 0
    cancel_allowed: Annotated[bool, described("The resident may cancel.")] = False
    rebook_allowed: Annotated[bool, described("The resident may choose another time.")] = False
    reason_allowed: Annotated[bool, described("The resident may write a reason.")] = False
    after_cancellation: Annotated[
        str | None, described("What follows: `closed` when left out.", enum=list(FOLLOWS), default="closed")
    ] = None
    bring: Annotated[str | None, described("What to bring.", maxLength=TEXT_MOST)] = None
    cost_of_missing: Annotated[str | None, described("What it costs to stay away.", maxLength=TEXT_MOST)] = (
        None
    )
    terms: Annotated[
        list[TermPayload], described("Accepted before booking or confirming.", maxItems=TERMS_MOST)
    ] = field(default_factory=list)


class BookingPayload(Written, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A booking confirmation: a letter about a time that is agreed already, and the time. Nobody is called.

    With `slot_id`, or with `starts_at` and `ends_at`.
    """

    ELSEWHERE: ClassVar[dict[str, type[Refused]]] = {"publish_at": SentAtOnce}

    time_type: Annotated[str | None, described("The time type's code.", maxLength=CODE_MOST)] = None
    slot_id: Annotated[UUID | None, described("A free slot of that time type, to take.")] = None
    starts_at: Annotated[
        datetime | None, described("A time to publish and take: RFC 3339 with offset.", format="date-time")
    ] = None
    ends_at: Annotated[datetime | None, described("When that time ends.", format="date-time")] = None
    practitioner: Annotated[
        str | None, described("Whom the resident meets at that time.", maxLength=LINE_MOST)
    ] = None
    place: Annotated[str | None, described("Where that is.", maxLength=PLACE_MOST)] = None
    cut_off_hours: Annotated[
        int,
        described(
            "So many hours before the visit, rebooking and cancelling end.", minimum=0, maximum=CUT_OFF_MOST
        ),
    ] = 0
    cancel_allowed: Annotated[bool, described("The resident may cancel.")] = False
    rebook_allowed: Annotated[bool, described("The resident may choose another time.")] = False
    reason_allowed: Annotated[bool, described("The resident may write a reason.")] = False
    after_cancellation: Annotated[
        str | None,
        described("What follows: `closed` when left out.", enum=[CLOSED, CLINICS_TURN], default=CLOSED),
    ] = None
    bring: Annotated[str | None, described("What to bring.", maxLength=TEXT_MOST)] = None
    cost_of_missing: Annotated[str | None, described("What it costs to stay away.", maxLength=TEXT_MOST)] = (
        None
    )


class VisitCancellationPayload(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Care cancels the appointment that it saw; the resident is told in the thread."""

    sequence: Annotated[int | None, described("Its `sequence`; an older one changes nothing.")] = None
    keep_slot: Annotated[
        bool | None, described("true: others may book the time. false: it is withdrawn.")
    ] = None


class VisitRebookingPayload(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Care moves the appointment that it saw to another slot of the same time type; the resident is told."""

    sequence: Annotated[int | None, described("Its `sequence`; an older one changes nothing.")] = None
    slot_id: Annotated[UUID | None, described("The free slot to move to.")] = None
    keep_old_slot: Annotated[
        bool | None, described("true: others may book the old time. false: it is withdrawn.")
    ] = None


class ReportPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was booked in the clinic's own booking, or with `appointment_id` and `sequence` moved to."""

    starts_at: Annotated[datetime | None, described("RFC 3339 with offset.", format="date-time")] = None
    ends_at: Annotated[datetime | None, described("RFC 3339 with offset.", format="date-time")] = None
    practitioner: Annotated[str | None, described("Whom the resident meets.", maxLength=LINE_MOST)] = None
    place: Annotated[str | None, described("Where in the clinic.", maxLength=PLACE_MOST)] = None
    appointment_id: Annotated[UUID | None, described("The appointment that was moved.")] = None
    sequence: Annotated[int | None, described("Its `sequence`; an older one changes nothing.")] = None


class CancellationPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Care cancels the visit that it saw; the resident is told in the thread."""

    appointment_id: Annotated[UUID | None, described("The appointment, as the status showed it.")] = None
    sequence: Annotated[int | None, described("Its `sequence` there; an older one changes nothing.")] = None
    keep_slot: Annotated[
        bool | None, described("true: others may book the time. false: it is withdrawn.")
    ] = None


class RebookingPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Care moves the visit that it saw to another slot of the same time type; the resident is told."""

    appointment_id: Annotated[UUID | None, described("The appointment, as the status showed it.")] = None
    sequence: Annotated[int | None, described("Its `sequence` there; an older one changes nothing.")] = None
    slot_id: Annotated[UUID | None, described("The free slot to move to.")] = None
    keep_old_slot: Annotated[
        bool | None, described("true: others may book the old time. false: it is withdrawn.")
    ] = None
