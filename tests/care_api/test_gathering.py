"""Letters that come at once are stored together, and each has its own answer all the same."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from app.callbacks.tables import HappenedEvent
from app.care_api.actions import gathering, messages, sending
from app.care_api.actions.sending import Outcome, Posted
from app.outbox.tables import Job
from tests import make
from tests.care_api.conftest import Sender, Stored, stored


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many letters there were in each group."""
    seen: list[int] = []

    async def counted(posted: Sequence[Posted], **how: Any) -> list[Outcome]:
        seen.append(len(posted))
        return await sending.send_each(posted, **how)

    monkeypatch.setattr(gathering, "send_each", counted)
    return seen


async def test_those_that_come_while_one_is_stored_are_stored_together(
    vardit: Sender, groups: list[int]
) -> None:
    answers = await asyncio.gather(*(vardit.send(subject=f"Brev {n}") for n in range(30)))

    assert [answer.status_code for answer in answers] == [201] * 30
    assert len({answer.json()["id"] for answer in answers}) == 30
    assert await stored() == Stored(30, 30, 30)
    assert len(groups) < 15
    assert sum(groups) == 30
    assert await Job.count() == len(groups), "one job numbers a group's events"
    assert await HappenedEvent.count() == 30


async def test_a_letter_that_comes_alone_is_stored_at_once(vardit: Sender, groups: list[int]) -> None:
    for _ in range(3):
        await vardit.send()

    assert groups == [1, 1, 1]


async def test_what_is_wrong_with_one_is_said_to_that_one(vardit: Sender) -> None:
    thread = (await vardit.send()).json()["thread_id"]
    wrong: dict[int, dict[str, Any]] = {
        3: {"purpose": None},
        7: {"recipient": make.BO.number},
        11: {"thread_id": str(uuid4())},
    }
    sent = [wrong.get(n, {"thread_id": thread} if n % 2 else {}) for n in range(20)]
    answers = await asyncio.gather(*(vardit.send(**fields) for fields in sent))

    codes = {n: answer.json()["code"] for n, answer in enumerate(answers) if answer.status_code != 201}
    assert codes == {3: "message.purpose-missing", 7: "recipient.no-account", 11: "thread.unknown"}
    assert (await stored()).messages == 1 + 17


async def test_a_fault_of_ours_is_nobody_elses(vardit: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    async def faulty(posted: Sequence[Posted], **how: Any) -> list[Outcome]:
        if any(each.payload.subject == "Fel" for each in posted):
            raise ZeroDivisionError
        return await sending.send_each(posted, **how)

    monkeypatch.setattr(gathering, "send_each", faulty)
    answers = await asyncio.gather(*(vardit.send(subject="Fel" if n == 5 else "Rätt") for n in range(12)))

    assert [answer.status_code for answer in answers].count(201) == 11
    assert answers[5].status_code == 500
    assert messages._gathering == gathering.Gathering(), "nothing is left of it"


async def test_who_does_not_wait_has_sent_it_all_the_same(
    vardit: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is lost: sent again under its key, it has the reply."""
    begun = asyncio.Event()

    async def told(posted: Sequence[Posted], **how: Any) -> list[Outcome]:
        begun.set()
        return await sending.send_each(posted, **how)

    monkeypatch.setattr(gathering, "send_each", told)
    waiting = [asyncio.create_task(vardit.send(key=f'"{n}"')) for n in range(6)]
    await begun.wait()
    waiting[0].cancel()
    rest = await asyncio.gather(*waiting[1:])

    assert [answer.status_code for answer in rest] == [201] * 5
    assert (await vardit.send(key='"0"')).status_code == 201
    assert (await stored()).messages == 6
