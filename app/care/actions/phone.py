"""When a clinic's phone is answered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.care.actions.trace import audited
from app.care.rules import Hours
from app.care.tables import PhoneHours
from app.database import in_transaction, uuid7


@in_transaction
async def set_phone_hours(clinic_id: UUID, hours: Sequence[Hours], *, now: datetime) -> None:
    """When the clinic's phone is answered, in place of what was said before; what residents read stays.

    A letter that waits for the phone is held to them when its time comes.
    """
    await PhoneHours.delete().where(PhoneHours.clinic == clinic_id)
    if hours:
        rows = (PhoneHours(id=uuid7(), clinic=clinic_id, **each._asdict()) for each in hours)
        await PhoneHours.insert(*rows)
    await audited("clinic.phone-hours-set", clinic_id, now=now)
