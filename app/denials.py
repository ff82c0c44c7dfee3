"""What is written when a thing is asked for by its id and not shown: whom it is about, and from where."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.audit.actions import Entry, record
from app.booking import queries as booking
from app.care_api import queries as care
from app.care_api.rules.refusals import CLINIC, OTHERS_CLINIC
from app.errors import Missing
from app.inbox import queries as inbox
from app.inbox.queries import Whose
from app.sessions.principals import Actor
from app.summons import queries as summons

# Whom a thing is about, and from which care unit. The inbox knows of threads and messages.
WHOSE: dict[str, Callable[[UUID], Awaitable[Whose | None]]] = {
    "slot": booking.whose_slot,
    "appointment": booking.whose_visit,
    "summons": summons.whose_summons,
    CLINIC: care.whose_clinic,
    OTHERS_CLINIC: care.whose_clinic,
}


async def denied(
    who: Actor | None, missing: Missing, at: datetime, *, acting_from: str | None = None
) -> None:
    """The row of that, in a transaction of its own; in a batch it stands with what became of the others."""
    if missing.id is None:
        return
    whose = await _whose(missing.kind, missing.id) if isinstance(missing.id, UUID) else None
    entry = Entry(
        action=f"{missing.kind}.denied",
        at=at,
        actor_kind=who.kind if who else "visitor",
        actor_id=who.id if who else None,
        assignment=who.assignment if who else None,
        outcome="denied",
        resident_id=whose.resident_id if whose else None,
        care_unit=acting_from or (whose.care_unit if whose else None),
        object_kind=missing.kind,
        object_id=str(missing.id),
    )
    await record(entry)


async def _whose(kind: str, id: UUID) -> Whose | None:
    ask = WHOSE.get(kind)
    return await ask(id) if ask else await inbox.whose(kind, id)
