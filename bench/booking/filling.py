"""Fills a database by the actions people cause:  python -m bench.booking.filling REQUESTS

Every resident has an open summons that a cancellation opens anew, to times of one hidden time type. The first
lines are the times' ids.
"""

from datetime import datetime, timedelta

from app.body import plain
from app.booking import actions as booking
from app.booking.actions import NewSlot
from app.booking.queries import time_type_by_code
from app.booking.rules import Policy
from app.database import in_transaction
from app.summons import actions as summons
from app.summons.rules import REOPENED
from app.summons.sealed import Details
from bench.booking import CASES, CLAIMANTS
from bench.people import Care, a_letter, a_resident, fill, signed_in

CODE = "besok"
POLICY = Policy(cut_off_hours=24, cancel_allowed=True, rebook_allowed=True, reason_allowed=True)
BODY = plain.read("Välkommen till oss. Ta med legitimation och kom tio minuter före.")


@in_transaction
async def _resident(number: int, care: Care, now: datetime) -> list[str]:
    times = [] if number else await _times(care, now)
    resident = await a_resident(number, now=now)
    time_type = await time_type_by_code(care.clinics[0].id, CODE)
    letter = a_letter(resident, care.clinics[0], "Kallelse till besök", BODY)
    new = summons.NewSummons(
        letter=letter,
        time_type_id=time_type.id,
        slot_id=None,
        book_by=None,
        after_cancellation=REOPENED,
        policy=POLICY,
        details=Details(
            subject=letter.subject,
            language="sv",
            contact_name=letter.contact_name,
            contact_phone=letter.contact_phone,
            contact_hours=letter.contact_hours,
        ),
    )
    sent = await summons.send(new, care_system=care.system, now=now)
    return [*times, f"/kallelser/{sent.id} {await signed_in(resident, now=now)}"]


async def _times(care: Care, now: datetime) -> list[str]:
    """On different days, so that nobody is in two places at once."""
    clinic, by = care.clinics[0], care.system
    await booking.describe_time_type(clinic, code=CODE, name="Besök", hidden=True, care_system=by, now=now)
    starts = [now + timedelta(days=30 + number) for number in range(max(CASES))]
    new = [NewSlot(starts_at=start, ends_at=start + timedelta(minutes=30)) for start in starts]
    time_type = await time_type_by_code(clinic.id, CODE)
    ids = await booking.publish(new, clinic=clinic, time_type=time_type, care_system=by, now=now)
    return [str(id) for id in ids]


if __name__ == "__main__":
    fill(CLAIMANTS, _resident)
