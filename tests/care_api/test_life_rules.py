"""When a letter is delivered, due and over: what is refused, at each limit and one over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from app.booking.rules import FURTHEST
from app.care_api.formats.example import LETTER
from app.care_api.rules.letter import check
from app.care_api.rules.life import PLAIN, PUBLISHED_WITHIN, Life
from app.care_api.rules.payload import Payload
from app.care_api.rules.times import CLOCKS_DIFFER
from app.errors import Refused

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TOMORROW = NOW + timedelta(days=1)


def life(**differently: Any) -> Life:
    said = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in {**LETTER, **differently}.items()
    }
    return check(msgspec.convert(said, Payload), now=NOW).life


def test_a_letter_that_says_nothing_is_delivered_at_once_and_asks_for_nothing() -> None:
    assert life() is PLAIN
    assert life(release="at-once", confirm_receipt=False) == PLAIN


@pytest.mark.parametrize("publish_at", [NOW, NOW - CLOCKS_DIFFER])
def test_a_time_that_has_just_been_is_at_once(publish_at: datetime) -> None:
    assert life(publish_at=publish_at).publish_at is None


def test_everything_may_be_at_its_limit() -> None:
    furthest = NOW + PUBLISHED_WITHIN
    assert life(publish_at=furthest).publish_at == furthest
    assert life(publish_at=NOW + SECOND).publish_at == NOW + SECOND
    assert life(due_at=NOW + SECOND).due_at == NOW + SECOND
    assert life(expires_at=NOW + SECOND).expires_at == NOW + SECOND
    far = life(due_at=NOW + FURTHEST, expires_at=NOW + FURTHEST)
    assert (far.due_at, far.expires_at) == (NOW + FURTHEST, NOW + FURTHEST)
    together = life(publish_at=TOMORROW, due_at=TOMORROW + SECOND, expires_at=TOMORROW + SECOND)
    assert together.due_at == together.expires_at
    assert life(type="test-result", release="while-phone-open").while_phone_open


BAD: list[tuple[dict[str, Any], str, str | None]] = [
    ({"publish_at": NOW - CLOCKS_DIFFER - SECOND}, "message.publish-passed", None),
    ({"publish_at": NOW + PUBLISHED_WITHIN + SECOND}, "message.publish-too-far-ahead", None),
    ({"publish_at": "2026-11-24T08:00:00"}, "message.time-without-offset", "/publish_at"),
    ({"publish_at": "0001-01-01T00:00:00+14:00"}, "message.time-invalid", "/publish_at"),
    ({"publish_at": "9999-12-31T23:59:59-14:00"}, "message.time-invalid", "/publish_at"),
    ({"due_at": NOW}, "message.due-before-delivery", None),
    ({"due_at": NOW - SECOND}, "message.due-before-delivery", None),
    ({"due_at": TOMORROW, "publish_at": TOMORROW}, "message.due-before-delivery", None),
    ({"due_at": NOW + FURTHEST + SECOND}, "message.deadline-too-far-ahead", "/due_at"),
    ({"due_at": "2026-12-24T08:00:00"}, "message.time-without-offset", "/due_at"),
    ({"expires_at": NOW}, "message.expires-before-delivery", None),
    ({"expires_at": TOMORROW, "publish_at": TOMORROW}, "message.expires-before-delivery", None),
    ({"expires_at": TOMORROW - SECOND, "due_at": TOMORROW}, "message.expires-before-due", None),
    ({"expires_at": NOW + FURTHEST + SECOND}, "message.deadline-too-far-ahead", "/expires_at"),
    ({"expires_at": "2026-12-24T08:00:00"}, "message.time-without-offset", "/expires_at"),
    ({"release": "later", "type": "test-result"}, "message.release-unknown", None),
    ({"release": "", "type": "test-result"}, "message.release-unknown", None),
    ({"release": "while-phone-open"}, "message.release-of-another-type", None),
]


@pytest.mark.parametrize(("differently", "code", "pointer"), BAD)
def test_times_that_cannot_be_meant_are_refused(
    differently: dict[str, Any], code: str, pointer: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        life(**differently)

    assert refused.value.code == code
    assert refused.value.values.get("pointer") == pointer
