"""When somebody answers a clinic's phone: by the clock on its wall, also on the nights when that changes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.care import actions
from app.care.queries import clinic_by_hsa, phone_hours_of
from app.care.rules import Hours, NotPhoneHours, next_answered, read_phone_hours
from app.language import as_sunday, at_minute
from tests import make

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = read_phone_hours(["mon-thu 08:00-16:00", "fri 08:00-12:00", "fri 13:00-15:00"])


def at(text: str) -> datetime:
    """Swedish time."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "answered"),
    [
        ("2026-11-23T07:59:59", "2026-11-23T08:00:00"),
        ("2026-11-23T08:00:00", "2026-11-23T08:00:00"),
        ("2026-11-23T15:59:59", "2026-11-23T15:59:59"),
        ("2026-11-23T16:00:00", "2026-11-24T08:00:00"),
        ("2026-11-27T12:00:00", "2026-11-27T13:00:00"),
        ("2026-11-27T15:00:00", "2026-11-30T08:00:00"),
        # Christmas 2026: Thursday, Friday and the weekend are holidays, and New Year's Eve is a Thursday.
        ("2026-12-23T16:00:00", "2026-12-28T08:00:00"),
        ("2026-12-30T16:00:00", "2027-01-04T08:00:00"),
        # The day before Twelfth Day and Good Friday are ordinary days.
        ("2027-01-05T15:00:00", "2027-01-05T15:00:00"),
        ("2027-03-25T16:00:00", "2027-03-30T08:00:00"),
    ],
)
def test_the_next_moment_when_somebody_answers(now: str, answered: str) -> None:
    assert next_answered(OFFICE, after=at(now)) == at(answered)


def test_summer_and_winter_open_at_eight_by_the_clock() -> None:
    assert next_answered(OFFICE, after=at("2026-03-27T20:00:00")) == datetime(2026, 3, 30, 6, tzinfo=UTC)
    assert next_answered(OFFICE, after=at("2026-10-23T20:00:00")) == datetime(2026, 10, 26, 7, tzinfo=UTC)


def test_midnight_is_an_end_and_a_beginning() -> None:
    night = read_phone_hours(["sat 20:00-24:00", "sun 00:00-02:00"])

    assert next_answered(night, after=at("2026-11-28T23:59:59")) == at("2026-11-28T23:59:59")
    assert next_answered(night, after=at("2026-11-29T00:00:00")) == at("2026-11-29T00:00:00")
    assert next_answered(night, after=at("2026-11-29T02:00:00")) == at("2026-12-05T20:00:00")


def test_an_hour_that_the_clock_skips_is_nobodys() -> None:
    """On 29 March 2026 the clock goes from 2 to 3, which is 01:00 UTC."""
    before = at("2026-03-29T01:00:00")
    skipped = read_phone_hours(["sun 02:15-02:45"])
    beyond = read_phone_hours(["sun 02:15-04:00"])

    assert next_answered(skipped, after=before) == at("2026-04-03T02:15:00"), "Good Friday is as a Sunday"
    assert next_answered(beyond, after=before) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_an_hour_that_comes_twice_counts_the_first_time() -> None:
    """On 25 October 2026 it is 2.30 at 00:30 UTC, and again an hour later."""
    night = read_phone_hours(["sun 02:30-03:30"])

    assert next_answered(night, after=at("2026-10-25T01:00:00")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    closes = read_phone_hours(["sun 00:00-02:30"])
    assert next_answered(closes, after=datetime(2026, 10, 25, 1, tzinfo=UTC)) == at("2026-10-31T00:00:00"), (
        "All Saints'"
    )


def test_whoever_answers_on_one_weekday_is_waited_for_over_the_holidays() -> None:
    thursdays = read_phone_hours(["thu 09:00-10:00"])

    assert next_answered(thursdays, after=at("2026-12-17T10:00:00")) == at("2027-01-07T09:00:00")


def test_nobody_answers_where_nobody_has_said_when() -> None:
    assert next_answered([], after=at("2026-11-23T08:00:00")) is None


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("2026-04-03", True),
        ("2026-04-04", True),
        ("2026-04-06", True),
        ("2026-04-07", False),
        ("2026-05-14", True),
        ("2026-06-05", False),
        ("2026-06-06", True),
        ("2026-06-19", True),
        ("2026-06-20", True),
        ("2026-10-31", True),
        ("2026-11-07", False),
        ("2027-01-06", True),
        ("2038-04-25", True),
        ("2285-03-22", True),
    ],
)
def test_the_days_on_which_sweden_rests(day: str, kept: bool) -> None:
    assert as_sunday(date.fromisoformat(day)) is kept


def test_the_end_of_the_day_is_the_next_midnight() -> None:
    assert at_minute(date(2026, 11, 23), 24 * 60) == at("2026-11-24T00:00:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mon",
        "mon 8-16",
        "mon 8:00-16:00",
        "mon 16:00-08:00",
        "mon 08:00-08:00",
        "mon 08:60-09:00",
        "mon 23:00-24:01",
        "mon 23:00-25:00",
        "fri-mon 08:00-16:00",
        "mån 08:00-16:00",
        "mon-xxx 08:00-16:00",
    ],
)
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(NotPhoneHours):
        read_phone_hours([text])


def test_hours_that_overlap_are_refused_and_those_that_meet_are_not() -> None:
    with pytest.raises(NotPhoneHours):
        read_phone_hours(["mon 08:00-12:00", "mon-tue 11:59-13:00"])
    assert len(read_phone_hours(["mon 08:00-12:00", "MON  12:00-13:00"])) == 2


async def test_new_hours_take_the_place_of_the_old_and_the_words_stay(db: None, now: datetime) -> None:
    clinic = await make.a_clinic(now=now)
    await actions.set_phone_hours(clinic.id, read_phone_hours(["mon-fri 08:00-16:00"]), now=now)
    assert len(await phone_hours_of(clinic.id)) == 5

    await actions.set_phone_hours(clinic.id, read_phone_hours(["tue 09:00-10:00"]), now=now)
    assert await phone_hours_of(clinic.id) == [Hours(2, 540, 600)]
    assert (await clinic_by_hsa(make.HSA_ID)).hours == "vardagar 8–16"

    await actions.set_phone_hours(clinic.id, [], now=now)
    assert await phone_hours_of(clinic.id) == []
