"""SQL of the hot paths, the same text for both engines: `{}` stands for an argument."""

import re
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


def among(values: Sequence[object], type: str = "uuid") -> tuple[str, list[object]]:
    """What follows a column to ask whether it is any of these, and the arguments of that."""
    if POSTGRES:
        # The same text for any number of them, so that it is prepared once.
        return f"= ANY(CAST({{}} AS {type}[]))", [list(values)]
    return f"IN ({places(values)})", list(values)


async def run(sql: str, *args: object) -> int:
    """For a statement whose rows nobody reads: how many it returned."""
    return len(await _fetch(sql, args))


class Insert(NamedTuple):
    """Rows to be stored: `into` is the statement as far as its list of columns."""

    into: str
    values: Sequence[Sequence[object]]


async def insert(into: str, values: Sequence[Sequence[object]]) -> None:
    """Many rows at once: `into` is the statement as far as its list of columns."""
    await insert_all([Insert(into, values)])


async def insert_new(
    into: str, values: Sequence[Sequence[object]], *, unless: str, returning: str
) -> list[object]:
    """Rows that are not there yet by the unique index on `unless`; gives back one column of those stored.

    They are taken in their order. A row that another transaction is storing is waited for.
    """
    found: list[object] = []
    most = len(values) if POSTGRES else MOST_ROWS
    for start in range(0, len(values), most):
        some = values[start : start + most]
        many = POSTGRES and len(some) > 1
        sql, args = _of_columns(into, some, await _types(into)) if many else _of_rows(into, some)
        sql = f"{sql} ON CONFLICT {unless} DO NOTHING RETURNING {returning}"
        found += [row[0] for row in await _fetch(sql, args)]
    return found


async def insert_all(inserts: Sequence[Insert]) -> None:
    """Rows of several tables, each after those that it refers to.

    One statement on PostgreSQL, however many rows and tables there are; on SQLite, which has no round trips
    to spare, one for a hundred rows of a table, in the caller's transaction.
    """
    wanted = [each for each in inserts if each.values]
    if not wanted:
        return
    if POSTGRES:
        await _insert_together(wanted)
        return
    for into, values in wanted:
        for start in range(0, len(values), MOST_ROWS):
            await _fetch(*_of_rows(into, values[start : start + MOST_ROWS]))


async def _insert_together(inserts: Sequence[Insert]) -> None:
    made = [
        _of_rows(*each) if len(each.values) == 1 else _of_columns(*each, await _types(each.into))
        for each in inserts
    ]
    *first, last = (sql for sql, _ in made)
    parts = ", ".join([f"part_{n} AS ({sql})" for n, sql in enumerate(first)])
    await _fetch(f"WITH {parts} {last}" if parts else last, [one for _, args in made for one in args])


def _of_rows(into: str, values: Sequence[Sequence[object]]) -> tuple[str, list[object]]:
    row = f"({places(values[0])})"
    return f"{into} VALUES {', '.join([row] * len(values))}", [one for each in values for one in each]


def _of_columns(
    into: str, values: Sequence[Sequence[object]], types: Sequence[str]
) -> tuple[str, list[object]]:
    """The same text for any number of rows, so that it is prepared once.

    What is one and the same object in every row is sent once: most of an audit row is, and the driver looks
    at each element of an array.
    """
    chosen: list[str] = []
    arrays: list[str] = []
    shared: list[object] = []
    varied: list[object] = []
    for type, column in zip(types, zip(*values, strict=True), strict=True):
        if len(set(map(id, column))) == 1:
            chosen.append(f"CAST({{}} AS {type})")
            shared.append(column[0])
        else:
            chosen.append(f"each.c{len(arrays)}")
            arrays.append(f"CAST({{}} AS {type}[])")
            varied.append(list(column))
    names = ", ".join([f"c{number}" for number in range(len(arrays))])
    each = f"unnest({', '.join(arrays)}) AS each ({names})"
    # Rows have ids; those of a table that has none may be all alike.
    source = each if arrays else f"generate_series(1, {len(values)})"
    return f"{into} SELECT {', '.join(chosen)} FROM {source}", [*shared, *varied]  # noqa: S608 - our own names


_INTO = re.compile(r"INSERT INTO (\w+) \(([\w, ]+)\)")
_known_types: dict[str, list[str]] = {}


class _Column(NamedTuple):
    name: str
    type: str


async def _types(into: str) -> list[str]:
    """What PostgreSQL calls the types of the columns, in their order. It is asked once."""
    if into not in _known_types:
        named = _INTO.fullmatch(into)
        if named is None:
            raise ValueError(f"Not a statement as far as its list of columns: {into}")
        found = await rows(
            _Column,
            "SELECT CAST(attname AS text) AS name, format_type(atttypid, NULL) AS type FROM pg_attribute"
            " WHERE attrelid = CAST(CAST({} AS text) AS regclass) AND attnum > 0 AND NOT attisdropped",
            named[1],
        )
        by_name = dict(found)
        _known_types[into] = [by_name[name] for name in named[2].split(", ")]
    return _known_types[into]


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
