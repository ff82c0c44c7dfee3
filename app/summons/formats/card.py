"""The summons' card: all there is to know and to do, as it stands now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from markupsafe import Markup

from app.body import html
from app.body.blocks import Document, Emphasis, Paragraph, Text
from app.body.links import linked, web_address
from app.booking.queries import Visit
from app.inbox.rules import KINDS
from app.language import Language, Lazy, day_and_time, dial, machine_time
from app.language import lazy as _l
from app.summons.formats import words
from app.summons.formats.addresses import address
from app.summons.queries import Case
from app.summons.rules import CANCELLED, ENDED, PAST, TO_BOOK, WITHDRAWN
from app.summons.sealed import Details, Term

NOTHING: Mapping[str, str] = MappingProxyType({})
WHEN, CANCELLED_TIME = _l("Tid"), _l("Avbokad tid")
CONFIRM_BY, BOOK_BY = _l("Svara senast"), _l("Boka senast")
REBOOK_OR_CANCEL_BY = _l("Boka om eller avboka senast")
REBOOK_BY, CANCEL_BY = _l("Boka om senast"), _l("Avboka senast")


class Moment(NamedTuple):
    """A point in time for people and for machines."""

    shown: str
    machine: str


class Contact(NamedTuple):
    """Where to ring. The name and hours are in the clinic's own language."""

    name: str
    phone: str
    dial: str
    hours: str


class Elsewhere(NamedTuple):
    """The clinic's own booking. `to_book`: nothing is booked there yet, that we know of."""

    url: str
    host: str
    to_book: bool


class Head(NamedTuple):
    """What stands above a summons on its own pages. `back` leads to its letter, while there is one.

    `called` is false for a booking: nobody is called to it.
    """

    subject: str
    lang: str
    clinic_name: str
    sent: Moment
    back: str
    has_letter: bool
    called: bool


class Shown(NamedTuple):
    """What the fragments take as `card`. Empty is what is not said; `lang` is of what the clinic wrote.

    `when` is the visit's time, or the one that was cancelled. `deadlines` are a name and a moment each.
    `refusal` is why what was just asked for did not happen. `elsewhere` is where to book, and to change what
    is booked, when that is not here.
    """

    id: str
    url: str
    there: str
    seen: str
    heading: str
    tone: str
    lead: str
    when_name: str
    when: Moment | None
    lasts: str
    clinic_name: str
    place: str
    address: str
    practitioner: str
    about: str
    bring: str
    cost: str
    terms: Sequence[Markup]
    lang: str
    contact: Contact
    deadlines: Sequence[tuple[str, Moment]]
    calls: Sequence[str]
    may_confirm: bool
    may_book: bool
    may_rebook: bool
    may_cancel: bool
    may_take_back: bool
    appointment: str
    live: bool
    called: bool
    elsewhere: Elsewhere | None = None
    errors: Mapping[str, str] = NOTHING
    typed: Mapping[str, str] = NOTHING
    refusal: str = ""


def shown(case: Case, language: Language, *, now: datetime, free_again: bool = False) -> Shown:
    """`free_again`: the time that was cancelled can still be had."""
    summons, visit, state, details = case.summons, case.visit, case.state(now), case.details()
    live = visit if visit and visit.live else None
    withdrawn = state == WITHDRAWN
    over = withdrawn or state in (CANCELLED, PAST, ENDED)
    may_take_back = free_again and case.may_take_back(now)
    return Shown(
        id=str(summons.id),
        url=f"/kallelser/{summons.id}",
        there=_there(case),
        seen=case.seen,
        heading=words.heading(case, now=now).said(language),
        tone=words.tone(case, now=now),
        lead=words.lead(case, language, now=now),
        when_name=(WHEN if live else CANCELLED_TIME).said(language),
        when=moment(visit.starts_at, language) if visit else None,
        lasts=_lasts(live, language) if live else "",
        clinic_name=summons.clinic_name,
        place=live.place if live else "",
        address="" if over else summons.clinic_address,
        practitioner=live.practitioner if live else "",
        about="" if withdrawn else summons.time_type_name,
        bring="" if over else details.bring,
        cost="" if over else details.cost,
        terms=[] if over and not may_take_back else terms(details, language),
        lang=details.language,
        contact=contact(case, details),
        deadlines=list(_deadlines(case, language, now)),
        calls=[each.said(language) for each in words.calls(case, now=now)],
        may_confirm=live is not None and live.may_confirm(now),
        may_book=case.may_book(now),
        may_rebook=live is not None and live.may_rebook(now),
        may_cancel=live is not None and live.may_cancel(now),
        may_take_back=may_take_back,
        appointment=str(visit.id) if visit and visit.ends_at > now else "",
        live=live is not None,
        called=not case.is_booking,
        elsewhere=_elsewhere(case, details, now),
    )


