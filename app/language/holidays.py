"""Days on which Sweden rests."""

from datetime import date, timedelta
from functools import lru_cache

# By law (1989:253), and the eves that count as Sundays for working hours (semesterlagen 3 a §).
_FIXED = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))
# Good Friday, Easter Eve, Easter Day and the day after it, Ascension Day, Whitsunday.
_AFTER_EASTER = (-2, -1, 0, 1, 39, 49)


def as_sunday(day: date) -> bool:
    """Whether the day is a Sunday, or kept as one: a public holiday, or the eve of a great one."""
    return day.isoweekday() == 7 or day in _holidays(day.year)


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    midsummer = _saturday_from(date(year, 6, 20))
    return frozenset(
        {
            *(date(year, month, day) for month, day in _FIXED),
            *(_easter(year) + timedelta(days=days) for days in _AFTER_EASTER),
            midsummer - timedelta(days=1),
            midsummer,
            _saturday_from(date(year, 10, 31)),
        }
    )


def _saturday_from(day: date) -> date:
    return day + timedelta(days=(6 - day.isoweekday()) % 7)


def _easter(year: int) -> date:
    """The Gregorian Easter Day (Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, *divmod(year, 100)
    leaps, left = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    weekday = (32 + 2 * left + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
