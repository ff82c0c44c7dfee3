"""What was booked in the clinic's own booking, as its care system tells it."""

from datetime import datetime
from uuid import UUID

from app.booking import actions as booking
from app.booking.rules import NewSlot, NothingBooked
from app.care.queries import clinic_by_hsa
from app.database import in_transaction
from app.inbox.rules import AlreadyWithdrawn
from app.language import Language
from app.sessions.principals import CareSystem
from app.summons.actions.answers import errand_of, locked
from app.summons.actions.receipts import acknowledge
from app.summons.queries import case_for
from app.summons.rules import BOOKED, REBOOKED, BookedHere, SummonsClosed


@in_transaction
async def report(
    summons_id: UUID,
    time: NewSlot,
    *,
    resident_id: UUID,
    seen: str | None,
    care_system: CareSystem,
    language: Language,
    now: datetime,
) -> None:
    """A time is booked, or with `seen` the one that was seen has another time now.

    Raises `BookedHere`, `AlreadyWithdrawn`, `SummonsClosed`, what `booking.book` and `booking.rebook` raise,
    or `NothingBooked`.
    """
    case = await locked(resident_id, summons_id)
    if not case.is_external:
        raise BookedHere
    if case.summons.withdrawn_at is not None:
        raise AlreadyWithdrawn
    if case.is_closed:
        raise SummonsClosed
    clinic = await clinic_by_hsa(case.summons.clinic_hsa_id)
    time_type = await booking.time_type_elsewhere(clinic, test=care_system.test, now=now)
    [slot_id] = await booking.publish(
        [time], clinic=clinic, time_type=time_type, care_system=care_system, now=now
    )
    by = care_system.actor
    if seen is None:
        await booking.book(await errand_of(case), slot_id=slot_id, by=by, now=now)
    elif case.visit is None:
        raise NothingBooked
    else:
        await booking.rebook(
            case.visit.id, resident_id=resident_id, slot_id=slot_id, seen=seen, by=by, now=now, keep_old=False
        )
    await acknowledge(
        await case_for(resident_id, summons_id),
        BOOKED if seen is None else REBOOKED,
        by=by,
        language=language,
        now=now,
        from_slot_id=case.visit.slot_id if seen and case.visit else None,
    )
