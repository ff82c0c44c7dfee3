"""Dates as people read them, in Swedish time. Names are looked up, not formatted: lists show many dates."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.language.choice import Language

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class Names(NamedTuple):
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    at: str


NAMES: dict[Language, Names] = {
    "sv": Names(
        months=(
            *("januari", "februari", "mars", "april", "maj", "juni"),
            *("juli", "augusti", "september", "oktober", "november", "december"),
        ),
        weekdays=("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
        at="kl.",
    ),
    "en": Names(
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        at="at",
    ),
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_CLOCK = tuple(f"{hour}.{minute:02}" for hour in range(24) for minute in range(60))


def day(when: date, language: Language) -> str:
    """23 november 2026. Takes a plain date as it stands, an aware datetime by the Swedish calendar."""
    return _day(_local(when) if isinstance(when, datetime) else when, NAMES[language])


def day_for_both(when: datetime, language: Language) -> tuple[str, str]:
    """The day as people read it, and as `<time datetime>` wants it: 23 november 2026, 2026-11-23."""
    since = _aware(when) - _EPOCH
    return _day_of_hour(since.days * 24 + since.seconds // 3600, language)


def day_and_time(when: datetime, language: Language) -> str:
    """måndag 23 november 2026 kl. 9.15."""
    return _day_and_time(_local(when), NAMES[language])


def day_and_time_for_both(when: datetime, language: Language) -> tuple[str, str]:
    """`day_and_time` for people and `machine_time` for `<time datetime>`."""
    since = _aware(when) - _EPOCH
    hour, past = divmod(since.seconds, 3600)
    minute, second = divmod(past, 60)
    said, machine, offset, first = _hour_for_both(since.days * 24 + hour, language)
    return f"{said} {_CLOCK[first + minute]}", f"{machine}{minute:02}:{second:02}{offset}"


def weekday_and_day(when: datetime, language: Language) -> str:
    """måndag 23 november 2026, above the hours of that day."""
    local, names = _local(when), NAMES[language]
    return f"{names.weekdays[local.weekday()]} {_day(local, names)}"


def clock_time(when: datetime, language: Language) -> str:
    """kl. 9.15, for a day that is already said."""
    return f"{NAMES[language].at} {_clock(_local(when))}"


def clock_after_until(when: datetime, language: Language) -> str:
    """kl. 9.15, for after a word like until, where English has no room for its "at"."""
    return _clock(_local(when)) if language == "en" else clock_time(when, language)


def day_begins(day: date) -> datetime:
    """Midnight in Sweden."""
    return datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM).astimezone(UTC)


def day_of(when: datetime) -> date:
    """Which day it is in Sweden."""
    return _local(when).date()


def at_minute(day: date, minutes: int) -> datetime:
    """So many minutes after midnight by the clock on the wall in Sweden; 24 * 60 is the midnight after.

    What the clock skips in spring is the instant when it does; what it says twice in autumn is the first.
    """
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=STOCKHOLM) + timedelta(days=days)
    when = local.astimezone(UTC)
    is_skipped = when.astimezone(STOCKHOLM).replace(tzinfo=None) != local.replace(tzinfo=None)
    # Swedish offsets are whole hours, and so is when they change.
    return when.replace(minute=0) if is_skipped else when


def machine_time(when: datetime) -> str:
    """RFC 3339 with the Swedish offset, for `<time datetime>`: tells an autumn night's two 2.30 apart."""
    return _local(when).isoformat(timespec="seconds")


# A list shows twenty days. Swedish offsets are whole hours, so every minute of an hour is of the same day.
@lru_cache(maxsize=20_000)
def _day_of_hour(since_epoch: int, language: Language) -> tuple[str, str]:
    local = (_EPOCH + since_epoch * _HOUR).astimezone(STOCKHOLM)
    return _day(local, NAMES[language]), date.isoformat(local)


@lru_cache(maxsize=20_000)
def _hour_for_both(since_epoch: int, language: Language) -> tuple[str, str, str, int]:
    """What stands before the minutes, for people and for machines; the offset; its place in `_CLOCK`."""
    local, names = (_EPOCH + since_epoch * _HOUR).astimezone(STOCKHOLM), NAMES[language]
    said = f"{names.weekdays[local.weekday()]} {_day(local, names)} {names.at}"
    machine = local.isoformat(timespec="minutes")
    return said, machine[:14], machine[16:], local.hour * 60


def _local(when: datetime) -> datetime:
    return _aware(when).astimezone(STOCKHOLM)


def _aware(when: datetime) -> datetime:
    # astimezone() would take a naive time for the server's own clock and show a wrong hour without a word.
    if when.tzinfo is None:
        raise ValueError("A time without an offset cannot be shown.")
    return when


def _day_and_time(local: datetime, names: Names) -> str:
    return f"{names.weekdays[local.weekday()]} {_day(local, names)} {names.at} {_clock(local)}"


def _day(local: date, names: Names) -> str:
    return f"{local.day} {names.months[local.month - 1]} {local.year}"


def _clock(local: datetime) -> str:
    return _CLOCK[local.hour * 60 + local.minute]
