"""Opening a thread: every receipt is given once, and what is shown is exactly what is marked as read."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from app import sessions, vault
from app.audit.actions import INTO
from app.audit.queries import accesses_to
from app.callbacks.actions import announce
from app.callbacks.actions.telling import NEW_EVENTS
from app.callbacks.tables import HappenedEvent
from app.database import POSTGRES, run, statements, transaction, uuid7
from app.errors import Missing, NotSignedIn
from app.inbox import actions
from app.inbox.actions.opening import AT_ONCE, FIRST_READ, OPEN_THREAD
from app.inbox.queries import Thread
from app.inbox.queries.letters import LETTERS_OF_THREAD
from app.inbox.tables import Message
from app.inbox.tables import Thread as ThreadTable
from app.outbox.actions import NEW_JOBS
from app.outbox.tables import Job
from app.sessions import Claim, Idle
from app.sessions.principals import Resident
from app.sessions.queries import LIVING
from app.vault import Place
from tests import make
from tests.make import Clock

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
IDLE = Idle(resident=HOUR, clinician=HOUR)


class Correspondence(NamedTuple):
    anna: Resident
    ward: make.Ward
    sent: actions.Delivered
    token: str

    async def opened(self, *, now: datetime) -> Thread:
        _, thread = await actions.read_thread_by(Claim(self.token, now, IDLE), self.sent.thread_id)
        return thread


@pytest.fixture
async def letter(db: None, now: datetime) -> Correspondence:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    return Correspondence(anna, ward, await ward.writes(anna, now=now), await signed_in(anna, now))


async def signed_in(resident: Resident, now: datetime) -> str:
    return await sessions.start(
        kind="resident", subject_id=resident.id, level="loa3", name=resident.name, now=now, absolute=DAY
    )


async def receipts(resident: Resident) -> list[str | None]:
    return [
        access.object_id for access in await accesses_to(resident.id) if access.action == "message.first-read"
    ]


async def read_events() -> list[dict[str, Any]]:
    return await HappenedEvent.select().where(HappenedEvent.kind == "message.read")


async def test_what_is_opened_is_shown_oldest_first(letter: Correspondence, clock: Clock) -> None:
    anna, ward, first, _ = letter
    second = await ward.writes(anna, now=clock.turn(minutes=5), thread_id=first.thread_id, subject="Svar")

    thread = await letter.opened(now=clock.turn(minutes=30))

    assert (thread.id, thread.subject) == (first.thread_id, "Inför ditt besök")
    assert [letter.id for letter in thread.letters] == [first.id, second.id]
    assert thread.letters[1].content.subject == "Svar"
    assert [row["read_at"] for row in await Message.select()] == [clock(), clock()]
    [row] = await ThreadTable.select()
    assert row["unread"] == 0


async def test_reading_is_written_down_and_told(letter: Correspondence, clock: Clock) -> None:
    anna, ward, sent, _ = letter
    at = clock.turn(minutes=5)

    await letter.opened(now=at)

    written = {access.action: access for access in await accesses_to(anna.id)}
    for action, kind, id in (
        ("message.first-read", "message", sent.id),
        ("thread.read", "thread", sent.thread_id),
    ):
        access = written[action]
        assert (access.at, access.actor_kind, access.actor_id) == (at, "resident", anna.id)
        assert (access.outcome, access.object_kind, access.object_id) == ("done", kind, str(id))
    [event] = await read_events()
    assert (event["at"], event["actor_kind"]) == (at, "resident")
    assert (event["message_id"], event["thread_id"]) == (sent.id, sent.thread_id)
    assert (event["provider_id"], event["care_system_id"]) == (ward.clinic.provider_id, ward.care_system.id)
    assert (event["number"], event["summons_id"]) == (None, None)


async def test_one_job_announces_all_that_was_read(letter: Correspondence, now: datetime) -> None:
    anna, ward, sent, _ = letter
    for _ in range(2):
        await ward.writes(anna, now=now, thread_id=sent.thread_id)
    before = await Job.count()

    await letter.opened(now=now)

    [job] = (await Job.select().order_by(Job.id))[before:]
    told = [event["id"] for event in await read_events()]
    assert (job["kind"], job["attempts"], job["run_at"]) == ("callbacks.announce", 0, now)
    announced = [UUID(id) for id in json.loads(job["payload"])["events"]]
    assert sorted(announced) == sorted(told)
    await announce(announced, now=now)
    assert sorted(event["number"] for event in await read_events()) == [1, 2, 3]


async def test_new_ids_sort_by_time(letter: Correspondence, now: datetime) -> None:
    before = uuid7()

    await letter.opened(now=now)

    ids = [event["id"] for event in await read_events()] + [(await Job.select().order_by(Job.id))[-1]["id"]]
    for id in ids:
        assert before < id < uuid7()
        assert (id.version, id.variant) == (before.version, before.variant)


async def test_opened_again_it_gives_no_second_receipt(letter: Correspondence, clock: Clock) -> None:
    anna, _, sent, _ = letter
    first = clock.turn(minutes=1)
    await letter.opened(now=first)
    jobs = await Job.count()

    thread = await letter.opened(now=clock.turn(minutes=1))

    assert [letter.id for letter in thread.letters] == [sent.id]
    assert [row["read_at"] for row in await Message.select()] == [first]
    assert await receipts(anna) == [str(sent.id)]
    assert (len(await read_events()), await Job.count()) == (1, jobs)
    assert [access.action for access in await accesses_to(anna.id)].count("thread.read") == 2


async def test_opened_by_many_at_once_each_sees_it_and_one_gives_the_receipt(
    letter: Correspondence, now: datetime
) -> None:
    anna, ward, sent, _ = letter
    for _ in range(4):
        await ward.writes(anna, now=now, thread_id=sent.thread_id)

    seen = await asyncio.gather(*(letter.opened(now=now) for _ in range(8)))

    assert [len(thread.letters) for thread in seen] == [5] * 8
    assert len(await receipts(anna)) == len(set(await receipts(anna))) == len(await read_events()) == 5


async def test_a_letter_that_arrives_meanwhile_is_either_shown_and_read_or_neither(
    letter: Correspondence, now: datetime
) -> None:
    """A care system has the thread's row when it is opened, and commits before the resident has it."""
    anna, ward, sent, _ = letter

    async def written() -> None:
        await ward.writes(anna, now=now, thread_id=sent.thread_id)

    shown = await opened_during(written, letter, now)

    read = {row["id"] for row in await Message.select() if row["read_at"]}
    assert {letter.id for letter in shown.letters} == read
    [row] = await ThreadTable.select()
    assert row["unread"] == await Message.count() - len(read)
    assert len(await receipts(anna)) == len(await read_events()) == len(read)


