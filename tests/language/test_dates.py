from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from babel.dates import get_day_names, get_month_names

from app.language import (
    LANGUAGES,
    Language,
    clock_after_until,
    clock_time,
    day,
    day_and_time,
    day_and_time_for_both,
    day_for_both,
    machine_time,
    weekday_and_day,
)
from app.language.dates import NAMES

APP = Path(__file__).resolve().parents[2] / "app"
MORNING = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)


def test_a_day_is_written_in_full() -> None:
    assert day(MORNING, "sv") == "23 november 2026"
    assert day(MORNING, "en") == "23 November 2026"


def test_a_time_has_its_weekday_and_a_point() -> None:
    assert day_and_time(MORNING, "sv") == "måndag 23 november 2026 kl. 9.15"
    assert day_and_time(MORNING, "en") == "Monday 23 November 2026 at 9.15"


def test_a_day_above_its_hours_has_its_weekday() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert weekday_and_day(late, "sv") == "tisdag 24 november 2026"
    assert weekday_and_day(late, "en") == "Tuesday 24 November 2026"


def test_until_a_clock_time_is_no_until_at() -> None:
    assert clock_after_until(MORNING, "sv") == "kl. 9.15"
    assert clock_after_until(MORNING, "en") == "9.15"


def test_a_clock_time_says_that_it_is_one() -> None:
    assert clock_time(MORNING, "sv") == "kl. 9.15"
    assert clock_time(datetime(2026, 7, 1, 22, 5, tzinfo=UTC), "en") == "at 0.05"


def test_a_plain_date_stands_as_it_is() -> None:
    assert day(date(2026, 3, 1), "sv") == "1 mars 2026"


def test_late_in_utc_is_already_tomorrow_in_sweden() -> None:
    assert day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "sv") == "1 januari 2027"


def test_any_offset_is_taken_to_swedish_time() -> None:
    tokyo = datetime(2026, 7, 1, 3, 0, tzinfo=timezone(timedelta(hours=9)))

    assert day_and_time(tokyo, "sv") == "tisdag 30 juni 2026 kl. 20.00"


def test_the_night_summer_begins_has_no_hour_between_two_and_three() -> None:
    before = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)

    assert day_and_time(before, "sv") == "söndag 29 mars 2026 kl. 1.59"
    assert day_and_time(before + timedelta(minutes=1), "en") == "Sunday 29 March 2026 at 3.00"


def test_the_night_summer_ends_has_two_half_past_two_and_machines_tell_them_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)

    assert day_and_time(first, "sv") == day_and_time(second, "sv") == "söndag 25 oktober 2026 kl. 2.30"
    assert machine_time(first) == "2026-10-25T02:30:00+02:00"
    assert machine_time(second) == "2026-10-25T02:30:00+01:00"


def _in_order(names: Mapping[int, str]) -> list[str]:
    return [name for _, name in sorted(names.items())]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_names_are_those_of_the_common_locale_data(language: str) -> None:
    names = NAMES[language]

    assert list(names.months) == _in_order(get_month_names("wide", locale=language))
    assert list(names.weekdays) == _in_order(get_day_names("wide", locale=language))


def test_a_time_without_offset_is_never_shown() -> None:
    with pytest.raises(ValueError, match="without an offset"):
        day_and_time(datetime(2026, 11, 23, 8, 15), "sv")  # noqa: DTZ001


def test_only_language_knows_where_sweden_is() -> None:
    elsewhere = [path for path in APP.rglob("*.py") if path.parent.name != "language"]

    assert [path for path in elsewhere if "Europe/" in path.read_text(encoding="utf-8")] == []
    assert [path for path in elsewhere if "zoneinfo" in path.read_text(encoding="utf-8")] == []


def test_the_day_for_people_and_for_machines_is_the_same_swedish_day() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    assert day_for_both(late, "sv") == ("23 november 2026", "2026-11-23")
    assert day_for_both(late, "en") == ("23 November 2026", "2026-11-23")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_for_both_is_what_each_is_told_alone(language: Language) -> None:
    """Also by half past two, twice, of the night when summer time ends."""
    for when in (
        datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, 7, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 0, 0, 999_999, tzinfo=UTC),
        datetime(1969, 12, 31, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 29, 6, 45, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ):
        assert day_and_time_for_both(when, language) == (day_and_time(when, language), machine_time(when))
