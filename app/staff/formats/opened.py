"""One summons: who is called, how it stands, and everything that was done with it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.booking.queries import Step, Visit
from app.language import Language, Lazy, day_and_time, machine_time
from app.language import lazy as _l
from app.sessions.principals import AGENT, CARE_SYSTEM, CLINICIAN, RESIDENT
from app.staff.formats.lines import SUMMONSES
from app.staff.formats.words import (
    AFTER_CANCELLATION,
    DELETED,
    DELIVERED,
    KINDS,
    READ,
    STATES,
    done_by,
    number_of,
)
from app.summons.formats.words import duration
from app.summons.queries import Case, Opened, Summons
from app.summons.rules import TO_BOOK

FROM_AND_TO = _l("Från %(before)s till %(after)s")
ONE_TIME = _l("Tid: %(when)s")
# What the resident may do alone, by whether they may rebook and cancel.
CHANGES: dict[tuple[bool, bool], Lazy] = {
    (True, True): _l("Invånaren kan själv boka om och avboka till och med"),
    (True, False): _l("Invånaren kan själv boka om till och med"),
    (False, True): _l("Invånaren kan själv avboka till och med"),
}
EXPIRES, EXPIRED = _l("Stängs för invånaren"), _l("Stängdes för invånaren")
UNNAMED = _l("Uppdrag %(assignment)s")
NAMED = _l("%(name)s, uppdrag %(assignment)s")


class Resident(NamedTuple):
    """Name and number together, so that nobody is taken for somebody else."""

    name: str
    number: str
    deceased: bool
    made_up: bool


class Fact(NamedTuple):
    """`machine` where the value is a time, `lang` where the clinic wrote it in another language."""

    name: str
    value: str
    machine: str = ""
    lang: str = ""


class Deed(NamedTuple):
    """One thing that was done. `who` names the one who did it, where we know more than what they are."""

    at: str
    machine: str
    what: str
    who: str
    times: str
    reason: str


class SummonsView(NamedTuple):
    """An address is empty where its errand cannot be done; `begun`: none can, since the visit has.

    `elsewhere`: none can here, since its times are in a booking of the clinic's own.
    """

    url: str
    state: str
    visit: list[Fact]
    facts: list[Fact]
    deeds: list[Deed]
    move_url: str
    cancel_url: str
    booking_url: str
    begun: bool
    elsewhere: bool


def resident(opened: Opened) -> Resident:
    person = opened.person
    return Resident(person.name, number_of(person), person.deceased, bool(opened.case.summons.test))


def summons_view(
    opened: Opened, names: Mapping[UUID, str], language: Language, *, now: datetime
) -> SummonsView:
    """`names` are the clinicians' own, by id."""
    case = opened.case
    url = f"{SUMMONSES}/{case.summons.id}"
    changes, books = case.care_may_change(now), case.care_may_book()
    return SummonsView(
        url=url,
        state=STATES[case.state(now)].said(language),
        visit=list(_visit(case, language, now=now)),
        facts=list(_facts(opened, language)),
        deeds=[deed for _, deed in _deeds(opened, names, language)],
        move_url=f"{url}/flytt" if changes else "",
        cancel_url=f"{url}/avbokning" if changes else "",
        booking_url=f"{url}/bokning" if books else "",
        begun=not changes and not case.is_external and _has_begun(case, now),
        elsewhere=case.is_external and not case.is_closed and case.summons.withdrawn_at is None,
    )


def _has_begun(case: Case, now: datetime) -> bool:
    return case.visit is not None and case.visit.live and case.visit.starts_at <= now


