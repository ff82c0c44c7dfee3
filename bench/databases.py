"""A measurement's own questions to a database, and what it does there that the product never does."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import asyncpg

SQLITE = "sqlite:///"


def ask(database: str, sql: str) -> Any:
    """What stands first in the first row, None when there is none. Also for a statement that asks nothing."""
    if database.startswith(SQLITE):
        return _on_sqlite(database.removeprefix(SQLITE), sql)
    return asyncio.run(_on_postgresql(database, sql))


def _on_sqlite(path: str, sql: str) -> Any:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        found = connection.execute(sql).fetchone()
        return found[0] if found else None


async def _on_postgresql(database: str, sql: str) -> Any:
    connection = await asyncpg.connect(database)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
