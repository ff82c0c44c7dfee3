"""HSLF-FS 2016:40 4 kap. 9 §: who, what, when, whose, from where; in the transaction, and for good."""

import sqlite3
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import pytest

from app.audit.actions import Entry, reading, record
from app.audit.queries import accesses_to, denials
from app.database import POSTGRES, run, transaction, uuid7

APPEND_ONLY = (asyncpg.PostgresError, sqlite3.IntegrityError)


class Region(NamedTuple):
    code: str


async def test_a_read_leaves_its_row(db: None, now: datetime) -> None:
    resident = uuid7()
    entry = Entry(
        action="inbox.listed", at=now, actor_kind="resident", actor_id=resident, resident_id=resident
    )

    found = await reading(Region, "SELECT code FROM regions WHERE code = {}", "01", entry=entry)

    assert found == [Region("01")]
    [access] = await accesses_to(resident)
    assert (access.at, access.actor_id, access.action, access.outcome) == (
        now,
        resident,
        "inbox.listed",
        "done",
    )


async def test_a_read_that_finds_nothing_leaves_its_row_too(db: None, now: datetime) -> None:
    entry = Entry(action="inbox.listed", at=now, actor_kind="resident", resident_id=UUID(int=7))

    assert await reading(Region, "SELECT code FROM regions WHERE code = {}", "99", entry=entry) == []
    assert len(await accesses_to(UUID(int=7))) == 1


async def test_a_read_that_cannot_be_written_down_does_not_happen(db: None, now: datetime) -> None:
    broken = Entry(action=None, at=now, actor_kind="resident")  # type: ignore[arg-type]

    with pytest.raises(APPEND_ONLY):
        await reading(Region, "SELECT code FROM regions", entry=broken)


async def test_a_change_that_is_undone_takes_its_row_with_it(db: None, now: datetime) -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await record(Entry(action="x", at=now, actor_kind="operator", resident_id=UUID(int=7)))
            raise RuntimeError

    assert await accesses_to(UUID(int=7)) == []


REPLACED = (
    "INSERT OR REPLACE INTO audit (id, at, actor_kind, action, outcome) SELECT id, at, '', '', '' FROM audit"
)
EMPTIED = "TRUNCATE audit" if POSTGRES else REPLACED


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'y'", "DELETE FROM audit", EMPTIED])
async def test_nobody_changes_the_audit(db: None, now: datetime, statement: str) -> None:
    """ASVS 16.4.2."""
    await record(Entry(action="x", at=now, actor_kind="operator", resident_id=UUID(int=7)))

    with pytest.raises(APPEND_ONLY):
        await run(statement)

    assert [access.action for access in await accesses_to(UUID(int=7))] == ["x"]


async def test_denials_are_listed_for_the_recurring_checks(db: None, now: datetime) -> None:
    await record(Entry(action="thread.denied", at=now, actor_kind="resident", outcome="denied"))
    await record(Entry(action="thread.read", at=now, actor_kind="resident"))

    assert [access.action for access in await denials()] == ["thread.denied"]
