"""SQL of the hot paths, the same text for both engines: `{}` stands for an argument."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from app.database.engine import DB, POSTGRES, current
from app.database.sqlite import KeptSQLite, NeverOpened

Shape = TypeVar("Shape", bound=NamedTuple)
MOST_ROWS = 100

# Ends a SELECT whose rows the transaction is about to change. SQLite's writer is alone as it is.
LOCKED = " FOR NO KEY UPDATE" if POSTGRES else ""


async def rows(shape: type[Shape], sql: str, *args: object) -> list[Shape]:
    """Columns stand in the order of `shape`'s fields, each under a name of its own.

    Runs in the current transaction if there is one.
    """
    return [shape(*row) for row in await _fetch(sql, args)]


def places(values: Sequence[object]) -> str:
    """As many placeholders as values, for an IN (…)."""
    return ", ".join(["{}"] * len(values))


async def run(sql: str, *args: object) -> int:
    """For a statement whose rows nobody reads: how many it returned."""
    return len(await _fetch(sql, args))


async def insert(into: str, values: Sequence[Sequence[object]]) -> None:
    """Many rows at once: `into` is the statement as far as its list of columns.

    A hundred rows are one statement; more are several, so that their number has a bound.
    """
    for start in range(0, len(values), MOST_ROWS):
        some = values[start : start + MOST_ROWS]
        row = f"({', '.join(['{}'] * len(some[0]))})"
        await _fetch(f"{into} VALUES {', '.join([row] * len(some))}", [one for each in some for one in each])


async def _fetch(sql: str, args: Sequence[object]) -> Sequence[Any]:
    running = current.get()
    if isinstance(DB, KeptSQLite):
        question = _questioned(sql)
        if running:
            found = await DB._run_in_existing_connection(running.connection, question, list(args))
        else:
            found = await DB._run_in_new_connection(question, list(args))
        return [tuple(row.values()) for row in found]
    if running:
        fetched: Sequence[Any] = await running.connection.fetch(_numbered(sql), *args)
        return fetched
    if DB.connections is None:
        raise NeverOpened
    return await DB.connections.fetch(_numbered(sql), args)


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    first, *rest = sql.split("{}")
    return first + "".join(f"${n}{piece}" for n, piece in enumerate(rest, start=1))


@lru_cache(maxsize=512)
def _questioned(sql: str) -> str:
    return sql.replace("{}", "?")
