"""The embedded engine: one reader and one writer that stay open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine, dict_factory

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=1",
    "PRAGMA busy_timeout=30000",
    "PRAGMA secure_delete=1",
)


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
            await self.writer.execute("BEGIN IMMEDIATE")
            try:
                yield self.writer
                await self.writer.execute("COMMIT")
            finally:
                # Also after a COMMIT that failed (disk full): the next one must find a clean connection.
                if self.writer.in_transaction:
                    await self.writer.execute("ROLLBACK")

    async def _run_in_new_connection(
        self, query: str, args: list[Any] | None = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        if self.reader is None or self.writer is None:
            return await super()._run_in_new_connection(query, args, query_type, table)
        if query.lstrip()[:6].upper() == "SELECT":
            return await self.reader.execute_fetchall(query, args or [])
        async with self.writing:
            return await self.writer.execute_fetchall(query, args or [])

    async def _run_in_existing_connection(
        self,
        connection: aiosqlite.Connection,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",
        table: Any = None,
    ) -> Any:
        return await connection.execute_fetchall(query, args or [])


class NeverOpened(RuntimeError):
    def __init__(self) -> None:
        super().__init__("The database was never opened: call database.open() first.")
