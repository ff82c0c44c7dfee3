"""How a summons stands and what was done, as staff say it."""

from datetime import datetime

from app.booking.rules import (
    AlreadyCancelled,
    AlreadyChanged,
    AlreadyOccupied,
    BookingNotAllowed,
    TimePassed,
)
from app.errors import Refused, Sentence
from app.language import Language, Lazy
from app.language import lazy as _l
from app.residents.queries import Person
from app.sessions.principals import AGENT, CARE_SYSTEM, CLINICIAN, GUARDIAN, REGISTER, RESIDENT
from app.summons.queries import Case
from app.summons.rules import (
    BOOKED,
    BOOKING,
    CANCELLED,
    CLINICS_TURN,
    CLOSED,
    CONFIRMED,
    ENDED,
    EXPIRED,
    EXTERNAL,
    OPEN,
    OVERDUE,
    PAST,
    REBOOKED,
    REOPENED,
    TIMED,
    TO_BOOK,
    TO_CONFIRM,
    WITHDRAWN,
)

# What can be done for a resident, by the word in the address.
MOVE, BOOK, CANCEL = "flytt", "bokning", "avbokning"
DELIVERED, READ, DELETED = "delivered", "read", "deleted"

STATES: dict[str, Lazy] = {
    TO_BOOK: _l("Väntar på att invånaren bokar"),
    TO_CONFIRM: _l("Väntar på att invånaren bekräftar"),
    BOOKED: _l("Bokad"),
    CONFIRMED: _l("Bekräftad"),
    REBOOKED: _l("Ombokad"),
    CANCELLED: _l("Avbokad"),
    OVERDUE: _l("Sista dagen att boka har gått"),
    EXPIRED: _l("Kallelsen har gått ut"),
    PAST: _l("Besöket har varit"),
    WITHDRAWN: _l("Kallelsen tillbakadragen"),
    ENDED: _l("Stängd"),
}
KINDS: dict[str, Lazy] = {
    TIMED: _l("Tidsatt kallelse"),
    OPEN: _l("Öppen kallelse"),
    BOOKING: _l("Bokad tid utan kallelse"),
    EXTERNAL: _l("Öppen kallelse till mottagningens egen bokning"),
}
DEEDS: dict[str, Lazy] = {
    DELIVERED: _l("Kallelsen levererad"),
    READ: _l("Kallelsen läst"),
    DELETED: _l("Kallelsen raderad ur inkorgen"),
    BOOKED: _l("Bokad"),
    CONFIRMED: _l("Bekräftad"),
    REBOOKED: _l("Ombokad"),
    CANCELLED: _l("Avbokad"),
}
WHO: dict[str, Lazy] = {
    RESIDENT: _l("invånaren"),
    GUARDIAN: _l("invånarens ombud"),
    CLINICIAN: _l("mottagningen"),
    CARE_SYSTEM: _l("vårdsystemet"),
    REGISTER: _l("folkbokföringen"),
    AGENT: _l("en agent på vårdgivarens uppdrag"),
}
DONE_BY = _l("%(deed)s av %(who)s")

AFTER_CANCELLATION: dict[str, Lazy] = {
    CLOSED: _l("Kallelsen stängs. Invånaren kan inte boka en ny tid i den."),
    REOPENED: _l("Invånaren kan själv boka en ny tid i kallelsen."),
    CLINICS_TURN: _l("Invånaren får veta att mottagningen hör av sig om en ny tid."),
}

# Where the sentence for residents would say "you" of them, or say less than staff can do about it.
REFUSALS: dict[type[Refused], Lazy] = {
    AlreadyCancelled: _l("Tiden var redan avbokad. Ingenting är ändrat. Här ser du vad som gäller nu."),
    AlreadyChanged: _l(
        "Tiden hade ändrats sedan du öppnade sidan. Ingenting är ändrat av dig. Här ser du vad som gäller nu."
    ),
    AlreadyOccupied: _l("Invånaren har redan en tid som krockar med den. Välj en annan tid."),
    BookingNotAllowed: _l("Invånaren har redan en tid. Ingenting är ändrat. Här ser du vad som gäller nu."),
    TimePassed: _l("Tiden har redan börjat. Välj en annan tid."),
}
BEGUN = _l("Besöket har redan börjat. Då går det inte att boka om eller avboka här.")
ELSEWHERE = _l("Tiden bokas, ändras och avbokas i mottagningens egen bokning, inte här.")
CLOSED_FOR_GOOD = _l("Invånaren är registrerad som avliden. Inget kan bokas eller ändras i kallelsen.")
NOTHING_BOOKED = _l("Det finns ingen bokad tid att ändra. Här ser du vad som gäller nu.")


def done_by(deed: str, actor_kind: str, language: Language) -> str:
    """Ombokad av mottagningen."""
    return DONE_BY.said(language, deed=DEEDS[deed].said(language), who=WHO[actor_kind].said(language))


def why_not(case: Case, language: Language, *, now: datetime, errand: str) -> str:
    """Why an errand cannot even be begun; empty when it can."""
    if case.is_closed:
        return CLOSED_FOR_GOOD.said(language)
    if case.is_external:
        return ELSEWHERE.said(language)
    if errand == BOOK:
        return "" if case.care_may_book() else REFUSALS[BookingNotAllowed].said(language)
    if case.care_may_book():
        return NOTHING_BOOKED.said(language)
    return "" if case.care_may_change(now) else BEGUN.said(language)


def why_refused(refused: Refused, language: Language) -> str:
    sentence: Sentence = REFUSALS.get(type(refused), refused.sentence)
    return sentence.said(language, **refused.values)


def number_of(person: Person) -> str:
    """19121212-1212, as care writes it."""
    return f"{person.number[:8]}-{person.number[8:]}"
