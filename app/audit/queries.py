"""Reading the audit."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.database import rows


class Access(NamedTuple):
    """One row as an extract shows it: when, who, what, from which care unit (PDL 8 kap. 5 §)."""

    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    outcome: str
    care_unit: str | None
    object_kind: str | None
    object_id: str | None
    basis: str | None


async def accesses_to(resident_id: UUID) -> list[Access]:
    """Everything done with one resident's things, newest first."""
    return await rows(
        Access,
        "SELECT at, actor_kind, actor_id, action, outcome, care_unit, object_kind, object_id, basis"
        " FROM audit WHERE resident_id = {} ORDER BY at DESC, id DESC",
        resident_id,
    )


async def denials() -> list[Access]:
    """Every refused access, newest first: what an operator looks through in the recurring checks."""
    return await rows(
        Access,
        "SELECT at, actor_kind, actor_id, action, outcome, care_unit, object_kind, object_id, basis"
        " FROM audit WHERE outcome = 'denied' ORDER BY at DESC, id DESC",
    )
