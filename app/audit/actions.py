"""Writing the audit: a row stands in the transaction that reads or changes; without it neither happens."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from msgspec import Struct

from app import database
from app.database import Insert, id_like, transaction, uuid7

Shape = TypeVar("Shape", bound=NamedTuple)

INTO = (
    "INSERT INTO audit (id, at, actor_kind, actor_id, assignment, action, outcome, resident_id, care_unit,"
    " object_kind, object_id, basis)"
)
INSERT = INTO + " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"


def insert_by(table: str, *, action: str) -> str:
    """The row of a resident who reads their own, whom the statement itself finds as `table`.subject_id.

    For PostgreSQL. Its two arguments are the row's id and the time.
    """
    return (
        "INSERT INTO audit (id, at, actor_kind, actor_id, action, outcome, resident_id)"  # noqa: S608
        " SELECT CAST({} AS uuid), CAST({} AS timestamptz),"
        f" 'resident', subject_id, '{action}', 'done', subject_id FROM {table}"
    )


def insert_each(table: str, *, action: str, kind: str) -> str:
    """For each row of `table`, its `resident` did this `at` that time to what has its `id`. For PostgreSQL.

    The new ids are of the time of `like_id`.
    """
    return (
        "INSERT INTO audit (id, at, actor_kind, actor_id, action, outcome, resident_id, object_kind,"  # noqa: S608
        f" object_id) SELECT {id_like('like_id')}, at, 'resident', resident, '{action}', 'done', resident,"
        f" '{kind}', CAST(id AS text) FROM {table}"
    )


class Entry(Struct, frozen=True):
    """Who (kind, id, assignment), what, when, whose, from which care unit (HSLF-FS 2016:40 4 kap. 9 §).

    `actor_kind` is resident, guardian, clinician, care-system, operator or visitor; `outcome` done or denied.
    `basis`: the ground that the actor stated, where one is asked. Ids and words of ours only.
    """

    action: str
    at: datetime
    actor_kind: str
    actor_id: UUID | None = None
    assignment: str | None = None
    outcome: str = "done"
    resident_id: UUID | None = None
    care_unit: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    basis: str | None = None

    def row(self) -> tuple[object, ...]:
        return (
            uuid7(), self.at, self.actor_kind, self.actor_id, self.assignment, self.action, self.outcome,
            self.resident_id, self.care_unit, self.object_kind, self.object_id, self.basis,
        )  # fmt: skip


async def record(entry: Entry) -> None:
    """Add the row to the caller's transaction."""
    await database.run(INSERT, *entry.row())


async def record_all(entries: Sequence[Entry]) -> None:
    """Add the rows to the caller's transaction in one statement; none when there are none."""
    await database.insert_all([recorded(entries)])


def recorded(entries: Sequence[Entry]) -> Insert:
    """What `record_all` stores, for whoever stores more with it."""
    return Insert(INTO, [entry.row() for entry in entries])


async def reading(shape: type[Shape], select: str, *args: object, entry: Entry) -> list[Shape]:
    """The rows of a SELECT and the audit row that says they were read: both or neither.

    One statement on PostgreSQL, one transaction on SQLite, which writes in no common table expression.
    """
    if database.POSTGRES:
        return await database.rows(shape, f"WITH audited AS ({INSERT}) {select}", *entry.row(), *args)
    async with transaction():
        await record(entry)
        return await database.rows(shape, select, *args)
