"""The steps towards a booking and a cancellation, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from markupsafe import Markup

from app.booking.queries import FreeSlot, Visit
from app.booking.rules import changes_until, first_of
from app.language import Language, clock_after_until, clock_time, day_for_both, machine_time, weekday_and_day
from app.summons.formats import words
from app.summons.formats.card import Contact, Moment, contact, moment, terms
from app.summons.queries import Case

FIRST_DAYS, MORE_DAYS = 3, 7
# How many are offered in place of one that was taken.
NEAREST = 6


class Errand(NamedTuple):
    """What a resident chooses a time for. `action` is where its forms go."""

    id: str
    url: str
    action: str
    moving: bool
    seen: str


class Typed(NamedTuple):
    """What was chosen and written so far, from step to step."""

    slot_id: UUID | None = None
    reason: str = ""
    accepted: bool = False

    @property
    def texts(self) -> dict[str, str]:
        return {"reason": self.reason, "accepted": "1" if self.accepted else ""}


class Time(NamedTuple):
    id: str
    clock: str
    machine: str
    practitioner: str
    place: str
    checked: bool


class Day(NamedTuple):
    """`first_new`: focus goes there when more days have come."""

    shown: str
    times: Sequence[Time]
    first_new: bool


class Choice(NamedTuple):
    """`more` is how many days the next showing has; 0 when all are shown. `refusal` is why another is due.

    `practitioner` and `place` are said once when they are the same for all times, else with each.
    """

    errand: Errand
    now: Moment | None
    practitioner: str
    place: str
    days: Sequence[Day]
    more: int
    typed: Typed
    refusal: str
    contact: Contact

    @property
    def first(self) -> str:
        return self.days[0].times[0].id if self.days else ""

    @property
    def grown(self) -> bool:
        return any(day.first_new for day in self.days)


class Review(NamedTuple):
    """`held_until` is a clock time, empty when nothing is held any more.

    `changes_until` is the last instant to change one's mind here; None with `is_final`: that is already past.
    """

    errand: Errand
    slot: str
    when: Moment
    old: Moment | None
    lasts: str
    clinic_name: str
    place: str
    address: str
    practitioner: str
    about: str
    held_until: str
    reason_allowed: bool
    terms: Sequence[Markup]
    lang: str
    changes_until: Moment | None
    is_final: bool


class Cancellation(NamedTuple):
    id: str
    url: str
    seen: str
    when: Moment
    clinic_name: str
    about: str
    follows: str
    reason_allowed: bool


def errand(case: Case, *, moving: bool) -> Errand:
    url = f"/kallelser/{case.summons.id}"
    action = f"{url}/ombokning" if moving else f"{url}/bokning"
    return Errand(str(case.summons.id), url, action, moving, case.seen)


def choice(
    case: Case,
    slots: Sequence[FreeSlot],
    language: Language,
    *,
    moving: bool,
    typed: Typed,
    days: int = 0,
    wanted: datetime | None = None,
    refusal: str = "",
) -> Choice:
    """`slots` are all that are free, soonest first.

    `days` is how many the resident asked for. With `wanted`, those nearest to it come alone, whichever days
    they are on.
    """
    every = _by_day(slots)
    shown = _by_day(_nearest(slots, wanted)) if wanted else every[: _enough(every, days, typed.slot_id)]
    new_from = days - MORE_DAYS if days > FIRST_DAYS else len(every)
    practitioner = _common({slot.practitioner for slot in slots})
    place = _common({slot.place for slot in slots})
    left = len(every) > len(shown) or (wanted is not None and len(slots) > NEAREST)
    return Choice(
        errand=errand(case, moving=moving),
        now=moment(case.visit.starts_at, language) if moving and case.visit else None,
        practitioner=practitioner,
        place=place,
        days=list(_days(shown, typed.slot_id, language, new_from=new_from, said=(practitioner, place))),
        more=(len(shown) + MORE_DAYS) if left else 0,
        typed=typed,
        refusal=refusal,
        contact=contact(case, case.details()),
    )


def review(case: Case, slot: FreeSlot, language: Language, *, moving: bool, now: datetime) -> Review:
    summons, visit, details = case.summons, case.visit, case.details()
    last = visit.changes_until if moving and visit else case.book_by
    until = first_of(slot.held_until, last) if slot.is_held(now) else None
    policy = visit if moving and visit else summons
    changeable = policy.rebook_allowed or policy.cancel_allowed
    until_when = changes_until(slot.starts_at, policy.cut_off_hours, policy.expires_at)
    return Review(
        errand=errand(case, moving=moving),
        slot=str(slot.id),
        when=moment(slot.starts_at, language),
        old=moment(visit.starts_at, language) if moving and visit else None,
        lasts=words.duration(int((slot.ends_at - slot.starts_at).total_seconds() // 60), language),
        clinic_name=summons.clinic_name,
        place=slot.place,
        address=summons.clinic_address,
        practitioner=slot.practitioner,
        about=summons.time_type_name,
        held_until=clock_after_until(until, language) if until else "",
        reason_allowed=policy.reason_allowed,
        terms=terms(details, language),
        lang=details.language,
        changes_until=moment(until_when, language) if changeable and now <= until_when else None,
        is_final=not changeable or now > until_when,
    )


def cancellation(case: Case, visit: Visit, language: Language) -> Cancellation:
    summons = case.summons
    return Cancellation(
        id=str(summons.id),
        url=f"/kallelser/{summons.id}",
        seen=case.seen,
        when=moment(visit.starts_at, language),
        clinic_name=summons.clinic_name,
        about=summons.time_type_name,
        follows=words.follows(case).said(language),
        reason_allowed=visit.reason_allowed,
    )


def _by_day(slots: Sequence[FreeSlot]) -> list[list[FreeSlot]]:
    return [list(each) for _, each in groupby(slots, key=lambda slot: day_for_both(slot.starts_at, "sv"))]


def _nearest(slots: Sequence[FreeSlot], wanted: datetime) -> list[FreeSlot]:
    def distance(slot: FreeSlot) -> timedelta:
        return abs(slot.starts_at - wanted)

    return sorted(sorted(slots, key=distance)[:NEAREST], key=lambda slot: slot.starts_at)


def _enough(days: Sequence[Sequence[FreeSlot]], asked: int, chosen: UUID | None) -> int:
    """So many that the chosen one is among them."""
    until = [number for number, slots in enumerate(days, 1) if chosen in [slot.id for slot in slots]]
    return max([asked or FIRST_DAYS, *until])


def _common(said: set[str]) -> str:
    return said.pop() if len(said) == 1 else ""


def _days(
    days: Sequence[Sequence[FreeSlot]],
    chosen: UUID | None,
    language: Language,
    *,
    new_from: int,
    said: tuple[str, str],
) -> Iterator[Day]:
    for number, slots in enumerate(days):
        times = [_time(slot, chosen, language, said) for slot in slots]
        yield Day(weekday_and_day(slots[0].starts_at, language), times, number == new_from)


def _time(slot: FreeSlot, chosen: UUID | None, language: Language, said: tuple[str, str]) -> Time:
    practitioner, place = said
    return Time(
        id=str(slot.id),
        clock=clock_time(slot.starts_at, language),
        machine=machine_time(slot.starts_at),
        practitioner="" if practitioner else slot.practitioner,
        place="" if place else slot.place,
        checked=slot.id == chosen,
    )
