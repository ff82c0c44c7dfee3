"""What an operator sees of the outbox."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.database import rows

DUE = "FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= {}"
RETRIED = "FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND attempts > 0 AND run_at > {}"


class DeadLetter(NamedTuple):
    """A job that was given up. `last_error` is the kind of its last fault."""

    id: UUID
    kind: str
    attempts: int
    last_error: str | None
    created_at: datetime
    dead_at: datetime


class DeadInLane(NamedTuple):
    """A dead letter to somebody, with what it was to say."""

    id: UUID
    payload: str
    attempts: int
    last_error: str | None
    dead_at: datetime


class Waiting(NamedTuple):
    """What is not done yet: how many, and since when there is any."""

    jobs: int
    oldest: datetime | None


async def dead_letters() -> list[DeadLetter]:
    """The oldest first."""
    return await rows(
        DeadLetter,
        "SELECT id, kind, attempts, last_error, created_at, dead_at FROM outbox"
        " WHERE dead_at IS NOT NULL ORDER BY dead_at, id",
    )


async def dead_in_lane(lane: UUID, *, kind: str, after: UUID | None, most: int) -> list[DeadInLane]:
    """The oldest first, after the one with that id."""
    return await rows(
        DeadInLane,
        "SELECT id, payload, attempts, last_error, dead_at FROM outbox"
        " WHERE lane = {} AND kind = {} AND dead_at IS NOT NULL AND id > {} ORDER BY id LIMIT {}",
        lane, kind, after or UUID(int=0), most,
    )  # fmt: skip


async def waiting(*, now: datetime) -> Waiting:
    """What should have run; `oldest` is since when. Long ago means that no worker runs."""
    [counted] = await rows(_Count, f"SELECT count(*) AS jobs {DUE}", now)
    first = await rows(_Due, f"SELECT run_at {DUE} ORDER BY run_at LIMIT 1", now)
    return Waiting(counted.jobs, first[0].run_at if first else None)


async def retried(*, now: datetime) -> Waiting:
    """What has failed and waits for another try; `oldest` is when the oldest of it was put."""
    [counted] = await rows(_Count, f"SELECT count(*) AS jobs {RETRIED}", now)
    first = await rows(_Put, f"SELECT created_at {RETRIED} ORDER BY created_at LIMIT 1", now)
    return Waiting(counted.jobs, first[0].created_at if first else None)


class _Count(NamedTuple):
    jobs: int


class _Due(NamedTuple):
    run_at: datetime


class _Put(NamedTuple):
    created_at: datetime
