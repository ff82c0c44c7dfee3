"""The audit row of what an operator does about care."""

from datetime import datetime
from uuid import UUID

from app.audit.actions import Entry, record


async def audited(action: str, id: UUID, *, now: datetime) -> None:
    kind = action.partition(".")[0]
    await record(Entry(action=action, at=now, actor_kind="operator", object_kind=kind, object_id=str(id)))
