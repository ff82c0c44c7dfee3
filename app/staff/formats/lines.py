"""The list: its lines, its filters, and the address of what is older."""

import base64
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from app.errors import Missing
from app.language import Language, Lazy, day_and_time, machine_time
from app.language import lazy as _l
from app.staff.formats.words import STATES, done_by, number_of
from app.summons.queries import Case, Cursor, Line, Wanted
from app.summons.rules import (
    AWAITS_AN_ANSWER,
    BOOKED,
    CANCELLED,
    CONFIRMED,
    ENDED,
    EXPIRED,
    OVERDUE,
    PAST,
    REBOOKED,
)
from app.summons.rules import STATES as ALL

SUMMONSES = "/personal/kallelser"

# What staff look for, by the word in the address.
BY_STATE: dict[str, tuple[Lazy, tuple[str, ...]]] = {
    "": (_l("Alla"), ALL),
    "vantar": (_l("Väntar på svar"), AWAITS_AN_ANSWER),
    "bekraftad": (_l("Bekräftad"), (CONFIRMED,)),
    "bokad": (_l("Bokad"), (BOOKED,)),
    "ombokad": (_l("Ombokad"), (REBOOKED,)),
    "avbokad": (_l("Avbokad"), (CANCELLED,)),
    "sen": (_l("Sista dagen att boka har gått"), (OVERDUE,)),
    "utgangen": (_l("Kallelsen har gått ut"), (EXPIRED,)),
    "stangd": (_l("Stängd"), (ENDED,)),
    "varit": (_l("Besöket har varit"), (PAST,)),
}
BY_READ: dict[str, tuple[Lazy, bool | None]] = {
    "": (_l("Lästa och olästa"), None),
    "olast": (_l("Inte läst"), False),
    "last": (_l("Läst"), True),
}


class Choice(NamedTuple):
    value: str
    label: str
    chosen: bool


class Filters(NamedTuple):
    """What a form of the list says; a word that never was is none."""

    state: str
    read: str

    @property
    def wanted(self) -> Wanted:
        return Wanted(BY_STATE[self.state][1], BY_READ[self.read][1])

    @property
    def url(self) -> str:
        return f"{SUMMONSES}?{urlencode(self._asked())}" if self else SUMMONSES

    def older(self, cursor: Cursor) -> str:
        return f"{SUMMONSES}?{urlencode(self._asked() | {'fore': cursor_text(cursor)})}"

    def states(self, language: Language) -> list[Choice]:
        return [Choice(word, said.said(language), word == self.state) for word, (said, _) in BY_STATE.items()]

    def reads(self, language: Language) -> list[Choice]:
        return [Choice(word, said.said(language), word == self.read) for word, (said, _) in BY_READ.items()]

    def _asked(self) -> dict[str, str]:
        return {name: word for name, word in (("lage", self.state), ("last", self.read)) if word}

    def __bool__(self) -> bool:
        return bool(self.state or self.read)


class Moment(NamedTuple):
    """A time in words and for machines; both are empty where it has not come."""

    shown: str
    machine: str


NEVER = Moment("", "")


class Row(NamedTuple):
    """One line."""

    url: str
    name: str
    number: str
    deceased: bool
    made_up: bool
    about: str
    visit: Moment
    delivered: Moment
    read: Moment
    state: str
    deed: str


def moment(when: datetime | None, language: Language) -> Moment:
    return Moment(day_and_time(when, language), machine_time(when)) if when else NEVER


def filters(state: str, read: str) -> Filters:
    return Filters(state if state in BY_STATE else "", read if read in BY_READ else "")


def row(line: Line, language: Language, *, now: datetime) -> Row:
    case, person = line.case, line.person
    summons = case.summons
    state, deed = _said(line, language, now=now)
    return Row(
        f"{SUMMONSES}/{summons.id}",
        person.name,
        number_of(person),
        person.deceased,
        bool(summons.test),
        summons.time_type_name,
        moment(_visit_at(case), language),
        moment(summons.delivered_at, language),
        moment(summons.read_at, language),
        state,
        deed,
    )


def _said(line: Line, language: Language, *, now: datetime) -> tuple[str, str]:
    """How it stands, and who did what last; in one where both would begin with the same word."""
    state = line.case.state(now)
    deed = done_by(line.last.action, line.last.actor_kind, language) if line.last else ""
    if line.last and line.last.action == state:
        return deed, ""
    return STATES[state].said(language), deed


def _visit_at(case: Case) -> datetime | None:
    return case.visit.starts_at if case.visit and case.visit.live else None


def cursor_text(cursor: Cursor) -> str:
    """Opaque to its reader: when the last summons on the page was sent, and its id."""
    micros = int(cursor.created_at.timestamp()) * 1_000_000 + cursor.created_at.microsecond
    return base64.urlsafe_b64encode(micros.to_bytes(8, "big") + cursor.id.bytes).decode()


def cursor_from(text: str) -> Cursor:
    """Raises `Missing`: a page that never was."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii"))
        seconds, micros = divmod(int.from_bytes(raw[:8], "big"), 1_000_000)
        return Cursor(datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros), UUID(bytes=raw[8:]))
    except (ValueError, OverflowError, OSError):
        raise Missing("page of the summonses") from None
