"""One appointment as a line in a list."""

from datetime import datetime
from typing import NamedTuple

from app.booking.queries import Visit
from app.booking.rules import BOOKED, CANCELLED, CONFIRMED, PAST, REBOOKED, TO_CONFIRM
from app.language import Language, Lazy, day_and_time, machine_time
from app.language import lazy as _l
from app.sessions.principals import AGENT, CARE_SYSTEM, CLINICIAN, RESIDENT

STATES: dict[str, Lazy] = {
    TO_CONFIRM: _l("Väntar på att du bekräftar"),
    BOOKED: _l("Bokad"),
    CONFIRMED: _l("Bekräftad"),
    REBOOKED: _l("Ombokad"),
    CANCELLED: _l("Avbokad"),
    PAST: _l("Har varit"),
}
BY_CARE: dict[str, Lazy] = {
    REBOOKED: _l("Ombokad av mottagningen"),
    CANCELLED: _l("Avbokad av mottagningen"),
}
BY_YOU: dict[str, Lazy] = {REBOOKED: _l("Ombokad av dig"), CANCELLED: _l("Avbokad av dig")}


class VisitLine(NamedTuple):
    """`url` leads to where it is handled; `answer_by` is empty when no answer is awaited by a certain time.

    `calendar_url` is empty for what has been.
    """

    id: str
    url: str
    when: str
    machine_when: str
    clinic_name: str
    about: str
    state: str
    said: str
    answer_by: str
    machine_answer_by: str
    calendar_url: str


def visit_line(visit: Visit, language: Language, *, url: str, now: datetime) -> VisitLine:
    state = visit.state(now)
    answer_by = visit.confirm_until if state == TO_CONFIRM else None
    return VisitLine(
        id=str(visit.id),
        url=url,
        when=day_and_time(visit.starts_at, language),
        machine_when=machine_time(visit.starts_at),
        clinic_name=visit.clinic_name,
        about=visit.time_type_name,
        state=state,
        said=_words(visit, state).said(language),
        answer_by=day_and_time(answer_by, language) if answer_by else "",
        machine_answer_by=machine_time(answer_by) if answer_by else "",
        calendar_url=f"/tider/{visit.id}.ics" if visit.ends_at > now else "",
    )


def _words(visit: Visit, state: str) -> Lazy:
    """Whoever has changed it is named, since what the clinic has done is news to the resident.

    Of what is booked elsewhere we do not know who.
    """
    if visit.elsewhere:
        return STATES[state]
    who = {REBOOKED: visit.moved_by, CANCELLED: visit.cancelled_by}.get(state)
    care = dict.fromkeys((CLINICIAN, CARE_SYSTEM, AGENT), BY_CARE)
    named = ({RESIDENT: BY_YOU} | care).get(who or "", STATES)
    return named.get(state, STATES[state])