async def test_a_letter_that_is_deleted_meanwhile_gets_no_receipt(
    letter: Correspondence, now: datetime
) -> None:
    anna, ward, sent, _ = letter
    other = await ward.writes(anna, now=now, thread_id=sent.thread_id)

    async def deleted() -> None:
        await actions.delete(other.id, resident=anna, now=now)

    shown = await opened_during(deleted, letter, now)

    assert [letter.id for letter in shown.letters] == [sent.id]
    assert await receipts(anna) == [str(sent.id)]


async def test_a_key_that_is_wrapped_anew_meanwhile_stays_so(letter: Correspondence, now: datetime) -> None:
    """A rotation takes no thread's row: who changes the message last keeps what the other did."""
    anna, ward, sent, _ = letter
    place = Place(str(ward.clinic.provider_id), "messages", "resident_key", sent.id)
    [row] = await Message.select(Message.resident_key)
    anew = vault.wrap(vault.unwrap(row["resident_key"], place), place)

    async def rewrapped() -> None:
        await run("UPDATE messages SET resident_key = {} WHERE id = {}", anew, sent.id)

    shown = await opened_during(rewrapped, letter, now)

    assert [letter.id for letter in shown.letters] == [sent.id]
    [row] = await Message.select()
    assert (row["resident_key"], row["read_at"]) == (anew, now)
    assert len(await receipts(anna)) == len(await read_events()) == 1


async def test_a_thread_with_nothing_left_in_it_is_missing(letter: Correspondence, now: datetime) -> None:
    anna, _, sent, _ = letter
    await actions.delete(sent.id, resident=anna, now=now)

    with pytest.raises(Missing):
        await letter.opened(now=now)

    assert await receipts(anna) == []


async def test_nobody_opens_somebody_elses(letter: Correspondence, now: datetime) -> None:
    anna, _, sent, _ = letter
    bo = await make.a_resident(make.BO, now=now)
    claim = Claim(await signed_in(bo, now), now, IDLE)

    for thread_id in (sent.thread_id, uuid7()):
        with pytest.raises(Missing):
            await actions.read_thread_by(claim, thread_id)

    assert [row["read_at"] for row in await Message.select()] == [None]
    assert [*await receipts(anna), *await receipts(bo), *await read_events()] == []


async def test_nobody_opens_it_with_a_session_that_is_over(letter: Correspondence, now: datetime) -> None:
    staff = await sessions.start(
        kind="clinician", subject_id=letter.anna.id, level="loa3", name="Disa", now=now, absolute=DAY
    )

    for token, at in ((letter.token, now + DAY), ("A" * 43, now), (staff, now)):
        with pytest.raises(NotSignedIn):
            await actions.read_thread_by(Claim(token, at, IDLE), letter.sent.thread_id)

    assert [row["read_at"] for row in await Message.select()] == [None]


async def test_it_says_who_is_here(letter: Correspondence, clock: Clock) -> None:
    """And that they were, which keeps the session alive."""
    seen = []
    for _ in range(3):
        claim = Claim(letter.token, clock.turn(minutes=50), IDLE)
        seen.append((await actions.read_thread_by(claim, letter.sent.thread_id))[0])

    assert {(signed.subject_id, signed.name) for signed in seen} == {(letter.anna.id, letter.anna.name)}
    assert seen[-1].idle_at == clock() + HOUR


async def test_it_is_one_statement_on_postgresql_and_one_transaction_on_sqlite(
    letter: Correspondence, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, fetch = [], statements._fetch

    async def counted(sql: str, args: list[object]) -> object:
        asked.append(sql)
        return await fetch(sql, args)

    monkeypatch.setattr(statements, "_fetch", counted)
    await letter.opened(now=now)

    in_turn = [LIVING, OPEN_THREAD, FIRST_READ, INTO, NEW_EVENTS, NEW_JOBS, INTO, LETTERS_OF_THREAD]
    due = [AT_ONCE] if POSTGRES else in_turn
    assert [sql[: len(start)] for sql, start in zip(asked, due, strict=True)] == due


async def opened_during(
    change: Callable[[], Awaitable[object]], letter: Correspondence, now: datetime
) -> Thread:
    """Opened while somebody else has changed something and has not yet committed."""
    has_changed, may_commit = asyncio.Event(), asyncio.Event()

    async def change_slowly() -> None:
        async with transaction():
            await change()
            has_changed.set()
            await may_commit.wait()

    changing = asyncio.create_task(change_slowly())
    await has_changed.wait()
    opening = asyncio.create_task(letter.opened(now=now))
    await asyncio.sleep(0.3)
    assert not opening.done()
    may_commit.set()
    await changing
    return await opening
