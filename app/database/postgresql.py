"""The production engine: a small pool of connections that keep their prepared statements."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine

SIZE = 8
CONNECT_SECONDS = 5
# The server keeps the time of a statement: asyncpg's own timer is a sixth of a short statement's CPU.
SERVER_SETTINGS = {"application_name": "larkpost", "statement_timeout": "30s"}


class Pool:
    """asyncpg's own pool costs a fifth of a page's CPU in proxies and resets (performance.md §1).

    We SET and LISTEN nothing on these connections, so a finished one is clean. One that was interrupted in
    the middle is closed, and the next who needs one connects anew.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._idle: list[asyncpg.Connection] = []
        self._room = asyncio.Semaphore(SIZE)

    async def open(self) -> None:
        """Raises what asyncpg raises when nobody answers."""
        self._idle.append(await self._connect())

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close(timeout=CONNECT_SECONDS)

    async def fetch(self, sql: str, args: Sequence[object]) -> list[asyncpg.Record]:
        connection = await self._take()
        try:
            found: list[asyncpg.Record] = await connection.fetch(sql, *args)
        except asyncpg.PostgresError:
            self._give_back(connection)
            raise
        except BaseException:
            self._discard(connection)
            raise
        self._give_back(connection)
        return found

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await self._take()
        try:
            async with connection.transaction():
                yield connection
        finally:
            if connection.is_in_transaction():
                self._discard(connection)
            else:
                self._give_back(connection)

    async def _take(self) -> asyncpg.Connection:
        await self._room.acquire()
        try:
            while self._idle:
                # The last one used: its statements and pages are warm.
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
            return await self._connect()
        except BaseException:
            self._room.release()
            raise

    async def _connect(self) -> asyncpg.Connection:
        connection: asyncpg.Connection = await asyncpg.connect(
            self._dsn, timeout=CONNECT_SECONDS, server_settings=SERVER_SETTINGS
        )
        return connection

    def _give_back(self, connection: asyncpg.Connection) -> None:
        if not connection.is_closed():
            self._idle.append(connection)
        self._room.release()

    def _discard(self, connection: asyncpg.Connection) -> None:
        connection.terminate()
        self._room.release()


class PooledPostgres(PostgresEngine):
    """Piccolo's queries go through our pool; without it (migrations) they connect for themselves."""

    __slots__ = ("connections",)

    def __init__(self, dsn: str) -> None:
        super().__init__({"dsn": dsn})
        self.connections: Pool | None = None

    async def check_version(self) -> None:
        """Piccolo asks the database when it is imported; `database.version` asks once it is open."""

    async def open(self) -> None:
        pool = Pool(self.config["dsn"])
        await pool.open()
        self.connections = pool

    async def close(self) -> None:
        if self.connections is not None:
            await self.connections.close()
        self.connections = None

    async def _run_in_new_connection(self, query: str, args: Sequence[Any] | None = None) -> Any:
        if self.connections is None:
            return await super()._run_in_new_connection(query, args)
        return await self.connections.fetch(query, args or ())
