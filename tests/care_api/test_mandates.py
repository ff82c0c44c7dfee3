"""What a care system can still do when its provider may not send any more, or not yet."""

from datetime import timedelta
from typing import Any

import pytest

from app.care import actions as care
from app.care.rules import DENTAL_PRIVATE, PRIVATE, Mandate
from tests.care_api.conftest import NOTHING, Sender, stored
from tests.care_api.test_sending import assert_problem
from tests.make import Clock

DAY = timedelta(days=1)
CASES: list[tuple[str, tuple[timedelta, timedelta | None] | None, str]] = [
    (PRIVATE, None, "care-provider.no-mandate"),
    (PRIVATE, (DAY, None), "care-provider.mandate-not-begun"),
    (PRIVATE, (-2 * DAY, -DAY), "care-provider.mandate-ended"),
    (DENTAL_PRIVATE, None, "care-provider.private-dentist"),
]


async def commission(
    vardit: Sender, clock: Clock, kind: str, mandate: tuple[timedelta, timedelta | None] | None
) -> None:
    now = clock()
    given = None
    if mandate is not None:
        begins, ends = mandate
        given = Mandate("01", now + begins, None if ends is None else now + ends)
    await care.commission(vardit.care_system.provider_id, kind=kind, mandate=given, now=now)


@pytest.mark.parametrize(("kind", "mandate", "code"), CASES, ids=[case[2] for case in CASES])
async def test_who_has_no_mandate_sends_and_offers_nothing(
    vardit: Sender, clock: Clock, kind: str, mandate: Any, code: str
) -> None:
    assert (await vardit.describe()).status_code == 200
    await commission(vardit, clock, kind, mandate)

    for answer in (await vardit.send(), await vardit.summon(), await vardit.publish()):
        assert_problem(answer, 422, code, "/clinic")
    assert_problem(await vardit.describe(), 422, code, "/clinic")
    assert await stored() == NOTHING


async def test_what_was_sent_is_read_followed_and_cancelled_after_the_mandate(
    vardit: Sender, slots: list[str], clock: Clock
) -> None:
    letter = (await vardit.send()).json()
    called = (await vardit.summon(slot_id=slots[0])).json()
    await commission(vardit, clock, PRIVATE, (-2 * DAY, -DAY))

    assert (await vardit.status(letter["id"])).json()["status"] == "delivered"
    assert (await vardit.get(f"threads/{letter['thread_id']}")).status_code == 200
    assert (await vardit.summons(called["id"]))["state"] == "booked"
    seen = {"appointment_id": called["appointment_id"], "sequence": 0, "keep_slot": False}
    cancelled = await vardit.post(f"summonses/{called['id']}/cancellation", seen)
    assert cancelled.status_code == 200, cancelled.text


async def test_a_mandate_given_anew_opens_the_door(vardit: Sender, clock: Clock) -> None:
    await commission(vardit, clock, PRIVATE, (-2 * DAY, -DAY))
    assert (await vardit.send()).status_code == 422
    await commission(vardit, clock, PRIVATE, (-2 * DAY, None))

    assert (await vardit.send()).status_code == 201
