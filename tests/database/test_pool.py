"""PostgreSQL's connections: few, kept, and replaced when they break."""

import asyncio
from typing import NamedTuple

import pytest

from app.database import rows, run, transaction
from app.database.postgresql import SIZE


class Process(NamedTuple):
    id: int


async def process() -> int:
    [row] = await rows(Process, "SELECT pg_backend_pid() AS id")
    return row.id


async def test_one_after_another_use_the_same_connection(db: None) -> None:
    assert await process() == await process()


async def test_no_more_connections_than_the_pool_has_room_for(db: None) -> None:
    async def slow() -> int:
        async with transaction():
            await run("SELECT pg_sleep(0.02)")
            return await process()

    used = await asyncio.gather(*(slow() for _ in range(SIZE * 3)))

    assert len(set(used)) <= SIZE


async def test_a_connection_that_died_is_replaced(db: None) -> None:
    """F8: the database goes, and comes back."""
    died = await process()
    with pytest.raises(Exception, match="terminat"):
        await run("SELECT pg_terminate_backend(pg_backend_pid())")

    assert await process() != died


async def test_a_broken_statement_costs_no_connection(db: None) -> None:
    for _ in range(SIZE + 1):
        with pytest.raises(Exception, match="nowhere"):
            await run("SELECT * FROM nowhere")

    assert await process()


async def test_one_who_gives_up_waiting_leaves_no_half_read_answer(db: None) -> None:
    for _ in range(SIZE + 1):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await run("SELECT pg_sleep(5)")

    assert await process()
