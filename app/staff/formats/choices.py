"""Choosing among free times for a resident: the days and their times, and what was chosen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from app.booking.queries import FreeSlot
from app.errors import Sentence
from app.language import (
    Language,
    Lazy,
    clock_time,
    day_and_time,
    day_begins,
    machine_time,
    weekday_and_day,
)
from app.language import lazy as _l
from app.staff.formats.lines import SUMMONSES
from app.staff.formats.words import BOOK, MOVE
from app.summons.queries import Case
from app.web.forms import Invalid

HEADINGS: dict[str, Lazy] = {MOVE: _l("Boka om åt invånaren"), BOOK: _l("Boka en tid åt invånaren")}
BUTTONS: dict[str, Lazy] = {MOVE: _l("Boka om till vald tid"), BOOK: _l("Boka vald tid")}


class Chosen(NamedTuple):
    slot_id: UUID
    seen: str
    keep_old: bool


@dataclass(frozen=True)
class ChoiceForm:
    tid: str = ""
    seen: str = ""
    oppna: str = ""
    fran: str = ""

    def read(self) -> Chosen | Invalid:
        try:
            return Chosen(UUID(self.tid), self.seen, bool(self.oppna))
        except ValueError:
            errors: Mapping[str, Sentence] = {"tid": _l("Välj en tid.")}
            return Invalid(errors, {"oppna": self.oppna})


class Time(NamedTuple):
    id: str
    at: str
    machine: str
    where: str
    chosen: bool


class Day(NamedTuple):
    name: str
    times: list[Time]


class ChoiceView(NamedTuple):
    """`now` is the time to move from, empty where there is none. `more`: there are later ones than shown.

    `since` is the day as somebody wrote it; `unreadable` when it is none. `opens`: others may book the old
    time. `refusal` is why another time is due.
    """

    url: str
    back_url: str
    heading: str
    button: str
    about: str
    now: str
    machine_now: str
    seen: str
    since: str
    unreadable: bool
    days: list[Day]
    more: bool
    opens: bool
    refusal: str


def read_date(text: str) -> date | None:
    """2026-12-24, or the same without hyphens; anything else is no date."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def since(text: str) -> datetime | None:
    day = read_date(text)
    # The calendar ends with year 9999, and begins before there were time zones.
    return day_begins(day) if day and 1970 < day.year < 9999 else None


def choice_view(
    case: Case,
    free: Iterable[FreeSlot],
    language: Language,
    *,
    errand: str,
    more: bool,
    form: ChoiceForm,
    refusal: str,
) -> ChoiceView:
    url = f"{SUMMONSES}/{case.summons.id}"
    visit = case.visit if errand == MOVE else None
    return ChoiceView(
        url=f"{url}/{errand}",
        back_url=url,
        heading=HEADINGS[errand].said(language),
        button=BUTTONS[errand].said(language),
        about=case.summons.time_type_name,
        now=day_and_time(visit.starts_at, language) if visit else "",
        machine_now=machine_time(visit.starts_at) if visit else "",
        seen=case.seen,
        since=form.fran.strip(),
        unreadable=bool(form.fran.strip()) and since(form.fran) is None,
        days=_days(free, language, form.tid),
        more=more,
        opens=bool(form.oppna),
        refusal=refusal,
    )


def _days(free: Iterable[FreeSlot], language: Language, chosen: str) -> list[Day]:
    return [
        Day(name, [_time(slot, language, chosen) for slot in slots])
        for name, slots in groupby(free, key=lambda slot: weekday_and_day(slot.starts_at, language))
    ]


def _time(slot: FreeSlot, language: Language, chosen: str) -> Time:
    where = ", ".join(filter(None, (slot.practitioner, slot.place)))
    return Time(
        str(slot.id),
        clock_time(slot.starts_at, language),
        machine_time(slot.starts_at),
        where,
        str(slot.id) == chosen,
    )
