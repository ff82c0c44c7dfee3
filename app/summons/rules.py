"""How a summons stands, and what may be answered. No clock, no database, no web."""

from datetime import datetime

from app.booking import rules as visits
from app.errors import Refused
from app.inbox.rules import is_over
from app.language import lazy as _l

# A booking calls nobody: it is a time that is agreed already (`isInvitation` false, domain.md §1.3, rule 1).
# An external one is open too, and its times are in the clinic's own booking.
TIMED, OPEN, BOOKING, EXTERNAL = KINDS = ("timed", "open", "booking", "external")
# What follows a cancellation.
CLOSED, REOPENED, CLINICS_TURN = FOLLOWS = ("closed", "open", "clinic")

TO_BOOK = "to-book"
TO_CONFIRM = visits.TO_CONFIRM
BOOKED = visits.BOOKED
CONFIRMED = visits.CONFIRMED
REBOOKED = visits.REBOOKED
CANCELLED = visits.CANCELLED
OVERDUE = "overdue"
EXPIRED = "expired"
PAST = visits.PAST
WITHDRAWN = "withdrawn"
ENDED = "ended"
STATES = (
    TO_BOOK, TO_CONFIRM, BOOKED, CONFIRMED, REBOOKED, CANCELLED, OVERDUE, EXPIRED, PAST, WITHDRAWN, ENDED,
)  # fmt: skip
AWAITS_AN_ANSWER = (TO_BOOK, TO_CONFIRM)


class TermsNotAccepted(Refused):
    code = "summons.terms-not-accepted"
    sentence = _l("Läs villkoren och kryssa i att du godkänner dem.")


class SummonsUnknown(Refused):
    code = "summons.unknown"
    sentence = _l("Vårdgivaren har ingen kallelse med det id:t. Använd id från svaret på kallelsen.")


class BookedHere(Refused):
    code = "summons.booked-here"
    sentence = _l(
        "Kallelsens tider finns här, så de bokas här. Bara en kallelse med booking_link kan anmälas."
    )


class SummonsClosed(Refused):
    code = "summons.closed"
    sentence = _l("Kallelsen är stängd, eftersom personen är registrerad som avliden. Inget kan bokas i den.")


class SameTimeGone(Refused):
    """Where no other time may be chosen in its place."""

    code = "summons.same-time-gone"
    sentence = _l("Tiden går inte att boka igen. Någon annan har tagit den, eller så finns den inte kvar.")


class NothingToTakeBack(Refused):
    code = "summons.nothing-to-take-back"
    sentence = _l("Det finns ingen avbokad tid att boka igen. Ladda om sidan, så ser du vad som gäller.")


class VisitBooked(Refused):
    code = "message.visit-booked"
    sentence = _l("Meddelandet har en bokad tid som ligger framåt. Avboka den först och dra sedan tillbaka.")


def state_of(
    *,
    kind: str,
    after_cancellation: str,
    book_by: datetime | None,
    visit: str | None,
    withdrawn: bool,
    now: datetime,
    expires_at: datetime | None = None,
    closed: bool = False,
) -> str:
    """One word for how things stand; `visit` is the latest appointment's (`booking.rules.state_of_visit`).

    A cancelled visit whose summons opens anew is `to-book`. `overdue`: nobody has booked in time. `expired`:
    nor can they any more, whatever the last day was. `ended`: it is closed, and nobody can book.
    """
    if withdrawn and (visit is None or visit == CANCELLED):
        return WITHDRAWN
    if visit is None and kind in (TIMED, BOOKING):
        return CANCELLED
    if visit is None or (visit == CANCELLED and after_cancellation == REOPENED):
        if closed:
            return ENDED
        if is_over(expires_at=expires_at, now=now):
            return EXPIRED
        return OVERDUE if book_by is not None and now > book_by else TO_BOOK
    return visit


def ensure_withdrawable(*, ends_at: datetime | None, now: datetime) -> None:
    """`ends_at` is the booked visit's. What becomes of a time is said by its cancellation, not by silence."""
    if ends_at is not None and ends_at > now:
        raise VisitBooked


def ensure_terms(*, has_terms: bool, accepted: bool) -> None:
    """Conditions must be accepted actively (`conditionToConfirm`, domain.md §1.4)."""
    if has_terms and not accepted:
        raise TermsNotAccepted
