"""What may be done with a time. No clock, no database, no web. Result codes: domain.md §1.4."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from app.errors import Refused
from app.inbox.rules import is_over
from app.language import lazy as _l

HOLD = timedelta(minutes=10)
FURTHEST = timedelta(days=3 * 366)
LONGEST_REASON = 150
NONE, OPTIONAL, REQUIRED = CONFIRMATIONS = ("none", "optional", "required")

TO_CONFIRM = "to-confirm"
BOOKED = "booked"
CONFIRMED = "confirmed"
REBOOKED = "rebooked"
CANCELLED = "cancelled"
PAST = "past"
# The code of the time type of what is booked in a clinic's own booking: no care system can say it.
ELSEWHERE = ""
VISIT_STATES = (TO_CONFIRM, BOOKED, CONFIRMED, REBOOKED, CANCELLED, PAST)


class NotBooked(Refused):
    """A no whose `result_code` the scheduling contracts name (supportprocess:logistics:scheduling 2.0)."""

    result_code: ClassVar[str]


class TimeTaken(NotBooked):
    code = "booking.time-taken"
    result_code = "REQUESTED_TIME_IS_ALREADY_RESERVED"
    sentence = _l("Tiden är upptagen. Välj en annan tid.")


class TimePassed(NotBooked):
    code = "booking.time-passed"
    result_code = "REQUESTED_TIME_HAS_ALREADY_PASSED"
    sentence = _l("Tiden har redan varit. Välj en annan tid.")


class TimeWithdrawn(NotBooked):
    code = "booking.time-withdrawn"
    result_code = "REQUESTED_TIME_IS_NO_LONGER_AVAILABLE"
    sentence = _l("Tiden finns inte kvar. Välj en annan tid.")


class TooLateToBook(NotBooked):
    code = "booking.too-late-to-book"
    result_code = "TOO_LATE_TO_MAKE_APPOINTMENT"
    sentence = _l("Det är för sent att boka här. Ring mottagningen.")


class AlreadyOccupied(NotBooked):
    code = "booking.already-occupied"
    result_code = "USER_IS_ALREADY_OCCUPIED"
    sentence = _l("Du har redan en tid som krockar med den här. Välj en annan tid.")


class BookingNotAllowed(NotBooked):
    code = "booking.not-allowed"
    result_code = "APPOINTMENT_IS_NOT_ALLOWED"
    sentence = _l("Det går inte att boka en tid här. Ring mottagningen om du behöver en tid.")


class NothingBooked(NotBooked):
    code = "booking.nothing-booked"
    result_code = "APPOINTMENT_DOES_NOT_EXIST"
    sentence = _l("Ingen tid är bokad ännu, så det finns inget att ändra.")


class AlreadyCancelled(NotBooked):
    code = "booking.already-cancelled"
    result_code = "APPOINTMENT_IS_ALREADY_CANCELED"
    sentence = _l("Tiden är redan avbokad.")


class AlreadyChanged(NotBooked):
    code = "booking.already-changed"
    result_code = "APPOINTMENT_IS_ALREADY_UPDATED"
    sentence = _l("Tiden har ändrats sedan du såg den. Se efter vad som gäller nu och gör om det.")


class BookedElsewhere(NotBooked):
    code = "booking.elsewhere"
    result_code = "UPDATE_APPOINTMENT_IS_NOT_ALLOWED"
    sentence = _l("Den här tiden bokar, ändrar och avbokar du hos mottagningen, inte här.")


class TooLateToRebook(NotBooked):
    code = "booking.too-late-to-rebook"
    result_code = "TOO_LATE_TO_UPDATE_APPOINTMENT"
    sentence = _l("Det är för sent att boka om här. Ring mottagningen.")


class RebookingNotAllowed(NotBooked):
    code = "booking.rebooking-not-allowed"
    result_code = "UPDATE_APPOINTMENT_IS_NOT_ALLOWED"
    sentence = _l("Den här tiden går inte att boka om här. Ring mottagningen.")


class RebookingAfterStart(TooLateToRebook):
    code = "booking.rebooking-after-start"
    sentence = _l("Besöket har redan börjat. Det går inte att boka om.")


class TooLateToCancel(NotBooked):
    code = "booking.too-late-to-cancel"
    result_code = "TOO_LATE_TO_CANCEL_APPOINTMENT"
    sentence = _l("Det är för sent att avboka här. Ring mottagningen.")


class CancellationNotAllowed(NotBooked):
    code = "booking.cancellation-not-allowed"
    result_code = "CANCEL_IS_NOT_ALLOWED"
    sentence = _l("Den här tiden går inte att avboka här. Ring mottagningen.")


class CancellationAfterStart(TooLateToCancel):
    code = "booking.cancellation-after-start"
    sentence = _l("Besöket har redan börjat. Det går inte att avboka.")


class AlreadyConfirmed(NotBooked):
    code = "booking.already-confirmed"
    result_code = "APPOINTMENT_IS_ALREADY_CONFIRMED"
    sentence = _l("Tiden är redan bekräftad.")


class TooLateToConfirm(NotBooked):
    code = "booking.too-late-to-confirm"
    result_code = "TOO_LATE_TO_CONFIRM_APPOINTMENT"
    sentence = _l("Det är för sent att bekräfta här. Ring mottagningen.")


class ConfirmationNotAllowed(NotBooked):
    code = "booking.confirmation-not-allowed"
    result_code = "CONFIRM_IS_NOT_ALLOWED"
    sentence = _l("Den här tiden behöver du inte bekräfta.")


class SlotHeld(NotBooked):
    code = "slot.held"
    result_code = "REQUESTED_TIME_IS_ALREADY_RESERVED"
    sentence = _l("Tiden hålls av någon som bestämmer sig. Försök igen om tio minuter.")


class SlotBooked(NotBooked):
    code = "slot.booked"
    result_code = "REQUESTED_TIME_IS_ALREADY_RESERVED"
    sentence = _l("Tiden är bokad. Avboka eller boka om besöket först.")


class SlotEndsFirst(Refused):
    code = "slot.ends-before-it-starts"
    sentence = _l("Tiden i %(pointer)s slutar innan den börjar. Rätta starts_at eller ends_at.")


class SlotPassed(Refused):
    code = "slot.passed"
    sentence = _l("Tiden i %(pointer)s har redan börjat. Skicka bara tider som ligger framåt.")


class SlotTooFarAhead(Refused):
    code = "slot.too-far-ahead"
    sentence = _l("Tiden i %(pointer)s ligger mer än tre år framåt. Rätta den.")


class SlotNamedTwice(Refused):
    code = "slot.named-twice"
    sentence = _l("Tiden står mer än en gång i listan. Skicka varje tid en gång.")


class NothingToChange(Refused):
    code = "slot.nothing-to-change"
    sentence = _l("Raden säger inget nytt om tiden. Skicka minst ett fält utöver id.")


class ReasonTooLong(Refused):
    code = "booking.reason-too-long"
    sentence = _l("Korta det du har skrivit till högst %(most)s tecken.")


class ReasonNotAllowed(Refused):
    code = "booking.reason-not-allowed"
    sentence = _l("Mottagningen tar inte emot någon text här. Ring om du vill säga något.")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What the clinic allows with an appointment. `cut_off_hours` before it starts, changes here end.

    From `expires_at` on its resident can do nothing with it here; the appointment stands. What is not said is
    not allowed (domain.md §1.3, rule 10).
    """

    cut_off_hours: int = 0
    cancel_allowed: bool = False
    rebook_allowed: bool = False
    reason_allowed: bool = False
    confirmation: str = NONE
    confirm_by: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NewSlot:
    """A time to publish."""

    starts_at: datetime
    ends_at: datetime
    practitioner: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class SlotChange:
    """What is to be different with a published slot; None: as it was."""

    id: UUID
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    practitioner: str | None = None
    place: str | None = None


