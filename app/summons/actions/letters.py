"""A care system takes back or corrects a letter, whatever it is about; a summons follows its own letter."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.booking import actions as booking
from app.database import in_transaction, run
from app.inbox import actions as inbox
from app.inbox.actions import Corrected, Withdrawn, Wording
from app.sessions.principals import CareSystem
from app.summons.queries import Case, case_of_letter
from app.summons.rules import ensure_withdrawable
from app.summons.sealed import seal_details

RESEAL = "UPDATE summonses SET key_wrapped = {}, details_sealed = {} WHERE id = {}"


@in_transaction
async def withdraw(message_id: UUID, *, reason: str, care_system: CareSystem, now: datetime) -> Withdrawn:
    """Of a summons nothing can be answered then. Raises `VisitBooked` and what `inbox.withdraw` does."""
    if case := await _held(message_id, care_system):
        visit = case.visit
        ensure_withdrawable(ends_at=visit.ends_at if visit and visit.live else None, now=now)
    return await inbox.withdraw(message_id, reason=reason, care_system=care_system, now=now)


@in_transaction
async def correct(message_id: UUID, *, wording: Wording, care_system: CareSystem, now: datetime) -> Corrected:
    """What the letter says, never the time or its conditions. Raises what `inbox.correct` does."""
    case = await _held(message_id, care_system)
    corrected = await inbox.correct(message_id, wording=wording, care_system=care_system, now=now)
    if case:
        await _say(case, wording)
    return corrected


async def _held(message_id: UUID, care_system: CareSystem) -> Case | None:
    """The summons that this is the letter of, while nobody else changes it; None for any other letter.

    One that waits is asked for first: whoever is just sending it is waited for, and then it is there.
    """
    if await inbox.locked_waiting(message_id, care_system):
        return None
    case = await case_of_letter(care_system.provider_id, message_id)
    if case is None:
        return None
    await booking.lock(case.summons.resident_id)
    return await case_of_letter(care_system.provider_id, message_id)


async def _say(case: Case, wording: Wording) -> None:
    details = msgspec.structs.replace(
        case.details(),
        subject=wording.subject,
        language=wording.language,
        contact_name=wording.contact_name,
        contact_phone=wording.contact_phone,
        contact_hours=wording.contact_hours,
    )
    summons = case.summons
    sealed = seal_details(details, provider_id=summons.provider_id, summons_id=summons.id)
    await run(RESEAL, *sealed, summons.id)
