"""What happens is told in the transaction in which it happens, and costs two statements."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

import app
from app.callbacks.actions import ANNOUNCE, Event, tell
from app.callbacks.rules.kinds import KINDS
from app.callbacks.tables import HappenedEvent
from app.database import POSTGRES, statements, transaction, uuid7
from app.outbox.tables import Job
from app.summons.actions.receipts import SUBJECTS

APP = Path(app.__file__).parent
SAID = re.compile(r'(?:\bbecame\(|\btell_each\([^)]*kind=|\bEvent\(\s*kind=)f?"([a-z.{}-]+)"')


def test_the_kinds_that_the_code_tells_are_those_that_are_listed() -> None:
    """The guide and the contract name what is in KINDS (tests/care_api/test_documents.py)."""
    said = {kind for path in APP.rglob("*.py") for kind in SAID.findall(path.read_text("utf-8"))}

    assert "summons.{what}" in said
    told = said - {"summons.{what}"} | {f"summons.{what}" for what, _ in SUBJECTS}
    assert told == set(KINDS)


def an_event(**differently: object) -> Event:
    usual = {
        "kind": "message.delivered",
        "provider_id": uuid7(),
        "care_system_id": uuid7(),
        "actor_kind": "care-system",
        "message_id": uuid7(),
        "thread_id": uuid7(),
    }
    return Event(**(usual | differently))  # type: ignore[arg-type]


async def test_ten_events_are_two_statements_at_most_and_one_job(
    db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, fetch = [], statements._fetch

    async def counted(sql: str, args: list[object]) -> object:
        asked.append(sql)
        return await fetch(sql, args)

    monkeypatch.setattr(statements, "_fetch", counted)
    events = [an_event(slot_id=uuid7()) for _ in range(10)]

    async with transaction():
        await tell(events, now=now)

    written = [sql for sql in asked if "pg_attribute" not in sql]
    assert len(written) == (1 if POSTGRES else 2)
    stored = await HappenedEvent.select().order_by(HappenedEvent.id)
    assert [row["message_id"] for row in stored] == [event.message_id for event in events]
    assert {(row["number"], row["at"], row["from_slot_id"]) for row in stored} == {(None, now, None)}
    [job] = await Job.select()
    assert (job["kind"], job["run_at"], job["attempts"]) == (ANNOUNCE, now, 0)
    assert json.loads(job["payload"]) == {"events": [str(row["id"]) for row in stored]}


async def test_what_did_not_happen_is_not_told(db: None, now: datetime) -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await tell([an_event()], now=now)
            raise RuntimeError

    assert (await HappenedEvent.count(), await Job.count()) == (0, 0)


async def test_nothing_is_told_of_nothing(db: None, now: datetime) -> None:
    await tell([], now=now)

    assert await Job.count() == 0


async def test_more_than_a_hundred_at_once_are_told_too(db: None, now: datetime) -> None:
    await tell([an_event() for _ in range(205)], now=now)

    assert (await HappenedEvent.count(), await Job.count()) == (205, 1)
