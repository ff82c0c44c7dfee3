"""Many letters at once are what they would be one by one; who wants the same threads waits their turn."""

import asyncio
import random
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from app.database import POSTGRES, rows, run, statements, transactions
from app.inbox import actions, queries
from app.inbox.rules import UnknownThread
from tests import make


class _Thread(NamedTuple):
    id: UUID
    unread: int
    letters: int


async def test_each_letter_leaves_what_it_leaves_alone(db: None, now: datetime) -> None:
    anna, bo = await make.a_resident(now=now), await make.a_resident(make.BO, now=now)
    ward = await make.a_ward(now=now)
    old = await ward.writes(anna, now=now, subject="Sedan förut")
    before = await _left_behind()

    sent = await ward.writes_all(
        [
            make.a_letter(anna, ward.clinic, subject="Nytt"),
            make.a_letter(bo, ward.clinic, subject="Till Bo"),
            make.a_letter(anna, ward.clinic, subject="Svar", thread_id=old.thread_id),
        ],
        now=now,
    )

    assert [each.thread_id == old.thread_id for each in sent] == [False, False, True]
    after = await _left_behind()
    assert {table: after[table] - before[table] for table in after} == {
        "threads": 2, "messages": 3, "audit": 3, "events": 3, "outbox": 1,
    }  # fmt: skip
    annas = await queries.inbox_for(anna, older_than=None, now=now)
    assert sorted((line.subject, line.unread) for line in annas.lines) == [("Nytt", 1), ("Sedan förut", 2)]
    [line] = (await queries.inbox_for(bo, older_than=None, now=now)).lines
    assert line.subject == "Till Bo"
    opened = await actions.read_thread(sent[1].thread_id, resident=bo, now=now)
    assert [letter.id for letter in opened.letters] == [sent[1].id]
    assert "Välkommen till oss på tisdag." in opened.letters[0].content.encoded.decode()


async def test_three_letters_in_one_thread_are_three_unread(db: None, now: datetime) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    first = await ward.writes(anna, now=now)

    await ward.writes_all(
        [make.a_letter(anna, ward.clinic, thread_id=first.thread_id) for _ in range(3)], now=now
    )

    assert await _threads() == [(first.thread_id, 4, 4)]


@pytest.mark.parametrize("others", [0, 5])
async def test_one_unknown_thread_and_nothing_is_delivered(db: None, now: datetime, others: int) -> None:
    anna, bo = await make.a_resident(now=now), await make.a_resident(make.BO, now=now)
    ward = await make.a_ward(now=now)
    wanted = [(await ward.writes(anna, now=now)).thread_id for _ in range(others)]
    wanted.append((await ward.writes(bo, now=now)).thread_id)
    threads, before = await _threads(), await _left_behind()
    letters = [make.a_letter(anna, ward.clinic, thread_id=thread) for thread in wanted]

    with pytest.raises(UnknownThread):
        await ward.writes_all(letters, now=now)

    assert (await _threads(), await _left_behind()) == (threads, before)


async def test_a_letter_may_bring_its_id(db: None, now: datetime) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    id = uuid4()

    assert (await ward.writes(anna, now=now, id=id)).id == id


async def test_so_many_letters_cost_as_many_statements_as_a_few(
    db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    threads = [(await ward.writes(anna, now=now)).thread_id for _ in range(2)]
    asked, fetch = list[str](), statements._fetch

    async def counted(sql: str, args: list[object]) -> object:
        asked.append(sql)
        return await fetch(sql, args)

    counts = []
    monkeypatch.setattr(statements, "_fetch", counted)
    for letters in (4, 4, 80):
        asked.clear()
        await ward.writes_all(
            [make.a_letter(anna, ward.clinic, thread_id=threads[n % 2]) for n in range(letters)], now=now
        )
        counts.append(len(asked))

    assert counts[1] == counts[2] == (3 if POSTGRES else 6), "keys, threads, the rest"


async def test_batches_that_want_the_same_threads_all_arrive(
    db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each wants all of them, in an order of its own, and three letters in some. No deadlock, not one."""
    monkeypatch.setattr(transactions, "TRIES", 1)
    people = [await make.a_resident(person, now=now) for person in (make.ANNA, make.BO)]
    ward = await make.a_ward(now=now)
    threads = [(one, (await ward.writes(one, now=now)).thread_id) for one in people * 4]
    chance = random.Random(5)  # noqa: S311 - the same order each time

    def batch() -> list[Any]:
        letters = [make.a_letter(one, ward.clinic, thread_id=thread) for one, thread in threads + threads[:3]]
        chance.shuffle(letters)
        return [*letters, make.a_letter(people[0], ward.clinic)]

    await asyncio.gather(*(ward.writes_all(batch(), now=now) for _ in range(20)))

    counted = {thread: (unread, letters) for thread, unread, letters in await _threads()}
    assert len(counted) == 8 + 20
    assert [counted[thread] for _, thread in threads] == [(41, 41)] * 3 + [(21, 21)] * 5


async def _threads() -> list[_Thread]:
    counted = "(SELECT count(*) FROM messages m WHERE m.thread = threads.id)"
    return await rows(_Thread, f"SELECT id, unread, {counted} AS letters FROM threads ORDER BY id")  # noqa: S608


async def _left_behind() -> dict[str, int]:
    tables = ("threads", "messages", "audit", "events", "outbox")
    return {table: await run(f"SELECT id FROM {table}") for table in tables}  # noqa: S608
