"""Who reads an inbox: the audit's row of it, and what they may not see."""

from datetime import datetime
from uuid import UUID

from app.audit.actions import Entry
from app.sessions.principals import Resident


def by(
    resident: Resident, action: str, now: datetime, *, kind: str | None = None, id: UUID | None = None
) -> Entry:
    return Entry(
        action=action, at=now, actor_kind=resident.actor.kind, actor_id=resident.id,
        resident_id=resident.inbox_of,
        object_kind=kind, object_id=str(id) if id else None,
    )  # fmt: skip


def seen_by(resident: Resident, message: str = "messages") -> str:
    """Ends a condition on messages: a guardian sees none that are hidden from guardians (OSL 12 kap. 3 §)."""
    return f" AND NOT {message}.hidden_from_guardians" if resident.acting_for else ""
