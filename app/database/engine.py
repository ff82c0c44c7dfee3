"""Which engine: chosen at import from LARKPOST_DATABASE, since Piccolo's tables find it by module name.

A wrong address raises `Unconfigured`.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app import settings
from app.database.postgresql import PooledPostgres
from app.database.sqlite import KeptSQLite


def _engine(url: str) -> PooledPostgres | KeptSQLite:
    if urlsplit(url).scheme == "postgresql":
        return PooledPostgres(url)
    return KeptSQLite(url.removeprefix("sqlite:///"))


os.environ.setdefault("PICCOLO_CONF", "app.database")
DB = _engine(settings.database(os.environ))
POSTGRES = isinstance(DB, PooledPostgres)
# Piccolo's queries look here for the transaction they run in; ours takes the place of Piccolo's.
current: Any = DB.current_transaction


def file() -> Path | None:
    """Where the embedded database is, or will be once it is migrated; None on PostgreSQL."""
    return None if isinstance(DB, PooledPostgres) else Path(DB.path)


async def open() -> None:
    """Start the pool, or the two kept connections. Raises what the driver raises."""
    await DB.open()


async def close() -> None:
    await DB.close()


async def version() -> int:
    """PostgreSQL's major version; 0 on SQLite."""
    if not isinstance(DB, PooledPostgres) or DB.connections is None:
        return 0
    [row] = await DB.connections.fetch("SHOW server_version_num", ())
    return int(row[0]) // 10000
