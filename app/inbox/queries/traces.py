"""The audit row of a resident who reads their own."""

from datetime import datetime
from uuid import UUID

from app.audit.actions import Entry
from app.sessions.principals import Resident


def by(
    resident: Resident, action: str, now: datetime, *, kind: str | None = None, id: UUID | None = None
) -> Entry:
    return Entry(
        action=action, at=now, actor_kind="resident", actor_id=resident.id, resident_id=resident.id,
        object_kind=kind, object_id=str(id) if id else None,
    )  # fmt: skip