def is_free(
    *, withdrawn: bool, booked: bool, held_until: datetime | None, starts_at: datetime, now: datetime
) -> bool:
    """A hold ends at its second, and a time that has begun can be booked by nobody."""
    return not withdrawn and not booked and starts_at > now and (held_until is None or held_until <= now)


def state_of_visit(
    *,
    cancelled: bool,
    confirmation: str,
    confirmed: bool,
    confirm_by: datetime | None,
    moved: bool,
    starts_at: datetime,
    ends_at: datetime,
    expires_at: datetime | None,
    now: datetime,
) -> str:
    """One word for how an appointment stands. What has begun, or expired, can no longer be confirmed."""
    if cancelled:
        return CANCELLED
    if ends_at <= now:
        return PAST
    if confirmed:
        return CONFIRMED
    if confirmation == REQUIRED and _in_time_to_confirm(confirm_by, starts_at, expires_at, now):
        return TO_CONFIRM
    return REBOOKED if moved else BOOKED


def first_of(*deadlines: datetime | None) -> datetime | None:
    """The one that comes first; None where there is none."""
    return min((deadline for deadline in deadlines if deadline is not None), default=None)


def changes_until(starts_at: datetime, cut_off_hours: int, expires_at: datetime | None) -> datetime:
    """The last instant to rebook or cancel for a resident. Hours are hours, on every night of the year."""
    cut_off = starts_at.astimezone(UTC) - timedelta(hours=cut_off_hours)
    return cut_off if expires_at is None else min(cut_off, expires_at)


