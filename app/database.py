"""The engines, the transaction and the hot path's rows. This is PICCOLO_CONF.

Piccolo's own transaction leaks after a failed commit and is deferred on SQLite; ours is neither
(docs/decisions/transactions.md). The engine is chosen at import, from LARKPOST_DATABASE.
"""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import aiosqlite
import asyncpg
from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine, dict_factory

from app.settings import EMBEDDED_DATABASE

P = ParamSpec("P")
T = TypeVar("T")
Shape = TypeVar("Shape", bound=NamedTuple)

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=1",
    "PRAGMA busy_timeout=30000",
    "PRAGMA secure_delete=1",
)
TRIES = 3
NEVER_OPENED = "The database was never opened: call database.open() first."


class KeptSQLite(SQLiteEngine):
    """Piccolo opens a connection (and a thread) per query; this keeps one reader and one writer.

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


class PooledPostgres(PostgresEngine):
    """Piccolo's engine calls the database when it is imported; ours waits for `open`, which asks itself."""

    __slots__ = ()

    async def check_version(self) -> None:
        return


def _engine(url: str) -> PooledPostgres | KeptSQLite:
    if urlsplit(url).scheme == "postgresql":
        return PooledPostgres({"dsn": url})
    path = url.removeprefix("sqlite:///")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return KeptSQLite(path)


# Piccolo's tables look for their engine through this name.
os.environ.setdefault("PICCOLO_CONF", "app.database")
DB = _engine(os.environ.get("LARKPOST_DATABASE", EMBEDDED_DATABASE))
POSTGRES = isinstance(DB, PostgresEngine)
# Piccolo's queries look here for the transaction they run in; ours (`_Open`) takes the place of Piccolo's.
_current: Any = DB.current_transaction


async def open() -> None:
    """Start the pool, or the two kept connections. Raises what the driver raises."""
    if isinstance(DB, KeptSQLite):
        await DB.open()
    else:
        await DB.start_connection_pool(
            min_size=2, max_size=8, reset=_leave_clean, command_timeout=30, timeout=5
        )


async def close() -> None:
    if isinstance(DB, KeptSQLite):
        await DB.close()
    elif DB.pool is not None:
        await DB.close_connection_pool()


async def version() -> int:
    """PostgreSQL's major version; 0 on SQLite."""
    if not POSTGRES:
        return 0
    [row] = await _fetch("SHOW server_version_num", ())
    return int(row[0]) // 10000


async def _leave_clean(connection: asyncpg.Connection) -> None:
    # asyncpg's own reset is a round trip at every release. We SET and LISTEN nothing on pooled connections,
    # so only an unfinished transaction can be left behind.
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


_last_uuid7 = 0


def uuid7() -> UUID:
    """RFC 9562 version 7: sorts by time of making, and strictly upwards within this process."""
    global _last_uuid7
    stamp = (time.time_ns() // 1_000_000) << 12
    _last_uuid7 = max(stamp, _last_uuid7 + 1)
    high, low = divmod(_last_uuid7, 1 << 12)
    return UUID(int=(high << 80) | (7 << 76) | (low << 64) | (2 << 62) | secrets.randbits(62))


class Doomed(Exception):
    """Something inside the transaction failed and was swallowed; the whole was rolled back."""


class _Open:
    """The running transaction, in the one shape Piccolo's engines look for: `.connection`."""

    __slots__ = ("connection", "doomed")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.doomed = False


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing. Inside another it joins that one, and an error in it dooms the whole."""
    outer = _current.get()
    if outer is None:
        async with _fresh_transaction():
            yield
        return
    try:
        yield
    except BaseException:
        outer.doomed = True
        raise


@asynccontextmanager
async def _fresh_transaction() -> AsyncIterator[None]:
    begun = _immediate() if isinstance(DB, KeptSQLite) else _pooled()
    async with begun as connection:
        running = _Open(connection)
        token = _current.set(running)
        try:
            yield
        finally:
            _current.reset(token)
        if running.doomed:
            raise Doomed


@asynccontextmanager
async def _pooled() -> AsyncIterator[Any]:
    if not isinstance(DB, PostgresEngine) or DB.pool is None:
        raise RuntimeError(NEVER_OPENED)
    async with DB.pool.acquire() as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def _immediate() -> AsyncIterator[aiosqlite.Connection]:
    if not isinstance(DB, KeptSQLite) or DB.writer is None:
        raise RuntimeError(NEVER_OPENED)
    async with DB.writing:
        connection = DB.writer
        await connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            await connection.execute("COMMIT")
        finally:
            # Also after a COMMIT that failed (disk full): the next transaction must find a clean connection.
            if connection.in_transaction:
                await connection.execute("ROLLBACK")


def in_transaction(action: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """An action that is one transaction, run again when PostgreSQL asks for it (40001, 40P01)."""

    @wraps(action)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        tries = 1 if _current.get() else TRIES
        for left in range(tries - 1, -1, -1):
            try:
                async with transaction():
                    return await action(*args, **kwargs)
            except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
                if not left:
                    raise
        raise AssertionError("unreachable")

    return run


async def rows(shape: type[Shape], sql: str, *args: object) -> list[Shape]:
    """The hot path's rows: `{}` in `sql` are the arguments, columns stand in the order of `shape`'s fields.

    Runs in the current transaction if there is one.
    """
    return [shape(*row) for row in await _fetch(sql, args)]


async def run(sql: str, *args: object) -> int:
    """A statement whose rows nobody reads, or counts only: how many rows it returned."""
    return len(await _fetch(sql, args))


async def _fetch(sql: str, args: Sequence[object]) -> Sequence[Any]:
    running = _current.get()
    if isinstance(DB, PostgresEngine):
        source = running.connection if running else DB.pool
        if source is None:
            raise RuntimeError(NEVER_OPENED)
        fetched: Sequence[Any] = await source.fetch(_numbered(sql), *args)
        return fetched
    found = (
        await DB._run_in_existing_connection(running.connection, _questioned(sql), list(args))
        if running
        else (await DB._run_in_new_connection(_questioned(sql), list(args)))
    )
    return [tuple(row.values()) for row in found]


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    pieces = sql.split("{}")
    return "".join(f"{piece}${n}" for n, piece in enumerate(pieces[:-1], start=1)) + pieces[-1]


@lru_cache(maxsize=512)
def _questioned(sql: str) -> str:
    return sql.replace("{}", "?")


# Last: it imports every feature's tables, and `app.sessions` itself imports this module.
APP_REGISTRY = AppRegistry(apps=["app.piccolo_app"])
