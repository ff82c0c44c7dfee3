"""Who a token stands for, and which clinic a letter may come from."""

from uuid import UUID

from app.care import queries as care
from app.care.queries import Clinic
from app.care_api.gateways.tokens import Claims
from app.care_api.rules.refusals import ClinicOfAnotherProvider, ClinicUnknown, TokenInvalid
from app.errors import Missing
from app.sessions.principals import CareSystem


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