def may_change(
    *, allowed: bool, starts_at: datetime, cut_off_hours: int, expires_at: datetime | None, now: datetime
) -> bool:
    return (
        allowed
        and now <= changes_until(starts_at, cut_off_hours, expires_at)
        and now < starts_at
        and not is_over(expires_at=expires_at, now=now)
    )


def ensure_rebookable_by_care(*, starts_at: datetime, now: datetime) -> None:
    """What has begun is history. Nothing else binds the clinic: the cut-off is its own."""
    if starts_at <= now:
        raise RebookingAfterStart


def ensure_cancellable_by_care(*, starts_at: datetime, now: datetime) -> None:
    if starts_at <= now:
        raise CancellationAfterStart


def ensure_rebookable(
    *, allowed: bool, starts_at: datetime, cut_off_hours: int, expires_at: datetime | None, now: datetime
) -> None:
    """The clinic decides how many hours before a visit it can still be moved; the last second counts."""
    if not allowed:
        raise RebookingNotAllowed
    if not may_change(
        allowed=True, starts_at=starts_at, cut_off_hours=cut_off_hours, expires_at=expires_at, now=now
    ):
        raise TooLateToRebook


def ensure_cancellable(
    *, allowed: bool, starts_at: datetime, cut_off_hours: int, expires_at: datetime | None, now: datetime
) -> None:
    if not allowed:
        raise CancellationNotAllowed
    if not may_change(
        allowed=True, starts_at=starts_at, cut_off_hours=cut_off_hours, expires_at=expires_at, now=now
    ):
        raise TooLateToCancel


def may_confirm(
    *,
    confirmation: str,
    confirmed_at: datetime | None,
    confirm_by: datetime | None,
    starts_at: datetime,
    expires_at: datetime | None,
    now: datetime,
) -> bool:
    return (
        confirmation != NONE
        and confirmed_at is None
        and _in_time_to_confirm(confirm_by, starts_at, expires_at, now)
    )


def ensure_confirmable(
    *,
    confirmation: str,
    confirmed_at: datetime | None,
    confirm_by: datetime | None,
    starts_at: datetime,
    expires_at: datetime | None,
    now: datetime,
) -> None:
    if confirmation == NONE:
        raise ConfirmationNotAllowed
    if confirmed_at is not None:
        raise AlreadyConfirmed
    if not _in_time_to_confirm(confirm_by, starts_at, expires_at, now):
        raise TooLateToConfirm


def ensure_reason(reason: str, *, allowed: bool) -> None:
    """At most 150 characters, and none where the clinic takes none (`message_allowed`, rule 10)."""
    if reason and not allowed:
        raise ReasonNotAllowed
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong(most=str(LONGEST_REASON))


def ensure_publishable(starts_at: datetime, ends_at: datetime, *, pointer: str, now: datetime) -> None:
    if ends_at <= starts_at:
        raise SlotEndsFirst(pointer=pointer)
    if starts_at <= now:
        raise SlotPassed(pointer=pointer)
    if ends_at > now + FURTHEST:
        raise SlotTooFarAhead(pointer=pointer)


def _in_time_to_confirm(
    confirm_by: datetime | None, starts_at: datetime, expires_at: datetime | None, now: datetime
) -> bool:
    in_time = confirm_by is None or now <= confirm_by
    return in_time and now < starts_at and not is_over(expires_at=expires_at, now=now)
