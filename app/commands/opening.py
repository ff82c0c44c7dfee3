"""What stands before a start: settings, keys, and a database that answers, is migrated and is ours."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import asyncpg

from app import database, migrations, settings, vault
from app.database import engine
from app.errors import Unconfigured
from app.settings import Settings
from app.vault import keys
from app.vault.belonging import belongs
from app.vault.keys import KeyRing

T = TypeVar("T")
OLDEST_POSTGRESQL = 15
FAULTS = (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError)


def read_settings() -> Settings:
    """Raises `Unconfigured`."""
    return settings.read(os.environ)


def load_keys() -> KeyRing:
    """Put the keys to use. Raises `Unconfigured`."""
    ring = keys.load(settings.keys_folder(os.environ))
    vault.use(ring)
    return ring


def with_database(work: Callable[[datetime], Awaitable[T]]) -> T:
    """Run `work`, which is told the time, on a database that is ready. Raises `Unconfigured`."""
    load_keys()
    _ensure_there()
    return asyncio.run(_with_database(work))


def _ensure_there() -> None:
    # SQLite would make an empty file, and hide that the address is wrong.
    file = engine.file()
    if file is not None and not file.is_file():
        raise Unconfigured(f"There is no database at {file}. Run `python -m app migrate` first.")


async def _with_database(work: Callable[[datetime], Awaitable[T]]) -> T:
    now = datetime.now(UTC)
    try:
        await connect()
        await _ensure_ready(now)
        return await work(now)
    finally:
        await database.close()


async def connect() -> None:
    """Raises `Unconfigured` if nobody answers. The driver's words are left out: a password may be in them."""
    try:
        await database.open()
        version = await database.version()
    except FAULTS as fault:
        raise Unconfigured(
            f"The database cannot be reached ({type(fault).__name__}). Check LARKPOST_DATABASE, "
            "that the server runs, and that it lets this user in."
        ) from None
    if database.POSTGRES and version < OLDEST_POSTGRESQL:
        raise Unconfigured(f"PostgreSQL {version} is too old. Use {OLDEST_POSTGRESQL} or newer.")


async def _ensure_ready(now: datetime) -> None:
    left = await migrations.missing()
    if left:
        raise Unconfigured(f"The database lacks {len(left)} migration(s). Run `python -m app migrate` first.")
    if not await belongs(now=now):
        raise Unconfigured(
            "LARKPOST_KEYS holds other keys than those this database was sealed with. "
            "Point it to the right folder."
        )
