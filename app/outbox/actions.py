"""Storing jobs in the transaction that causes them; taking, finishing, burying and replaying them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from app.database import POSTGRES, Insert, id_like, insert, insert_all, places, rows, run, uuid7
from app.outbox.rules import KEPT, LEASE

Payload = Mapping[str, object]

NEW_JOBS = "INSERT INTO outbox (id, kind, payload, run_at, attempts, created_at)"
NEW_IN_LANES = "INSERT INTO outbox (id, kind, lane, payload, run_at, attempts, created_at)"
# One statement takes. MATERIALIZED: the planner must not look for due jobs again in the middle.
TAKE = (
    "WITH due AS MATERIALIZED (SELECT id FROM outbox WHERE done_at IS NULL AND dead_at IS NULL"
    " AND run_at <= {} AND (locked_until IS NULL OR locked_until <= {})%s"
    f" ORDER BY run_at, id LIMIT {{}}{' FOR UPDATE SKIP LOCKED' if POSTGRES else ''})"
    " UPDATE outbox SET lease = {}, locked_until = {}, attempts = attempts + 1"
    " FROM due WHERE outbox.id = due.id RETURNING outbox.id, kind, payload, lane, attempts, lease"
)
NOT_IN = " AND (lane IS NULL OR lane NOT IN (%s))"
# Whoever let the lease run out finds no row here.
_MINE = " WHERE id = {} AND lease = {} AND done_at IS NULL AND dead_at IS NULL RETURNING 1 AS mine"
FINISH = "UPDATE outbox SET done_at = {}, locked_until = NULL" + _MINE
RETRY = "UPDATE outbox SET run_at = {}, last_error = {}, lease = NULL, locked_until = NULL" + _MINE
BURY = "UPDATE outbox SET dead_at = {}, last_error = {}, lease = NULL, locked_until = NULL" + _MINE
PUT_BACK = (
    "UPDATE outbox SET attempts = attempts - 1, lease = NULL, locked_until = NULL"
    " WHERE lease = {} AND done_at IS NULL AND id IN (%s)"
)
FORGET = "DELETE FROM outbox WHERE lane = {} AND kind = {} AND dead_at IS NOT NULL"
REPLAY = "UPDATE outbox SET dead_at = NULL, attempts = 0, run_at = {} WHERE dead_at IS NOT NULL"


class Leased(NamedTuple):
    """A job that is ours for a minute. `attempts` counts this one."""

    id: UUID
    kind: str
    payload: str
    lane: UUID | None
    attempts: int
    lease: UUID


async def put(kind: str, payload: Payload, *, now: datetime, run_at: datetime | None = None) -> UUID:
    """Store a job in the caller's transaction: it exists if and only if what caused it does.

    `payload` holds ids, words of ours and whole numbers only. It runs at `run_at` or soon after, and at least
    once.
    """
    id = uuid7()
    await insert_all([job(kind, payload, now=now, run_at=run_at, id=id)])
    return id


def job(
    kind: str, payload: Payload, *, now: datetime, run_at: datetime | None = None, id: UUID | None = None
) -> Insert:
    """What `put` stores, for whoever stores more with it."""
    text = msgspec.json.encode(payload).decode()
    return Insert(NEW_JOBS, [(id or uuid7(), kind, text, run_at or now, 0, now)])


def jobs(wanted: Sequence[tuple[str, Payload, datetime]], *, now: datetime) -> Insert:
    """Many of them: each its kind, its payload and when it is to be done."""
    rows = [
        (uuid7(), kind, msgspec.json.encode(payload).decode(), run_at, 0, now)
        for kind, payload, run_at in wanted
    ]
    return Insert(NEW_JOBS, rows)


async def put_in_lanes(kind: str, payloads: Sequence[tuple[UUID, Payload]], *, now: datetime) -> None:
    """Jobs that may have to wait for somebody outside, each with that one's id, in one statement."""
    stored = [(lane, msgspec.json.encode(payload).decode()) for lane, payload in payloads]
    await insert(NEW_IN_LANES, [(uuid7(), kind, lane, text, now, 0, now) for lane, text in stored])


def put_of(table: str, kind: str, payload: str) -> str:
    """`put` as a part of a WITH: one job for all of `table`, none when it is empty. For PostgreSQL.

    Its rows have an `id` and one and the same `at`; `payload` is SQL that puts them together.
    """
    return (
        "INSERT INTO outbox (id, kind, payload, run_at, attempts, created_at)"
        f" SELECT {id_like('(array_agg(id))[1]')}, '{kind}', {payload}, at, 0, at FROM {table} GROUP BY at"
    )


async def take(most: int, *, now: datetime, full: Sequence[UUID] = ()) -> list[Leased]:
    """Jobs that are due, the oldest first, none of the `full` lanes: of several workers, one gets each."""
    besides = NOT_IN % ", ".join(["{}"] * len(full)) if full else ""
    return await rows(Leased, TAKE % besides, now, now, *full, most, uuid7(), now + LEASE)


async def finish(job: Leased, *, now: datetime) -> bool:
    """False when the lease had run out and another has the job now."""
    return bool(await run(FINISH, now, job.id, job.lease))


async def retry(job: Leased, *, error: str, run_at: datetime) -> bool:
    """`error` is the kind of the fault, never its message."""
    return bool(await run(RETRY, run_at, error, job.id, job.lease))


async def put_back(jobs: Sequence[Leased]) -> None:
    """Jobs of one `take` that were not begun after all: it counts as no try, and they keep their place."""
    if jobs:
        places = ", ".join(["{}"] * len(jobs))
        await run(PUT_BACK % places, jobs[0].lease, *(job.id for job in jobs))


async def bury(job: Leased, *, error: str, now: datetime) -> bool:
    """A dead letter: nobody tries it again until it is replayed."""
    return bool(await run(BURY, now, error, job.id, job.lease))


async def replay(id: UUID | None, *, now: datetime) -> int:
    """Try a dead letter (all of them without an id) from the start; returns how many there were."""
    if id is None:
        return await run(f"{REPLAY} RETURNING 1 AS replayed", now)
    return await run(f"{REPLAY} AND id = {{}} RETURNING 1 AS replayed", now, id)


async def forget_dead(lane: UUID, kind: str, payloads: Sequence[Payload]) -> int:
    """Dead letters to somebody that say exactly this; returns how many there were."""
    if not payloads:
        return 0
    texts = [msgspec.json.encode(payload).decode() for payload in payloads]
    return await run(f"{FORGET} AND payload IN ({places(texts)}) RETURNING 1 AS gone", lane, kind, *texts)


async def replay_lane(lane: UUID, *, now: datetime) -> int:
    """Try all of somebody's dead letters from the start; returns how many there were."""
    return await run(f"{REPLAY} AND lane = {{}} RETURNING 1 AS replayed", now, lane)


async def sweep(now: datetime) -> int:
    """What was done a day ago is forgotten; dead letters stay until somebody has looked at them."""
    return await run("DELETE FROM outbox WHERE done_at < {} RETURNING 1 AS gone", now - KEPT)
