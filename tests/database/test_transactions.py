"""Our transaction, where Piccolo's own leaks or loses (stack.md §2, security.md §0.2, §0.3)."""

import asyncio
from datetime import datetime
from typing import NamedTuple

import pytest

from app import database
from app.database import Doomed, in_transaction, rows, run, transaction, uuid7
from app.portal.tables import Feedback


class Count(NamedTuple):
    number: int


async def remarks() -> int:
    [count] = await rows(Count, "SELECT count(*) AS number FROM feedback")
    return count.number


async def leave(reference: str, now: datetime) -> None:
    remark = Feedback(id=uuid7(), reference=reference, page="/", created_at=now)
    await Feedback.insert(remark)


async def test_what_is_done_together_stays_together(db: None, now: datetime) -> None:
    async with transaction():
        await leave("A", now)
        await leave("B", now)

    assert await remarks() == 2


async def test_an_error_undoes_all_of_it(db: None, now: datetime) -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await leave("A", now)
            raise RuntimeError

    assert await remarks() == 0


async def test_an_inner_error_dooms_the_whole_even_when_swallowed(db: None, now: datetime) -> None:
    with pytest.raises(Doomed):
        async with transaction():
            await leave("A", now)
            try:
                async with transaction():
                    raise RuntimeError
            except RuntimeError:
                pass

    assert await remarks() == 0


async def test_a_transaction_after_a_failed_one_is_a_real_one(db: None, now: datetime) -> None:
    """Piccolo 1.38 leaks its context after a failure, and the next rollback then undoes nothing."""
    for _ in range(2):
        with pytest.raises(RuntimeError):
            async with transaction():
                await leave("A", now)
                raise RuntimeError

    async with transaction():
        await leave("A", now)
    assert await remarks() == 1


async def test_twenty_who_read_and_then_write_lose_nothing(db: None, now: datetime) -> None:
    """Deferred transactions on SQLite fail 19 of these 20 (stack.md §2)."""
    await leave("0", now)

    @in_transaction
    async def count_up() -> None:
        lock = " FOR UPDATE" if database.POSTGRES else ""
        [row] = await rows(Reference, f"SELECT reference FROM feedback{lock}")  # noqa: S608
        await run("UPDATE feedback SET reference = {}", str(int(row.reference) + 1))

    await asyncio.gather(*(count_up() for _ in range(20)))

    [row] = await rows(Reference, "SELECT reference FROM feedback")
    assert row.reference == "20"


class Reference(NamedTuple):
    reference: str


async def test_piccolo_and_rows_share_one_transaction(db: None, now: datetime) -> None:
    async with transaction():
        await leave("A", now)
        assert await remarks() == 1
        assert await Feedback.count() == 1


async def test_times_come_back_aware_and_equal(db: None, now: datetime) -> None:
    await leave("A", now)

    class At(NamedTuple):
        created_at: datetime

    assert await rows(At, "SELECT created_at FROM feedback WHERE created_at = {}", now) == [At(now)]


async def test_braces_in_values_are_only_values(db: None, now: datetime) -> None:
    await leave("{}", now)

    assert await rows(Reference, "SELECT reference FROM feedback WHERE reference = {}", "{}")


def test_ids_sort_by_time_of_making_and_never_repeat() -> None:
    made = [uuid7() for _ in range(10_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {id.version for id in made} == {7}
    assert {id.variant for id in made} == {"specified in RFC 4122"}


async def test_sqlite_keeps_what_it_acknowledges(db: None) -> None:
    """F5: WAL, FULL, foreign keys; and what is deleted is overwritten (security.md §3, shredding)."""
    if not isinstance(database.DB, database.KeptSQLite):
        return
    assert database.DB.writer is not None
    said = {}
    for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
        [row] = await database.DB.writer.execute_fetchall(f"PRAGMA {pragma}")
        said[pragma] = dict(row)[pragma]
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
