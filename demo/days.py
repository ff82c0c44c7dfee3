"""Days when clinics are open: no letter is written on a Sunday, and nobody is called on Christmas Eve."""

from datetime import date, timedelta

# Month and day. Easter and midsummer move, and a demo can do without them.
CLOSED = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))
DAY = timedelta(days=1)


def is_open(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in CLOSED


def open_day_after(day: date, *, days: int) -> date:
    """The first open day at least so many days later."""
    day += timedelta(days=days)
    while not is_open(day):
        day += DAY
    return day


def open_day_before(day: date, *, days: int) -> date:
    """The last open day at least so many days earlier."""
    day -= timedelta(days=days)
    while not is_open(day):
        day -= DAY
    return day