def head(case: Case, language: Language) -> Head:
    summons, details = case.summons, case.details()
    withdrawn = summons.withdrawn_at is not None
    return Head(
        subject=KINDS["summons"].said(language) if withdrawn else details.subject,
        lang=language if withdrawn else details.language,
        clinic_name=summons.clinic_name,
        sent=moment(summons.delivered_at, language),
        back=address(summons.place) if summons.deleted_at is None else "/inkorg",
        has_letter=summons.deleted_at is None,
        called=not case.is_booking,
    )


def moment(when: datetime, language: Language) -> Moment:
    return Moment(day_and_time(when, language), machine_time(when))


def contact(case: Case, details: Details) -> Contact:
    """As the summons says, else the clinic's own number."""
    summons = case.summons
    if not details.contact_phone:
        return Contact("", summons.clinic_phone, dial(summons.clinic_phone), summons.clinic_hours)
    phone = details.contact_phone
    return Contact(details.contact_name, phone, dial(phone), details.contact_hours)


def terms(details: Details, language: Language) -> list[Markup]:
    """Each as the writer's own allow-listed HTML."""
    return [Markup(html.write(_term(term), language)) for term in details.terms]  # noqa: S704


def _term(term: Term) -> Document:
    text = (Paragraph((Text(term.text),)),) if term.text else ()
    if not term.link:
        return (Paragraph((Emphasis("bold", (Text(term.heading),)),)), *text)
    return (Paragraph(linked(term.link, (Text(term.heading),))), *text)


def _there(case: Case) -> str:
    """From another message in its thread."""
    summons = case.summons
    return f"#summons-{summons.id}" if summons.deleted_at is None else f"/kallelser/{summons.id}"


def _elsewhere(case: Case, details: Details, now: datetime) -> Elsewhere | None:
    """While there is something to do there, and the clinic's letter may still lead there."""
    if case.is_over(now):
        return None
    address = web_address(details.booking_link) if case.is_external else None
    to_book = case.state(now) == TO_BOOK
    if address is None or not (to_book or (case.visit and case.visit.live and case.visit.starts_at > now)):
        return None
    return Elsewhere(*address, to_book)


def _lasts(visit: Visit, language: Language) -> str:
    return words.duration(int((visit.ends_at - visit.starts_at).total_seconds() // 60), language)


def _deadlines(case: Case, language: Language, now: datetime) -> list[tuple[str, Moment]]:
    """The last instants for what can still be done."""
    found: list[tuple[Lazy, datetime | None]] = []
    visit = case.visit
    if case.state(now) == TO_BOOK:
        found.append((BOOK_BY, case.book_by))
    elif visit and visit.live:
        if visit.may_confirm(now):
            found.append((CONFIRM_BY, visit.confirm_until))
        found += _last_changes(visit, now)
    return [(name.said(language), moment(when, language)) for name, when in found if when]


def _last_changes(visit: Visit, now: datetime) -> list[tuple[Lazy, datetime | None]]:
    may = (visit.may_rebook(now), visit.may_cancel(now))
    names = {(True, True): REBOOK_OR_CANCEL_BY, (True, False): REBOOK_BY, (False, True): CANCEL_BY}
    return [(names[may], visit.changes_until)] if may in names else []
