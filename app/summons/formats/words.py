"""How a summons stands, in words: every page and every message says it with these."""

from datetime import datetime

from app.booking.queries import Visit
from app.booking.rules import REQUIRED
from app.language import Language, Lazy, day_and_time, plural
from app.language import lazy as _l
from app.summons.queries import Case
from app.summons.rules import (
    AWAITS_AN_ANSWER,
    BOOKED,
    CANCELLED,
    CLINICS_TURN,
    CONFIRMED,
    ENDED,
    EXPIRED,
    OVERDUE,
    PAST,
    REBOOKED,
    REOPENED,
    TO_BOOK,
    TO_CONFIRM,
    WITHDRAWN,
)

OWN = ("resident", "guardian")
WANTED, SETTLED, OVER = "wanted", "settled", "over"

CALLED, TOO_LATE = _l("Du är kallad till ett besök"), _l("Det är för sent att boka")
BOOKED_BY_YOU = _l("Din tid är bokad")
MOVED_BY_YOU, MOVED_BY_CLINIC = _l("Din tid är ombokad"), _l("Mottagningen har bokat om din tid")
CANCELLED_BY_YOU, CANCELLED_BY_CLINIC = _l("Tiden är avbokad"), _l("Mottagningen har avbokat tiden")
TAKEN_BACK = _l("Mottagningen har dragit tillbaka meddelandet")
HEADINGS: dict[str, Lazy] = {
    CONFIRMED: _l("Du har bekräftat din tid"),
    OVERDUE: TOO_LATE,
    EXPIRED: TOO_LATE,
    PAST: _l("Tiden har varit"),
    TO_BOOK: CALLED,
    TO_CONFIRM: CALLED,
    ENDED: _l("Kallelsen gäller inte längre"),
}

# Who has moved or cancelled what is booked elsewhere is not ours to say.
ELSEWHERE: dict[str, Lazy] = {BOOKED: BOOKED_BY_YOU, REBOOKED: MOVED_BY_YOU}

CHOOSE, CHOOSE_BY = _l("Välj en tid som passar dig."), _l("Välj en tid som passar dig. Boka senast %(when)s.")
BOOK_ANEW, BOOK_ANEW_BY = _l("Du kan boka en ny tid."), _l("Du kan boka en ny tid. Gör det senast %(when)s.")
LAST_DAY_WAS = _l("Sista dagen att boka var %(when)s.")
ARE_YOU_COMING = _l("Mottagningen vill veta om du kommer.")
ARE_YOU_COMING_BY = _l("Mottagningen vill veta om du kommer. Svara senast %(when)s.")
YOU_MAY_CONFIRM = _l("Du har fått en tid. Du får gärna bekräfta att du kommer, men du måste inte.")
NOTHING_TO_ANSWER = _l("Du har fått en tid. Du behöver inte svara.")
TOO_LATE_TO_CONFIRM = _l("Sista dagen att svara har gått.")
NOTHING_TO_DO = _l("Du behöver inte göra något mer.")
NOTHING_MORE = _l("Du behöver inte göra något mer. Ring mottagningen om du ändå behöver en tid.")
THEY_KNOW = _l("Mottagningen vet att du kommer.")
THE_NEW_ONE = _l("Den nya tiden gäller. Den gamla är avbokad.")
CLINIC_WRITES = _l("Mottagningen hör av sig om en ny tid. Du behöver inte göra något.")

CALL_TO_CHANGE = _l("Det är för sent att boka om eller avboka här. Ring mottagningen om du inte kan komma.")
CALL_ANYWAY = _l("Den här tiden kan du inte ändra här. Ring mottagningen om du inte kan komma.")
CHANGE_THERE = _l(
    "Vill du boka om eller avboka? Gör det där tiden är bokad: på mottagningens webbplats eller per telefon."
)
CALL_TO_CANCEL = _l("Vill du avboka? Ring mottagningen.")
CALL_TO_REBOOK = _l("Vill du boka om? Ring mottagningen.")
CALL_NOW = _l("Tiden har börjat. Ring mottagningen om du är sen eller inte kan komma.")
CALL_TO_CONFIRM = _l("Ring mottagningen och säg om du kommer.")
CALL_FOR_A_TIME = _l("Ring mottagningen om du behöver en tid.")
NOTHING_HERE = _l(
    "Det går inte att göra något mer här. Ring mottagningen om du behöver boka, ändra eller avboka en tid."
)

WHAT_FOLLOWS: dict[str, Lazy] = {
    REOPENED: _l("Sedan kan du boka en ny tid här."),
    CLINICS_TURN: _l("Sedan hör mottagningen av sig om en ny tid."),
}
NOTHING_FOLLOWS = _l("Du får ingen ny tid. Ring mottagningen om du behöver en.")


