"""New letters in threads that are there already: each moves up in its list, and has more to be read."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import vault
from app.database import MOST_ROWS, POSTGRES, places, rows, run
from app.inbox.actions.letters import Letter
from app.inbox.rules import UnknownThread

# A thread whose every message is deleted has no line; the new letter gives it one.
NEXT = (
    "UPDATE threads SET last_at = {}, unread = unread + {}, line_sealed = COALESCE(line_sealed, {}),"
    " hidden_from_guardians = CASE WHEN line_sealed IS NULL THEN {} ELSE hidden_from_guardians END"
    " WHERE id = {} AND resident = {} AND clinic = {} RETURNING id, hidden_from_guardians AS hidden"
)
# For PostgreSQL: locked in the order of their ids, so that of two who want the same threads one waits for the
# other, and never both.
NEXT_OF_MANY = """
WITH asked AS (
 SELECT * FROM unnest(CAST({} AS uuid[]), CAST({} AS uuid[]), CAST({} AS uuid[]), CAST({} AS bytea[]),
  CAST({} AS boolean[]), CAST({} AS integer[])) AS asked (id, resident, clinic, line, hidden, letters)),
found AS MATERIALIZED (
 SELECT t.id, a.line, a.hidden, a.letters FROM threads t
 JOIN asked a ON a.id = t.id AND a.resident = t.resident AND a.clinic = t.clinic
 ORDER BY t.id FOR NO KEY UPDATE OF t)
UPDATE threads t SET last_at = {}, unread = t.unread + f.letters,
 line_sealed = COALESCE(t.line_sealed, f.line),
 hidden_from_guardians = CASE WHEN t.line_sealed IS NULL THEN f.hidden ELSE t.hidden_from_guardians END
FROM found f WHERE t.id = f.id RETURNING t.id, t.hidden_from_guardians AS hidden
"""
# For SQLite, where nobody else writes meanwhile: one statement takes less time than one for each thread.
NEXT_OF_SOME = """
WITH asked (id, resident, clinic, line, hidden, letters) AS (VALUES %s)
UPDATE threads SET last_at = {}, unread = unread + a.letters, line_sealed = COALESCE(line_sealed, a.line),
 hidden_from_guardians = CASE WHEN line_sealed IS NULL THEN a.hidden ELSE hidden_from_guardians END
FROM asked a WHERE threads.id = a.id AND threads.resident = a.resident AND threads.clinic = a.clinic
RETURNING id, hidden_from_guardians AS hidden
"""
# Of two letters that are the first with a reference, one begins the thread; it has no line before `move_up`.
BEGIN = (
    "INSERT INTO threads (id, resident, clinic, last_at, unread, created_at)"
    " VALUES ({}, {}, {}, {}, 0, {}) ON CONFLICT (id) DO NOTHING"
)
# For PostgreSQL, in the order in which threads are locked everywhere.
BEGIN_MANY = (
    "INSERT INTO threads (id, resident, clinic, last_at, unread, created_at)"
    " SELECT id, resident, clinic, CAST({} AS timestamptz), 0, CAST({} AS timestamptz)"
    " FROM unnest(CAST({} AS uuid[]), CAST({} AS uuid[]), CAST({} AS uuid[])) AS named (id, resident, clinic)"
    " ORDER BY id ON CONFLICT (id) DO NOTHING"
)


class Continued(NamedTuple):
    """A letter's thread, which must be this resident's and this clinic's; `line` if it has none.

    `hidden`: guardians may not see that line.
    """

    thread_id: UUID
    resident_id: UUID
    clinic_id: UUID
    line: bytes
    hidden: bool


class _Step(NamedTuple):
    thread: Continued
    letters: int


class _Moved(NamedTuple):
    id: UUID
    hidden: bool


def name_of(letter: Letter, care_system_id: UUID) -> UUID | None:
    """The thread that the care system means by its own reference, of that clinic and that resident alone."""
    if not letter.thread_reference:
        return None
    return vault.id_of(letter.thread_reference, care_system_id, letter.clinic.id, letter.resident_id)


async def begin_named(threads: Sequence[Continued], *, now: datetime) -> None:
    """Those that are not there yet, so that there is something to continue."""
    new = sorted({each[:3] for each in threads})
    if POSTGRES and len(new) > 1:
        await run(BEGIN_MANY, now, now, *map(list, zip(*new, strict=True)))
        return
    for belongs in new:
        await run(BEGIN, *belongs, now, now)


async def move_up(continued: Sequence[Continued], *, now: datetime) -> set[UUID]:
    """In the caller's transaction, which then holds the threads: those that guardians may not see.

    Raises `UnknownThread` when any is not.
    """
    steps = _steps(continued)
    if len(steps) == 1:
        moved = await _move(steps[0], now)
    elif POSTGRES and steps:
        *columns, letters = zip(*((*step.thread, step.letters) for step in steps), strict=True)
        moved = await rows(_Moved, NEXT_OF_MANY, *map(list, columns), list(letters), now)
    else:
        groups = [steps[start : start + MOST_ROWS] for start in range(0, len(steps), MOST_ROWS)]
        moved = [thread for some in groups for thread in await _move_some(some, now)]
    if len(moved) != len(steps):
        raise UnknownThread
    return {thread.id for thread in moved if thread.hidden}


async def _move(step: _Step, now: datetime) -> list[_Moved]:
    thread = step.thread
    belongs = (thread.thread_id, thread.resident_id, thread.clinic_id)
    return await rows(_Moved, NEXT, now, step.letters, thread.line, thread.hidden, *belongs)


async def _move_some(steps: Sequence[_Step], now: datetime) -> list[_Moved]:
    asked = [(*step.thread, step.letters) for step in steps]
    sql = NEXT_OF_SOME % ", ".join([f"({places(each)})" for each in asked])
    return await rows(_Moved, sql, *(value for each in asked for value in each), now)


def _steps(continued: Sequence[Continued]) -> list[_Step]:
    """One for each thread, in the order in which threads are locked everywhere."""
    threads: dict[tuple[UUID, UUID, UUID], _Step] = {}
    for each in continued:
        belongs = each[:3]
        known = threads.get(belongs)
        threads[belongs] = _Step(each, 1) if known is None else _Step(known.thread, known.letters + 1)
    return [threads[belongs] for belongs in sorted(threads)]
