"""People's languages: words, dates, phone numbers, the choice. The only place that knows Europe/Stockholm."""

from app.language.choice import DEFAULT, LANGUAGES, Language, negotiate
from app.language.dates import (
    at_minute,
    clock_after_until,
    clock_time,
    day,
    day_and_time,
    day_and_time_for_both,
    day_begins,
    day_for_both,
    day_of,
    machine_time,
    weekday_and_day,
)
from app.language.holidays import as_sunday
from app.language.phone import dial
from app.language.sizes import size
from app.language.tags import base, is_right_to_left, own_name
from app.language.words import Lazy, Words, lazy, plural, translate

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "Language",
    "Lazy",
    "Words",
    "as_sunday",
    "at_minute",
    "base",
    "clock_after_until",
    "clock_time",
    "day",
    "day_and_time",
    "day_and_time_for_both",
    "day_begins",
    "day_for_both",
    "day_of",
    "dial",
    "is_right_to_left",
    "lazy",
    "machine_time",
    "negotiate",
    "own_name",
    "plural",
    "size",
    "translate",
    "weekday_and_day",
]
