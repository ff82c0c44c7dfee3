from datetime import date

import pytest

from demo.days import is_open, open_day_after, open_day_before

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "day", [date(2026, 11, 21), date(2026, 11, 22), date(2026, 12, 24), date(2027, 1, 1)]
)
def test_clinics_are_closed_on_weekends_and_holidays(day: date):
    assert not is_open(day)


def test_a_clinic_is_open_on_an_ordinary_weekday():
    assert is_open(MONDAY)


def test_a_visit_lands_on_an_open_day_and_never_earlier_than_asked():
    assert open_day_after(MONDAY, days=4) == date(2026, 11, 27)
    assert open_day_after(MONDAY, days=5) == date(2026, 11, 30)
    assert open_day_after(date(2026, 12, 23), days=1) == date(2026, 12, 28)


def test_a_letter_is_sent_on_an_open_day_and_never_later_than_asked():
    assert open_day_before(MONDAY, days=0) == MONDAY
    assert open_day_before(MONDAY, days=1) == FRIDAY
    assert open_day_before(date(2026, 12, 28), days=1) == date(2026, 12, 23)
