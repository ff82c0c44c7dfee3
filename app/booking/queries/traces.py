"""Whom a time is about, for the audit of denials and not for pages."""

from uuid import UUID

from app.database import rows
from app.inbox.queries import Whose

APPOINTMENT = (
    "SELECT a.resident AS resident_id, c.hsa_id AS care_unit"
    " FROM appointments a JOIN clinics c ON c.id = a.clinic WHERE a.id = {}"
)
# Nobody's, whoever has it just now: the appointment says whose.
SLOT = (
    "SELECT NULL AS resident_id, c.hsa_id AS care_unit"
    " FROM slots s JOIN clinics c ON c.id = s.clinic WHERE s.id = {}"
)


async def whose(kind: str, id: UUID) -> Whose | None:
    """Of an appointment or a slot."""
    sql = {"appointment": APPOINTMENT, "slot": SLOT}.get(kind)
    found = await rows(Whose, sql, id) if sql else []
    return found[0] if found else None
