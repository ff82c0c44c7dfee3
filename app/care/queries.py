"""Asking about providers, clinics and care systems."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.care.rules import Hours, hsa_key
from app.database import rows
from app.errors import Missing


class Provider(NamedTuple):
    id: UUID
    name: str
    organisation_number: str


class Clinic(NamedTuple):
    """A care unit, and what says whether its provider may send."""

    id: UUID
    provider_id: UUID
    provider_name: str
    hsa_id: str
    name: str
    region_code: str
    address: str
    phone: str
    hours: str
    provider_kind: str | None
    mandate_from: datetime | None
    mandate_until: datetime | None


class CareSystemRecord(NamedTuple):
    """A care system with what its credentials are checked against."""

    id: UUID
    provider_id: UUID
    provider_name: str
    name: str
    client_id: str
    secret_hash: str
    previous_secret_hash: str | None
    previous_until: datetime | None
    approved_at: datetime | None
    test: bool
    scopes: str | None
    clinics: str | None
    agent_id: UUID | None
    agent_name: str | None


class Key(NamedTuple):
    """A public key of a care system. `jwk` is JSON."""

    id: UUID
    kid: str
    algorithm: str
    jwk: str
    created_at: datetime
    last_used_at: datetime | None


class Agent(NamedTuple):
    id: UUID
    name: str
    organisation_number: str


class Approval(NamedTuple):
    """That something may go to many in a region, until it ends."""

    id: UUID
    provider_name: str
    region_code: str
    approved_by: str
    scope: str
    approved_at: datetime
    ends_at: datetime


class _Name(NamedTuple):
    name: str


class _Found(NamedTuple):
    found: int


async def providers() -> list[Provider]:
    return await rows(Provider, "SELECT id, name, organisation_number FROM care_providers ORDER BY name, id")


async def provider_by_number(organisation_number: str) -> Provider:
    """Raises `Missing`."""
    found = await rows(
        Provider,
        "SELECT id, name, organisation_number FROM care_providers WHERE organisation_number = {}",
        organisation_number,
    )
    if not found:
        raise Missing("care provider", organisation_number)
    return found[0]


async def clinic_by_hsa(hsa_id: str) -> Clinic:
    """HSA-ids are compared without case (TKB1, TKB2). Raises `Missing`."""
    found = await rows(
        Clinic,
        "SELECT c.id, c.provider AS provider_id, p.name AS provider_name, c.hsa_id, c.name,"
        " c.region AS region_code, c.address, c.phone, c.hours,"
        " p.kind AS provider_kind, p.mandate_from, p.mandate_until"
        " FROM clinics c JOIN care_providers p ON p.id = c.provider WHERE c.hsa_id = {}",
        hsa_key(hsa_id),
    )
    if not found:
        raise Missing("clinic", hsa_id)
    return found[0]


async def phone_hours_of(clinic_id: UUID) -> list[Hours]:
    """When the clinic's phone is answered, by weekday; nothing where nobody has said so."""
    return await rows(
        Hours,
        "SELECT weekday, opens, closes FROM phone_hours WHERE clinic = {} ORDER BY weekday, opens",
        clinic_id,
    )


async def care_system_by_client_id(client_id: str) -> CareSystemRecord | None:
    found = await rows(CareSystemRecord, f"{CARE_SYSTEM} WHERE s.client_id = {{}}", client_id)
    return found[0] if found else None


async def care_system(care_system_id: UUID) -> CareSystemRecord | None:
    found = await rows(CareSystemRecord, f"{CARE_SYSTEM} WHERE s.id = {{}}", care_system_id)
    return found[0] if found else None


async def keys_of(care_system_id: UUID) -> list[Key]:
    """The oldest first."""
    return await rows(
        Key,
        "SELECT id, kid, algorithm, jwk, created_at, last_used_at FROM care_system_keys"
        " WHERE care_system = {} ORDER BY created_at, id",
        care_system_id,
    )


async def agent_by_number(organisation_number: str) -> Agent:
    """Raises `Missing`."""
    found = await rows(
        Agent,
        "SELECT id, name, organisation_number FROM connection_agents WHERE organisation_number = {}",
        organisation_number,
    )
    if not found:
        raise Missing("connection agent", organisation_number)
    return found[0]


async def agent_name_of(care_system_id: UUID) -> str:
    """Whose it is; "" for a provider's own."""
    found = await rows(
        _Name,
        "SELECT a.name FROM care_systems s JOIN connection_agents a ON a.id = s.agent WHERE s.id = {}",
        care_system_id,
    )
    return found[0].name if found else ""


async def has_mandate(agent_id: UUID, provider_id: UUID, *, now: datetime) -> bool:
    """Whether the agent may send for the provider at this instant."""
    found = await rows(
        _Found,
        "SELECT 1 AS found FROM agent_mandates WHERE agent = {} AND provider = {} AND begins_at <= {}"
        " AND (ends_at IS NULL OR ends_at > {}) LIMIT 1",
        agent_id, provider_id, now, now,
    )  # fmt: skip
    return bool(found)


CARE_SYSTEM = (
    "SELECT s.id, s.provider AS provider_id, p.name AS provider_name, s.name, s.client_id, s.secret_hash,"
    " s.previous_secret_hash, s.previous_until, s.approved_at, s.test, s.scopes, s.clinics,"
    " a.id AS agent_id, a.name AS agent_name"
    " FROM care_systems s JOIN care_providers p ON p.id = s.provider"
    " LEFT JOIN connection_agents a ON a.id = s.agent"
)


APPROVAL = (
    "SELECT a.id, p.name AS provider_name, a.region AS region_code, a.approved_by, a.scope, a.approved_at,"
    " a.ends_at FROM approvals a JOIN care_providers p ON p.id = a.provider"
)


async def approval_for(provider_id: UUID, approval_id: UUID) -> Approval:
    """The provider's own. Raises `Missing`."""
    found = await rows(
        Approval, f"{APPROVAL} WHERE a.provider = {{}} AND a.id = {{}}", provider_id, approval_id
    )
    if not found:
        raise Missing("approval", approval_id)
    return found[0]


async def approvals() -> list[Approval]:
    """All there have been, the one that ends last first."""
    return await rows(Approval, f"{APPROVAL} ORDER BY a.ends_at DESC, a.id")
