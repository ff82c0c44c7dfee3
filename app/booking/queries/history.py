"""Who did what with an appointment."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.booking.sealed import open_reason
from app.database import places, rows


class Step(NamedTuple):
    """`actor_kind` is resident, guardian, clinician or care-system; the times are the slots' own."""

    id: UUID
    appointment_id: UUID
    at: datetime
    action: str
    actor_kind: str
    actor_id: UUID
    assignment: str | None
    from_slot: UUID | None
    from_starts_at: datetime | None
    to_slot: UUID | None
    to_starts_at: datetime | None
    reason: str


class LastStep(NamedTuple):
    """One of a thing's steps, most often the latest: what is now, and by whom."""

    link_id: UUID
    at: datetime
    action: str
    actor_kind: str


class _StepRow(NamedTuple):
    id: UUID
    appointment_id: UUID
    at: datetime
    action: str
    actor_kind: str
    actor_id: UUID
    assignment: str | None
    from_slot: UUID | None
    from_starts_at: datetime | None
    to_slot: UUID | None
    to_starts_at: datetime | None
    provider_id: UUID
    key_wrapped: bytes | None
    reason_sealed: bytes | None


HISTORY = (
    "SELECT e.id, e.appointment AS appointment_id, e.at, e.action, e.actor_kind, e.actor_id, e.assignment,"
    " e.from_slot, f.starts_at AS from_starts_at, e.to_slot, t.starts_at AS to_starts_at,"
    " a.provider_id, e.key_wrapped, e.reason_sealed"
    " FROM appointment_events e JOIN appointments a ON a.id = e.appointment"
    " LEFT JOIN slots f ON f.id = e.from_slot LEFT JOIN slots t ON t.id = e.to_slot"
    " WHERE a.link_id = {} ORDER BY e.at, e.id"
)
STEPS = (
    "SELECT a.link_id, e.at, e.action, e.actor_kind FROM appointment_events e"
    " JOIN appointments a ON a.id = e.appointment WHERE a.link_id IN (%s) ORDER BY e.at, e.id"
)


async def history_of(link_id: UUID) -> list[Step]:
    """Of all appointments that came of one thing, oldest first. The caller has seen to whose they are."""
    return [_step(row) for row in await rows(_StepRow, HISTORY, link_id)]


async def steps_of(link_ids: Sequence[UUID]) -> list[LastStep]:
    """All that was done, oldest first, of each thing. The caller has seen to whose they are."""
    if not link_ids:
        return []
    return await rows(LastStep, STEPS % places(link_ids), *link_ids)


async def last_steps(link_ids: Sequence[UUID]) -> dict[UUID, LastStep]:
    """By what the appointments came of. The caller has seen to whose they are."""
    return {step.link_id: step for step in await steps_of(link_ids)}


def _step(row: _StepRow) -> Step:
    reason = open_reason(row.key_wrapped, row.reason_sealed, provider_id=row.provider_id, event_id=row.id)
    return Step(*row[:11], reason)