def _visit(case: Case, language: Language, *, now: datetime) -> Iterator[Fact]:
    """What it is about, when and where; until when it can be answered."""
    visit = case.visit if case.visit and case.visit.live else None
    if visit:
        yield _time(_l("Tid"), visit.starts_at, language)
    if case.summons.time_type_name:
        yield Fact(_l("Gäller").said(language), case.summons.time_type_name)
    if visit:
        yield from _of_visit(visit, language)
    if deadline := case.deadline(now):
        waits = _l("Boka senast") if case.state(now) == TO_BOOK else _l("Bekräfta senast")
        yield _time(waits, deadline, language)
    if expires_at := case.summons.expires_at:
        yield _time(EXPIRED if case.is_over(now) else EXPIRES, expires_at, language)


def _of_visit(visit: Visit, language: Language) -> Iterator[Fact]:
    minutes = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
    yield Fact(_l("Längd").said(language), duration(minutes, language))
    if visit.practitioner:
        yield Fact(_l("Hos").said(language), visit.practitioner)
    if visit.place:
        yield Fact(_l("Plats").said(language), visit.place)
    if changes := CHANGES.get((visit.rebook_allowed, visit.cancel_allowed)):
        yield _time(changes, visit.changes_until, language)


def _facts(opened: Opened, language: Language) -> Iterator[Fact]:
    summons, details = opened.case.summons, opened.case.details()
    yield Fact(_l("Rubrik").said(language), details.subject, lang=details.language)
    yield Fact(_l("Typ av kallelse").said(language), KINDS[summons.kind].said(language))
    if opened.agent_name:
        by = _l("%(agent)s, på vårdgivarens uppdrag").said(language, agent=opened.agent_name)
        yield Fact(_l("Skickad av").said(language), by)
    yield _time(_l("Levererad"), summons.delivered_at, language)
    yield (
        _time(_l("Läst"), summons.read_at, language)
        if summons.read_at
        else Fact(_l("Läst").said(language), _l("Inte läst").said(language))
    )
    yield Fact(_l("Om tiden avbokas").said(language), _after(summons, language))


def _after(summons: Summons, language: Language) -> str:
    return AFTER_CANCELLATION[summons.after_cancellation].said(language)


def _time(name: Lazy, when: datetime, language: Language) -> Fact:
    return Fact(name.said(language), day_and_time(when, language), machine_time(when))


def _deeds(opened: Opened, names: Mapping[UUID, str], language: Language) -> list[tuple[datetime, Deed]]:
    """In the order of time, the letter's own among the appointments'."""
    summons = opened.case.summons
    letters = [
        (summons.delivered_at, DELIVERED, AGENT if opened.agent_name else CARE_SYSTEM),
        (summons.read_at, READ, RESIDENT),
        # What is read is the resident's own: whether they keep it is no business of the clinic's.
        (None if summons.read_at else summons.deleted_at, DELETED, RESIDENT),
    ]
    of_letter = [
        (at, Deed(day_and_time(at, language), machine_time(at), done_by(deed, who, language), "", "", ""))
        for at, deed, who in letters
        if at
    ]
    of_visits = [(step.at, _deed(step, names, language)) for step in opened.steps]
    return sorted([*of_letter, *of_visits], key=lambda each: each[0])


def _deed(step: Step, names: Mapping[UUID, str], language: Language) -> Deed:
    return Deed(
        at=day_and_time(step.at, language),
        machine=machine_time(step.at),
        what=done_by(step.action, step.actor_kind, language),
        who=_who(step, names, language),
        times=_times(step, language),
        reason=step.reason,
    )


def _who(step: Step, names: Mapping[UUID, str], language: Language) -> str:
    if step.actor_kind != CLINICIAN:
        return ""
    name = names.get(step.actor_id)
    said = NAMED if name else UNNAMED
    return said.said(language, name=name, assignment=step.assignment)


def _times(step: Step, language: Language) -> str:
    """From when to when on a rebooking; else the one time that it was about."""
    before, after = (
        day_and_time(when, language) if when else "" for when in (step.from_starts_at, step.to_starts_at)
    )
    if before and after:
        return FROM_AND_TO.said(language, before=before, after=after)
    return ONE_TIME.said(language, when=before or after) if before or after else ""
