"""Who a token stands for, which clinic it may speak for, and what it may know of a summons."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.booking import queries as booking
from app.booking.queries import Step, TimeType, history_of
from app.care import queries as care
from app.care.queries import Clinic
from app.care_api.gateways.tokens import Claims
from app.care_api.rules.refusals import ClinicOfAnotherProvider, ClinicUnknown, TokenInvalid
from app.care_api.rules.slots import TimeTypeUnknown
from app.database import transaction
from app.errors import Missing
from app.sessions.principals import CareSystem
from app.summons.queries import Case, sent_case


class Followed(NamedTuple):
    """A summons, and who did what with the visits that came of it, oldest first."""

    case: Case
    steps: list[Step]


async def care_system_for(claims: Claims) -> CareSystem:
    """Asked at every request, so that an approval taken back counts at once. Raises `TokenInvalid`."""
    known = await care.care_system_by_client_id(claims.client_id)
    if known is None or known.approved_at is None or known.id != claims.care_system_id:
        raise TokenInvalid
    return CareSystem(id=known.id, provider_id=known.provider_id, name=known.name, scopes=claims.scopes)


async def clinic_for(provider_id: UUID, hsa_id: str) -> Clinic:
    """Raises `ClinicUnknown` or `ClinicOfAnotherProvider`; HSA-ids are public, so these may differ."""
    try:
        clinic = await care.clinic_by_hsa(hsa_id)
    except Missing:
        raise ClinicUnknown from None
    if clinic.provider_id != provider_id:
        raise ClinicOfAnotherProvider
    return clinic


async def time_type_for(clinic: Clinic, code: str) -> TimeType:
    """Raises `TimeTypeUnknown`."""
    try:
        return await booking.time_type_by_code(clinic.id, code)
    except Missing:
        raise TimeTypeUnknown from None


async def summons_for(care_system: CareSystem, summons_id: UUID, *, now: datetime) -> Followed:
    """For the care systems of the provider that sent it. Raises `Missing`."""
    async with transaction():
        case = await sent_case(care_system.provider_id, summons_id)
        entry = Entry(
            action="summons.status-read", at=now, actor_kind="care-system", actor_id=care_system.id,
            resident_id=case.summons.resident_id, care_unit=case.summons.clinic_hsa_id,
            object_kind="summons", object_id=str(summons_id),
        )  # fmt: skip
        await record(entry)
        return Followed(case, await history_of(summons_id))
