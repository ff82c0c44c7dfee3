"""SQLite's one writer: who comes second waits, finds its turn, and leaves nothing half begun (F5)."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest

from app import database
from app.database import run, sqlite, transaction
from tests.database.test_transactions import leave, remarks


@pytest.fixture
def other(db: None) -> Iterator[sqlite3.Connection]:
    """Another process that is about to write, as far as the file can tell."""
    assert isinstance(database.DB, database.KeptSQLite)
    with closing(sqlite3.connect(database.DB.path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


@pytest.mark.parametrize("together", [True, False])
async def test_who_writes_waits_for_another_process(
    other: sqlite3.Connection, now: datetime, together: bool
) -> None:
    async def one() -> None:
        if together:
            async with transaction():
                await leave("A", now)
        else:
            await leave("A", now)

    writing = asyncio.create_task(one())
    await asyncio.sleep(0.05)
    assert not writing.done()
    other.execute("COMMIT")
    await writing

    assert await remarks() == 1


async def test_who_reads_waits_for_nobody(other: sqlite3.Connection) -> None:
    assert await remarks() == 0


async def test_it_looks_often_for_its_turn(
    other: sqlite3.Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own waiting would be at steps of 25 ms by then, and later of 100."""
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 100:
            other.execute("COMMIT")

    monkeypatch.setattr("app.database.sqlite.asyncio.sleep", sleep)
    await leave("A", now)

    assert slept == [0.001] * 100


async def test_who_waits_too_long_is_told(
    other: sqlite3.Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WRITE_SECONDS", 0.02)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await leave("A", now)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        async with transaction():
            pytest.fail("It began.")
    other.execute("COMMIT")
    await leave("B", now)

    assert await remarks() == 1


async def test_what_is_wrong_otherwise_is_not_tried_again(db: None) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await run("INSERT INTO nowhere (id) VALUES (1)")


async def test_who_gives_up_while_it_begins_leaves_nothing_begun(db: None, now: datetime) -> None:
    """The statement is on its way to SQLite's thread when nobody waits for it any more."""

    async def one() -> None:
        async with transaction():
            await leave("A", now)

    for steps in range(1, 6):
        begun = asyncio.create_task(one())
        for _ in range(steps):
            await asyncio.sleep(0)
        begun.cancel()
        with pytest.raises(asyncio.CancelledError):
            await begun
        await leave(str(steps), now)

    assert await remarks() == 5
