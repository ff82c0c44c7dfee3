"""The same text to many is warned of, and then needs an approval; a region-wide notice always needs one."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from app import database
from app.audit.queries import denials
from app.care import actions as care
from app.care_api.actions.counting import count, forget_old_texts
from app.care_api.actions.keys import Reply
from app.care_api.actions.sending import Outcome, Posted, send_each
from app.care_api.formats.example import LETTER
from app.care_api.rules.broadcast import Alike
from app.care_api.rules.payload import Payload
from app.database import transaction
from app.errors import Refused
from app.vault import of_text
from tests import make
from tests.care_api.conftest import Sender, stored
from tests.care_api.test_sending import assert_problem
from tests.make import Clock

FEW = Alike(warn=2, most=4, window=timedelta(hours=1))
DAY = timedelta(days=1)
NOTICE: dict[str, Any] = {"type": "region-wide-notice"}


def posted(text: str = "Vi flyttar.", **field: Any) -> Posted:
    body = {"format": "plain", "text": text}
    letter = {**LETTER, "clinic": make.HSA_ID, "recipient": make.ANNA.number, "body": body} | field
    return Posted(str(uuid4()), msgspec.convert(letter, Payload))


async def sent(vardit: Sender, letters: Sequence[Posted], clock: Clock, alike: Alike = FEW) -> list[str]:
    """What came of each: delivered, warned, or the code of its refusal."""
    outcomes = await send_each(letters, care_system=vardit.care_system, alike=alike, now=clock())
    return [came_of(outcome) for outcome in outcomes]


def came_of(outcome: Outcome) -> str:
    if isinstance(outcome, Reply):
        return "warned" if b"message.same-text-to-many" in outcome.body else "delivered"
    assert isinstance(outcome, Refused)
    return outcome.code


async def approved(vardit: Sender, clock: Clock, **differently: Any) -> UUID:
    usual: dict[str, Any] = {
        "region_code": "01",
        "approved_by": "Eva Ek",
        "scope": "Kokningsrekommendation",
        "ends_at": clock() + DAY,
    }
    return await care.approve_broadcast(vardit.care_system.provider_id, now=clock(), **usual | differently)


WARNED_AND_STOPPED = [
    "delivered", "delivered", "warned", "warned",
    "message.broadcast-not-approved", "message.broadcast-not-approved",
]  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 2, 3, 6])
async def test_single_letters_and_groups_are_counted_alike(
    vardit: Sender, clock: Clock, at_once: int
) -> None:
    letters = [posted() for _ in range(6)]
    came: list[str] = []
    for start in range(0, 6, at_once):
        came += await sent(vardit, letters[start : start + at_once], clock)

    assert came == WARNED_AND_STOPPED
    assert (await stored()).messages == 4


async def test_other_texts_and_other_senders_count_for_themselves(
    vardit: Sender, grannen: Sender, clock: Clock
) -> None:
    mixed = [posted(text) for text in ("Ett", "Två") * 4]
    assert (await sent(vardit, mixed, clock)).count("delivered") == 4
    theirs = posted("Ett", clinic=make.OTHER_HSA_ID)
    assert await sent(grannen, [theirs], clock) == ["delivered"]


async def test_the_window_begins_with_the_first_letter_and_ends(vardit: Sender, clock: Clock) -> None:
    await sent(vardit, [posted() for _ in range(3)], clock)
    clock.turn(minutes=59, seconds=59)
    assert await sent(vardit, [posted()], clock) == ["warned"]
    clock.turn(seconds=1)
    assert await sent(vardit, [posted()], clock) == ["delivered"]


@pytest.mark.parametrize("relation", ["screening", "vaccination"])
async def test_what_goes_to_many_by_its_nature_is_not_counted(
    vardit: Sender, clock: Clock, relation: str
) -> None:
    """domain.md §2.1: the exceptions of the guidelines."""
    letters = [posted(relation=relation) for _ in range(6)]

    assert await sent(vardit, letters, clock) == ["delivered"] * 6


async def test_a_summons_is_about_one_visit_and_is_not_counted(
    vardit: Sender, slots: list[str], clock: Clock
) -> None:
    for _ in range(3):
        assert (await vardit.summon()).status_code == 201
    assert await database.run("SELECT key FROM same_texts") == 0


async def test_an_approval_lets_the_same_text_go_on(vardit: Sender, clock: Clock) -> None:
    await sent(vardit, [posted() for _ in range(6)], clock)
    approval = await approved(vardit, clock)

    assert await sent(vardit, [posted(approval=approval) for _ in range(3)], clock) == ["delivered"] * 3
    assert await database.run("SELECT id FROM messages WHERE approval_id = {}", approval) == 3


async def test_a_letter_that_was_refused_otherwise_is_not_counted(vardit: Sender, clock: Clock) -> None:
    wrong = [posted(thread_id=uuid4()) for _ in range(6)]
    assert (await send_each(wrong, care_system=vardit.care_system, alike=FEW, now=clock()))[0]

    assert await sent(vardit, [posted()], clock) == ["delivered"]


async def test_what_is_sent_again_under_its_key_is_one_letter(vardit: Sender, clock: Clock) -> None:
    letter = posted()
    for _ in range(6):
        assert await sent(vardit, [letter], clock) == ["delivered"]


async def test_many_at_once_are_counted_once_each(vardit: Sender, clock: Clock) -> None:
    """Groups with the same texts in other orders: no deadlock, and not one too many."""
    texts = [f"Text {n}" for n in range(5)]
    groups = [[posted(text) for text in texts[turn:] + texts[:turn]] for turn in range(5)]
    came = await asyncio.gather(*(sent(vardit, group, clock) for group in groups))

    codes = [code for group in came for code in group]
    assert codes.count("message.broadcast-not-approved") == 5
    assert (await stored()).messages == 20


async def test_the_reply_says_so_and_says_it_again(vardit: Sender, clock: Clock) -> None:
    """Over the API, with the usual limits: the letter after the 250th."""
    async with transaction():
        text = of_text(LETTER["body"]["text"], whose=vardit.care_system.id)
        await count([text] * 249, alike=Alike(), now=clock())
    last_unwarned = (await vardit.send()).json()
    warned = await vardit.send(key="a-key")

    assert "warnings" not in last_unwarned
    assert warned.status_code == 201
    [warning] = warned.json()["warnings"]
    assert warning["code"] == "message.same-text-to-many"
    assert "250" in warning["detail"]
    assert (await vardit.send(key="a-key")).content == warned.content
    async with transaction():
        await count([text] * 749, alike=Alike(), now=clock())
    assert_problem(await vardit.send(), 422, "message.broadcast-not-approved", "/approval")


async def test_a_text_is_stored_nowhere_and_forgotten(vardit: Sender, clock: Clock) -> None:
    await sent(vardit, [posted()], clock)

    assert await forget_old_texts(clock() + timedelta(days=7) - timedelta(seconds=1)) == 0
    assert await forget_old_texts(clock() + timedelta(days=7)) == 1


async def test_a_region_wide_notice_needs_an_approval_and_takes_no_reply(
    vardit: Sender, clock: Clock
) -> None:
    """domain.md §2.1: approved first, and cannot be replied to."""
    assert_problem(await vardit.send(**NOTICE), 422, "message.approval-missing", "/approval")
    approval = str(await approved(vardit, clock))
    answered = await vardit.send(**NOTICE, approval=approval, reply="allowed")
    assert_problem(answered, 422, "message.reply-to-region-wide", "/reply")

    assert (await vardit.send(**NOTICE, approval=approval)).status_code == 201


async def test_an_approval_is_for_one_region_and_ends(vardit: Sender, clock: Clock) -> None:
    elsewhere = str(await approved(vardit, clock, region_code="12"))
    assert_problem(await vardit.send(**NOTICE, approval=elsewhere), 422, "approval.other-region", "/approval")
    here = await approved(vardit, clock, ends_at=clock() + timedelta(minutes=5))
    clock.turn(minutes=4, seconds=59)
    assert (await vardit.send(**NOTICE, approval=str(here))).status_code == 201
    clock.turn(seconds=1)
    assert_problem(await vardit.send(**NOTICE, approval=str(here)), 422, "approval.ended", "/approval")


async def test_an_approval_that_is_ended_lets_nothing_more_out(vardit: Sender, clock: Clock) -> None:
    approval = await approved(vardit, clock)
    await care.end_approval(approval, now=clock())

    assert_problem(await vardit.send(**NOTICE, approval=str(approval)), 422, "approval.ended", "/approval")


async def test_another_providers_approval_does_not_exist_and_the_attempt_is_audited(
    vardit: Sender, grannen: Sender, clock: Clock
) -> None:
    theirs = str(await approved(grannen, clock))

    for approval in (theirs, str(uuid4())):
        assert_problem(await vardit.send(approval=approval), 404, "approval.unknown", "/approval")
    assert [row.object_kind for row in await denials()] == ["approval", "approval"]


@pytest.mark.parametrize(
    "wrong", [{"approved_by": " "}, {"scope": ""}, {"ends_at": None}, {"region_code": "02"}]
)
async def test_what_is_no_approval_is_not_recorded(
    vardit: Sender, clock: Clock, now: datetime, wrong: dict[str, Any]
) -> None:
    differently = {name: now if value is None else value for name, value in wrong.items()}
    with pytest.raises(Refused):
        await approved(vardit, clock, **differently)

    assert await database.run("SELECT id FROM approvals") == 0
