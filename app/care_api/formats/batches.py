"""A batch as its care system sees it, and its result, a line for each row."""

from datetime import UTC, datetime
from uuid import UUID

from msgspec import Struct

from app.care_api.queries import BatchStanding
from app.care_api.rules.batches import State, state_of


class Batch(Struct, frozen=True, omit_defaults=True):
    """`accepted` and `refused` count the rows that are done; in the end they are all that were `received`."""

    id: UUID
    state: State
    dry_run: bool
    received: int
    accepted: int
    refused: int
    received_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


def read_batch(standing: BatchStanding) -> Batch:
    return Batch(
        id=standing.id,
        state=state_of(started_at=standing.started_at, finished_at=standing.finished_at),
        dry_run=bool(standing.dry_run),
        received=standing.received,
        accepted=standing.accepted,
        refused=standing.refused,
        received_at=standing.received_at.astimezone(UTC),
        started_at=standing.started_at.astimezone(UTC) if standing.started_at else None,
        finished_at=standing.finished_at.astimezone(UTC) if standing.finished_at else None,
    )
