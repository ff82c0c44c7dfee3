"""Booking, moving and cancelling for a resident: the clinic's own summonses only, as whoever is signed in."""

from datetime import datetime
from uuid import UUID

from app.database import in_transaction
from app.language import DEFAULT, LANGUAGES, Language
from app.sessions.principals import Clinician
from app.summons import actions as summons
from app.summons.queries import Case, clinic_case


@in_transaction
async def book(summons_id: UUID, *, clinician: Clinician, slot_id: UUID, now: datetime) -> None:
    """Raises `Missing`, `BookingNotAllowed` when a time is booked already, or why the slot cannot be had."""
    case = await clinic_case(clinician.clinic_id, summons_id)
    await summons.book(
        summons_id,
        resident_id=case.summons.resident_id,
        slot_id=slot_id,
        accepted=False,
        by=clinician.actor,
        language=_language(case),
        now=now,
    )


@in_transaction
async def move(
    summons_id: UUID, *, clinician: Clinician, slot_id: UUID, seen: str, keep_old: bool, now: datetime
) -> None:
    """`keep_old`: others may book the old time. Raises `Missing` and what `booking.rebook` does."""
    case = await clinic_case(clinician.clinic_id, summons_id)
    await summons.rebook(
        summons_id,
        resident_id=case.summons.resident_id,
        slot_id=slot_id,
        seen=seen,
        accepted=False,
        by=clinician.actor,
        language=_language(case),
        now=now,
        keep_old=keep_old,
    )


@in_transaction
async def cancel(
    summons_id: UUID, *, clinician: Clinician, seen: str, keep_slot: bool, now: datetime
) -> None:
    """`keep_slot`: others may book the time. Raises `Missing` and what `booking.cancel` does."""
    case = await clinic_case(clinician.clinic_id, summons_id)
    await summons.cancel(
        summons_id,
        resident_id=case.summons.resident_id,
        seen=seen,
        by=clinician.actor,
        language=_language(case),
        now=now,
        keep_slot=keep_slot,
    )


def _language(case: Case) -> Language:
    """The summons' own, where we have words in it: what the clinician reads says nothing of the resident."""
    written = case.details().language
    return next((known for known in LANGUAGES if known == written), DEFAULT)