def heading(case: Case, *, now: datetime) -> Lazy:
    """The state, in a few words."""
    state, visit = case.state(now), case.visit
    if state == WITHDRAWN:
        return TAKEN_BACK
    if case.is_external and visit is not None and state not in HEADINGS:
        return ELSEWHERE.get(state, CANCELLED_BY_YOU)
    if visit is None or (visit.live and state in HEADINGS):
        return HEADINGS.get(state, CANCELLED_BY_YOU)
    if not visit.live:
        return CANCELLED_BY_YOU if visit.cancelled_by in OWN else CANCELLED_BY_CLINIC
    if state == REBOOKED:
        return MOVED_BY_YOU if visit.moved_by in OWN else MOVED_BY_CLINIC
    return CALLED if visit.invitation else BOOKED_BY_YOU


def tone(case: Case, *, now: datetime) -> str:
    state = case.state(now)
    if state in AWAITS_AN_ANSWER:
        return WANTED
    return OVER if state in (CANCELLED, OVERDUE, EXPIRED, PAST, WITHDRAWN, ENDED) else SETTLED


def lead(case: Case, language: Language, *, now: datetime) -> str:
    """What it means to the resident, and what they are to do; may be empty."""
    state = case.state(now)
    if state in (TO_BOOK, OVERDUE, EXPIRED):
        return _booking(case, language, state)
    if state == TO_CONFIRM:
        return _by(ARE_YOU_COMING, ARE_YOU_COMING_BY, case.deadline(now), language)
    said = _settled(case, state, now)
    return said.said(language) if said else ""


def calls(case: Case, *, now: datetime) -> list[Lazy]:
    """What the resident has to ring the clinic about, since it cannot be done here."""
    state, visit = case.state(now), case.visit
    if state == OVERDUE:
        return [CALL_FOR_A_TIME]
    if state == EXPIRED:
        return [NOTHING_HERE]
    if visit is None or not visit.live or state == PAST:
        return []
    if visit.starts_at <= now:
        return [CALL_NOW]
    if case.is_external:
        return [NOTHING_HERE if case.is_over(now) else CHANGE_THERE]
    changes = [NOTHING_HERE] if case.is_over(now) else _changes(visit, now)
    return ([CALL_TO_CONFIRM] if _missed(visit, now) else []) + changes


def follows(case: Case) -> Lazy:
    """What happens when the visit is cancelled."""
    return WHAT_FOLLOWS.get(case.summons.after_cancellation, NOTHING_FOLLOWS)


def duration(minutes: int, language: Language) -> str:
    """30 minuter; 1 timme 15 minuter."""
    hours, rest = divmod(minutes, 60)
    parts = [plural(language, "%(n)s timme", "%(n)s timmar", hours)] if hours else []
    if rest or not hours:
        parts.append(plural(language, "%(n)s minut", "%(n)s minuter", rest))
    return " ".join(parts)


def _booking(case: Case, language: Language, state: str) -> str:
    if state in (OVERDUE, EXPIRED):
        return _by(LAST_DAY_WAS, LAST_DAY_WAS, case.book_by, language)
    if case.visit is not None:
        return _by(BOOK_ANEW, BOOK_ANEW_BY, case.book_by, language)
    return _by(CHOOSE, CHOOSE_BY, case.book_by, language)


def _settled(case: Case, state: str, now: datetime) -> Lazy | None:
    if state == BOOKED and case.visit and case.visit.invitation:
        return _invited(case.visit, now)
    if state == CANCELLED:
        return CLINIC_WRITES if case.summons.after_cancellation == CLINICS_TURN else NOTHING_MORE
    return {BOOKED: NOTHING_TO_DO, CONFIRMED: THEY_KNOW, REBOOKED: THE_NEW_ONE}.get(state)


def _invited(visit: Visit, now: datetime) -> Lazy:
    if _missed(visit, now):
        return TOO_LATE_TO_CONFIRM
    return YOU_MAY_CONFIRM if visit.may_confirm(now) else NOTHING_TO_ANSWER


def _missed(visit: Visit, now: datetime) -> bool:
    """An answer was wanted, and the last day for it has gone."""
    return visit.confirmation == REQUIRED and visit.confirmed_at is None and not visit.may_confirm(now)


def _changes(visit: Visit, now: datetime) -> list[Lazy]:
    may_rebook, may_cancel = visit.may_rebook(now), visit.may_cancel(now)
    if may_rebook and may_cancel:
        return []
    if may_rebook or may_cancel:
        return [CALL_TO_CANCEL if may_rebook else CALL_TO_REBOOK]
    return [CALL_TO_CHANGE if visit.rebook_allowed or visit.cancel_allowed else CALL_ANYWAY]


def _by(words: Lazy, words_by: Lazy, when: datetime | None, language: Language) -> str:
    if when is None:
        return words.said(language)
    return words_by.said(language, when=day_and_time(when, language))
