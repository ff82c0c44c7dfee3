"""How a summons stands, and what may be answered. No clock, no database, no web."""

from datetime import datetime

from app.errors import Refused
from app.language import lazy as _l

TIMED, OPEN = KINDS = ("timed", "open")
# What follows a cancellation.
CLOSED, REOPENED, CLINICS_TURN = FOLLOWS = ("closed", "open", "clinic")

TO_BOOK = "to-book"
TO_CONFIRM = "to-confirm"
BOOKED = "booked"
CONFIRMED = "confirmed"
REBOOKED = "rebooked"
CANCELLED = "cancelled"
OVERDUE = "overdue"
PAST = "past"
STATES = (TO_BOOK, TO_CONFIRM, BOOKED, CONFIRMED, REBOOKED, CANCELLED, OVERDUE, PAST)
AWAITS_AN_ANSWER = (TO_BOOK, TO_CONFIRM)


class TermsNotAccepted(Refused):
    code = "summons.terms-not-accepted"
    sentence = _l("Läs villkoren och kryssa i att du godkänner dem.")


class SummonsUnknown(Refused):
    code = "summons.unknown"
    sentence = _l("Vårdgivaren har ingen kallelse med det id:t. Använd id från svaret på kallelsen.")


class NothingToTakeBack(Refused):
    code = "summons.nothing-to-take-back"
    sentence = _l("Det finns ingen avbokad tid att boka igen. Ladda om sidan, så ser du vad som gäller.")


def state_of(
    *,
    kind: str,
    after_cancellation: str,
    book_by: datetime | None,
    has_appointment: bool,
    cancelled: bool,
    moved: bool,
    must_confirm: bool,
    confirmed: bool,
    ends_at: datetime | None,
    now: datetime,
) -> str:
    """One word for how things stand, from the latest appointment and nothing else.

    A cancelled visit whose summons opens anew is `to-book`. `overdue`: nobody has booked in time.
    `must_confirm`: the clinic requires it, and it is not too late.
    """
    if not has_appointment or (cancelled and after_cancellation == REOPENED):
        if not has_appointment and kind == TIMED:
            return CANCELLED
        return OVERDUE if book_by is not None and now > book_by else TO_BOOK
    if cancelled:
        return CANCELLED
    if ends_at is not None and ends_at <= now:
        return PAST
    if confirmed:
        return CONFIRMED
    if must_confirm:
        return TO_CONFIRM
    return REBOOKED if moved else BOOKED


def ensure_terms(*, has_terms: bool, accepted: bool) -> None:
    """Conditions must be accepted actively (`conditionToConfirm`, domain.md §1.4)."""
    if has_terms and not accepted:
        raise TermsNotAccepted
