"""A summons that is accepted and not sent: what its care system may know of it meanwhile."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.database import rows


class ScheduledCase(NamedTuple):
    """`state` is its letter's: it waits, it was called off, or it could not be sent for `reason`."""

    id: UUID
    message_id: UUID
    thread_id: UUID
    resident_id: UUID
    clinic_hsa_id: str
    kind: str
    state: str
    time_type_code: str | None
    book_by: datetime | None
    publish_at: datetime
    reason: str | None
    test: bool


SCHEDULED = (
    "SELECT u.id, m.id AS message_id, m.thread AS thread_id, m.resident AS resident_id,"
    " c.hsa_id AS clinic_hsa_id, u.kind, m.state, t.code AS time_type_code, u.book_by, m.publish_at,"
    " m.reason, r.behaviour IS NOT NULL AS test"
    " FROM scheduled_summonses u JOIN scheduled_messages m ON m.id = u.message"
    " JOIN clinics c ON c.id = m.clinic JOIN residents r ON r.id = m.resident"
    " LEFT JOIN time_types t ON t.id = u.time_type WHERE m.provider_id = {} AND u.id = {}"
)


async def scheduled_case(provider_id: UUID, summons_id: UUID) -> ScheduledCase | None:
    """For the care systems of the provider that sent it; None for one that is sent."""
    found = await rows(ScheduledCase, SCHEDULED, provider_id, summons_id)
    return found[0] if found else None
