"""New letters in threads that are there already: each moves up in its list, and has more to be read."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.database import POSTGRES, run
from app.inbox.rules import UnknownThread

# A thread whose every message is deleted has no line; the new letter gives it one.
NEXT = (
    "UPDATE threads SET last_at = {}, unread = unread + {}, line_sealed = COALESCE(line_sealed, {})"
    " WHERE id = {} AND resident = {} AND clinic = {} RETURNING 1 AS found"
)
# For PostgreSQL: locked in the order of their ids, so that of two who want the same threads one waits for the
# other, and never both.
NEXT_OF_MANY = """
WITH asked AS (
 SELECT * FROM unnest(CAST({} AS uuid[]), CAST({} AS uuid[]), CAST({} AS uuid[]), CAST({} AS bytea[]),
  CAST({} AS integer[])) AS asked (id, resident, clinic, line, letters)),
found AS MATERIALIZED (
 SELECT t.id, a.line, a.letters FROM threads t
 JOIN asked a ON a.id = t.id AND a.resident = t.resident AND a.clinic = t.clinic
 ORDER BY t.id FOR NO KEY UPDATE OF t)
UPDATE threads t SET last_at = {}, unread = t.unread + f.letters,
 line_sealed = COALESCE(t.line_sealed, f.line)
FROM found f WHERE t.id = f.id RETURNING 1 AS found
"""


class Continued(NamedTuple):
    """A letter's thread, which must be this resident's and this clinic's; `line` if it has none."""

    thread_id: UUID
    resident_id: UUID
    clinic_id: UUID
    line: bytes


class _Step(NamedTuple):
    thread: Continued
    letters: int


async def move_up(continued: Sequence[Continued], *, now: datetime) -> None:
    """In the caller's transaction, which then holds the threads. Raises `UnknownThread` when any is not."""
    steps = _steps(continued)
    if POSTGRES and len(steps) > 1:
        *columns, letters = zip(*((*step.thread, step.letters) for step in steps), strict=True)
        moved = await run(NEXT_OF_MANY, *map(list, columns), list(letters), now)
    else:
        moved = sum([await _move(step, now) for step in steps])
    if moved != len(steps):
        raise UnknownThread


async def _move(step: _Step, now: datetime) -> int:
    thread = step.thread
    belongs = (thread.thread_id, thread.resident_id, thread.clinic_id)
    return await run(NEXT, now, step.letters, thread.line, *belongs)


def _steps(continued: Sequence[Continued]) -> list[_Step]:
    """One for each thread, in the order in which threads are locked everywhere."""
    threads: dict[tuple[UUID, UUID, UUID], _Step] = {}
    for each in continued:
        belongs = each[:3]
        known = threads.get(belongs)
        threads[belongs] = _Step(each, 1) if known is None else _Step(known.thread, known.letters + 1)
    return [threads[belongs] for belongs in sorted(threads)]
