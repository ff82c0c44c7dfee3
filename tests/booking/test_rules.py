"""The refusals and their result codes, and every boundary to the microsecond."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.booking import rules
from app.booking.rules import (
    CONFIRMATIONS,
    LONGEST_REASON,
    NONE,
    NotBooked,
    ReasonNotAllowed,
    ReasonTooLong,
    SlotEndsFirst,
    SlotPassed,
    TooLateToCancel,
    TooLateToConfirm,
    TooLateToRebook,
)
from app.errors import Refused

INSTANT = timedelta(microseconds=1)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
# supportprocess:logistics:scheduling 2.0, "Specific result codes" (domain.md §1.4).
MAKE = {
    "REQUESTED_TIME_IS_ALREADY_RESERVED",
    "REQUESTED_TIME_HAS_ALREADY_PASSED",
    "REQUESTED_TIME_IS_NO_LONGER_AVAILABLE",
    "TOO_LATE_TO_MAKE_APPOINTMENT",
    "USER_IS_ALREADY_OCCUPIED",
    "APPOINTMENT_IS_NOT_ALLOWED",
}
# For a summons of which nothing is booked yet. What is not there or not one's own is `Missing`: 404.
NOTHING = "APPOINTMENT_DOES_NOT_EXIST"
CHANGED = {NOTHING, "APPOINTMENT_IS_ALREADY_CANCELED", "APPOINTMENT_IS_ALREADY_UPDATED"}
UPDATE = CHANGED | {"TOO_LATE_TO_UPDATE_APPOINTMENT", "UPDATE_APPOINTMENT_IS_NOT_ALLOWED"}
CANCEL = CHANGED | {"TOO_LATE_TO_CANCEL_APPOINTMENT", "CANCEL_IS_NOT_ALLOWED"}
CONFIRM = {
    NOTHING,
    "APPOINTMENT_IS_ALREADY_CONFIRMED",
    "TOO_LATE_TO_CONFIRM_APPOINTMENT",
    "CONFIRM_IS_NOT_ALLOWED",
}

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(min_value=0, max_value=4 * 366 * 86_400 * 10**6).map(lambda n: FIRST + n * INSTANT)
hours = st.integers(min_value=0, max_value=24 * 60)
near = st.integers(min_value=-3, max_value=3).map(lambda n: n * INSTANT)


def kinds(kind: type[NotBooked]) -> list[type[NotBooked]]:
    return [each for child in kind.__subclasses__() for each in (child, *kinds(child))]


def test_every_refusal_has_the_result_code_of_the_contracts() -> None:
    assert {kind.result_code for kind in kinds(NotBooked)} == MAKE | UPDATE | CANCEL | CONFIRM


@pytest.mark.parametrize(
    ("refusal", "result_code"),
    [
        ("TimeTaken", "REQUESTED_TIME_IS_ALREADY_RESERVED"),
        ("TimePassed", "REQUESTED_TIME_HAS_ALREADY_PASSED"),
        ("TimeWithdrawn", "REQUESTED_TIME_IS_NO_LONGER_AVAILABLE"),
        ("TooLateToBook", "TOO_LATE_TO_MAKE_APPOINTMENT"),
        ("AlreadyOccupied", "USER_IS_ALREADY_OCCUPIED"),
        ("BookingNotAllowed", "APPOINTMENT_IS_NOT_ALLOWED"),
        ("NothingBooked", "APPOINTMENT_DOES_NOT_EXIST"),
        ("AlreadyCancelled", "APPOINTMENT_IS_ALREADY_CANCELED"),
        ("AlreadyChanged", "APPOINTMENT_IS_ALREADY_UPDATED"),
        ("TooLateToRebook", "TOO_LATE_TO_UPDATE_APPOINTMENT"),
        ("RebookingAfterStart", "TOO_LATE_TO_UPDATE_APPOINTMENT"),
        ("RebookingNotAllowed", "UPDATE_APPOINTMENT_IS_NOT_ALLOWED"),
        ("TooLateToCancel", "TOO_LATE_TO_CANCEL_APPOINTMENT"),
        ("CancellationAfterStart", "TOO_LATE_TO_CANCEL_APPOINTMENT"),
        ("CancellationNotAllowed", "CANCEL_IS_NOT_ALLOWED"),
        ("AlreadyConfirmed", "APPOINTMENT_IS_ALREADY_CONFIRMED"),
        ("TooLateToConfirm", "TOO_LATE_TO_CONFIRM_APPOINTMENT"),
        ("ConfirmationNotAllowed", "CONFIRM_IS_NOT_ALLOWED"),
    ],
)
def test_which_refusal_has_which(refusal: str, result_code: str) -> None:
    assert getattr(rules, refusal).result_code == result_code


ends = st.one_of(st.none(), near)


@given(starts_at=instants, cut_off_hours=hours, off=near, end=ends)
@example(starts_at=datetime(2026, 12, 1, tzinfo=UTC), cut_off_hours=0, off=timedelta(0), end=None)
@example(starts_at=datetime(2026, 12, 1, tzinfo=UTC), cut_off_hours=24, off=timedelta(0), end=timedelta(0))
def test_the_last_instant_before_the_cut_off_counts(
    starts_at: datetime, cut_off_hours: int, off: timedelta, end: timedelta | None
) -> None:
    """Unless an end of everything comes first: at that instant it has come. `end` is how far from now."""
    now = starts_at - timedelta(hours=cut_off_hours) + off
    in_time = off <= timedelta(0) and now < starts_at and (end is None or end > timedelta(0))
    asked: dict[str, Any] = {
        "starts_at": starts_at,
        "cut_off_hours": cut_off_hours,
        "expires_at": None if end is None else now + end,
        "now": now,
    }

    assert rules.may_change(allowed=True, **asked) is in_time
    assert rules.may_change(allowed=False, **asked) is False
    assert refused(rules.ensure_rebookable, allowed=True, **asked) is (None if in_time else TooLateToRebook)
    assert refused(rules.ensure_cancellable, allowed=True, **asked) is (None if in_time else TooLateToCancel)
    assert refused(rules.ensure_rebookable, allowed=False, **asked) is rules.RebookingNotAllowed
    assert refused(rules.ensure_cancellable, allowed=False, **asked) is rules.CancellationNotAllowed


@given(starts_at=instants, off=near)
def test_care_is_bound_by_what_has_begun(starts_at: datetime, off: timedelta) -> None:
    begun, now = off >= timedelta(0), starts_at + off

    for ensure, no in (
        (rules.ensure_rebookable_by_care, rules.RebookingAfterStart),
        (rules.ensure_cancellable_by_care, rules.CancellationAfterStart),
    ):
        assert refused(ensure, starts_at=starts_at, now=now) is (no if begun else None)


@given(
    starts_at=instants,
    confirm_by=st.one_of(st.none(), hours.map(lambda n: timedelta(hours=n))),
    off=near,
    confirmed=st.booleans(),
    confirmation=st.sampled_from(CONFIRMATIONS),
    end=ends,
)
def test_what_is_confirmed_and_when(
    starts_at: datetime,
    confirm_by: timedelta | None,
    off: timedelta,
    confirmed: bool,
    confirmation: str,
    end: timedelta | None,
) -> None:
    by = None if confirm_by is None else starts_at - confirm_by
    now = (by or starts_at) + off
    in_time = now < starts_at and (by is None or now <= by) and (end is None or end > timedelta(0))
    asked: dict[str, Any] = {
        "confirmation": confirmation,
        "confirmed_at": starts_at - timedelta(days=99) if confirmed else None,
        "confirm_by": by,
        "starts_at": starts_at,
        "expires_at": None if end is None else now + end,
        "now": now,
    }

    expected: type[NotBooked] | None = None
    if confirmation == NONE:
        expected = rules.ConfirmationNotAllowed
    elif confirmed:
        expected = rules.AlreadyConfirmed
    elif not in_time:
        expected = TooLateToConfirm
    assert refused(rules.ensure_confirmable, **asked) is expected
    assert rules.may_confirm(**asked) is (expected is None), "a button that is shown works"


@given(now=instants, start=near, held=st.one_of(st.none(), near), gone=st.booleans(), booked=st.booleans())
def test_a_slot_is_free_from_the_instant_its_hold_ends_until_it_begins(
    now: datetime, start: timedelta, held: timedelta | None, gone: bool, booked: bool
) -> None:
    free = rules.is_free(
        withdrawn=gone,
        booked=booked,
        held_until=None if held is None else now + held,
        starts_at=now + start,
        now=now,
    )

    assert free is (
        not gone and not booked and start > timedelta(0) and (held is None or held <= timedelta(0))
    )


@given(now=instants, start=near, length=near)
def test_what_is_published_lies_ahead_and_ends_after_it_starts(
    now: datetime, start: timedelta, length: timedelta
) -> None:
    starts_at = now + start
    no = refused(rules.ensure_publishable, starts_at, starts_at + length, pointer="/slots/0", now=now)

    assert no is (SlotEndsFirst if length <= timedelta(0) else SlotPassed if start <= timedelta(0) else None)


@given(length=st.integers(min_value=0, max_value=2 * LONGEST_REASON), allowed=st.booleans())
@example(length=LONGEST_REASON, allowed=True)
@example(length=LONGEST_REASON + 1, allowed=True)
def test_a_reason_has_150_characters_and_is_taken_where_the_clinic_takes_one(
    length: int, allowed: bool
) -> None:
    expected: type[Refused] | None = None
    if length and not allowed:
        expected = ReasonNotAllowed
    elif length > 150:
        expected = ReasonTooLong
    assert refused(rules.ensure_reason, "å" * length, allowed=allowed) is expected


@given(starts_at=instants, cut_off_hours=hours)
@example(starts_at=datetime(2027, 3, 28, 1, 30, tzinfo=UTC), cut_off_hours=24)
@example(starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC), cut_off_hours=1)
def test_an_hour_of_a_cut_off_is_an_hour_in_whatever_zone_the_start_is_given(
    starts_at: datetime, cut_off_hours: int
) -> None:
    ends = rules.changes_until(starts_at.astimezone(STOCKHOLM), cut_off_hours, None)

    assert starts_at - ends.astimezone(UTC) == timedelta(hours=cut_off_hours)


def refused(ensure: Callable[..., None], *args: object, **asked: object) -> type[Exception] | None:
    try:
        ensure(*args, **asked)
    except Refused as no:
        return type(no)
    return None
