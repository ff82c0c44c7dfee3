"""The embedded engine: one reader and one writer that stay open."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine, dict_factory

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=1",
    "PRAGMA busy_timeout=30000",
    "PRAGMA secure_delete=1",
)
# How long whoever would write waits for another process, and how often it looks whether that one is done.
WRITE_SECONDS = 30.0
LOOK_SECONDS = 0.001

T = TypeVar("T")


class KeptSQLite(SQLiteEngine):
    """Piccolo opens a connection (and a thread) per query; this keeps two.

    It overrides two private methods of Piccolo 1.38; tests/database shows that it still works.
    """

    __slots__ = ("reader", "writer", "writing")

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.reader: aiosqlite.Connection | None = None
        self.writer: aiosqlite.Connection | None = None
        self.writing = asyncio.Lock()

    async def get_connection(self) -> aiosqlite.Connection:
        connection: aiosqlite.Connection = await aiosqlite.connect(**self.connection_kwargs)
        connection.row_factory = dict_factory  # type: ignore[assignment]
        for pragma in PRAGMAS:
            await connection.execute(pragma)
        return connection

    async def open(self) -> None:
        self.writing = asyncio.Lock()
        self.writer = await self.get_connection()
        await self.writer.execute("PRAGMA busy_timeout=0")
        self.reader = await self.get_connection()
        await self.reader.execute("PRAGMA query_only=1")

    async def close(self) -> None:
        for connection in (self.reader, self.writer):
            if connection is not None:
                await connection.close()
        self.reader = self.writer = None

    @asynccontextmanager
    async def immediate(self) -> AsyncIterator[aiosqlite.Connection]:
        """The writer in a transaction of its own: nobody else writes meanwhile, so nothing goes stale."""
        if self.writer is None:
            raise NeverOpened
        async with self.writing:
            try:
                await _when_free(partial(self.writer.execute, "BEGIN IMMEDIATE"))
                yield self.writer
                await self.writer.execute("COMMIT")
            except BaseException:
                # Also after a COMMIT that failed (disk full), and a BEGIN nobody waited for: the next one
                # must find a clean connection. Where nothing has begun it does nothing.
                await self.writer.rollback()
                raise

    async def _run_in_new_connection(
        self, query: str, args: list[Any] | None = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        if self.reader is None or self.writer is None:
            return await super()._run_in_new_connection(query, args, query_type, table)
        if query.lstrip()[:6].upper() == "SELECT":
            return await self.reader.execute_fetchall(query, args or [])
        async with self.writing:
            return await _when_free(partial(self.writer.execute_fetchall, query, args or []))

    async def _run_in_existing_connection(
        self,
        connection: aiosqlite.Connection,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",
        table: Any = None,
    ) -> Any:
        return await connection.execute_fetchall(query, args or [])


async def _when_free(act: Callable[[], Awaitable[T]]) -> T:
    """Does it when no other process writes. Raises as SQLite does when that takes too long.

    SQLite's own waiting looks ever more seldom, ten times a second in the end; others come first meanwhile.
    """
    until = monotonic() + WRITE_SECONDS
    while True:
        try:
            return await act()
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
        await asyncio.sleep(LOOK_SECONDS)


class NeverOpened(RuntimeError):
    def __init__(self) -> None:
        super().__init__("The database was never opened: call database.open() first.")
