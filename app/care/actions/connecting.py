"""Connecting care: providers, clinics and care systems."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns import Column

from app import vault
from app.care.actions.trace import audited
from app.care.rules import (
    EVERYTHING,
    Admission,
    AlreadyRegistered,
    Contact,
    Mandate,
    UnknownCareSystem,
    UnknownRegion,
    ensure_contacts,
    ensure_forwards,
    ensure_hsa_id,
    ensure_kind,
    ensure_not_private_dentist,
    ensure_organisation_number,
    ensure_own_clinics,
)
from app.care.tables import CareProvider, CareSystem, Clinic, ContactPerson, Region
from app.database import in_transaction, uuid7
from app.vault import Place


@in_transaction
async def register_provider(
    name: str,
    *,
    organisation_number: str,
    kind: str,
    now: datetime,
    mandate: Mandate | None = None,
    hsa_id: str | None = None,
) -> UUID:
    """It may send once it has the mandate that its kind needs.

    Raises `NotAnOrganisationNumber`, `NotAnHsaId`, `AlreadyRegistered`, `PrivateDentist` or what `commission`
    raises.
    """
    number = ensure_organisation_number(organisation_number)
    ensure_not_private_dentist(kind)
    if await CareProvider.exists().where(CareProvider.organisation_number == number):
        raise AlreadyRegistered
    provider = CareProvider(id=uuid7(), name=name, organisation_number=number, created_at=now)
    await CareProvider.insert(provider)
    await audited("care-provider.registered", provider.id, now=now)
    await commission(provider.id, kind=kind, mandate=mandate, now=now)
    if hsa_id is not None:
        await name_in_hsa(provider.id, hsa_id=hsa_id, now=now)
    return provider.id


@in_transaction
async def commission(provider_id: UUID, *, kind: str, mandate: Mandate | None, now: datetime) -> None:
    """What kind it is and by which mandate it sends, in the place of what was said before.

    One that turns out to be a private dentist is stopped so; what it has sent stays.
    Raises `UnknownKind`, `UnknownRegion` or `MandateBackwards`.
    """
    region, begins_at, ends_at = mandate or (None, None, None)
    if mandate:
        ensure_forwards(mandate)
        await ensure_region(mandate.region_code)
    await CareProvider.update(
        {
            CareProvider.kind: ensure_kind(kind),
            CareProvider.mandate_region: region,
            CareProvider.mandate_from: begins_at,
            CareProvider.mandate_until: ends_at,
        }
    ).where(CareProvider.id == provider_id)
    await audited("care-provider.commissioned", provider_id, now=now)


@in_transaction
async def name_in_hsa(provider_id: UUID, *, hsa_id: str, now: datetime) -> None:
    """The HSA-id by which staff's assignments name it. Raises `NotAnHsaId` or `AlreadyRegistered`."""
    key = ensure_hsa_id(hsa_id)
    others = CareProvider.exists().where(CareProvider.hsa_id == key, CareProvider.id != provider_id)
    if await others:
        raise AlreadyRegistered
    await CareProvider.update({CareProvider.hsa_id: key}).where(CareProvider.id == provider_id)
    await audited("care-provider.named-in-hsa", provider_id, now=now)


@in_transaction
async def open_clinic(
    provider_id: UUID,
    *,
    hsa_id: str,
    name: str,
    region_code: str,
    address: str,
    phone: str,
    hours: str,
    now: datetime,
) -> UUID:
    """Raises `NotAnHsaId`, `UnknownRegion` or `AlreadyRegistered`."""
    key = ensure_hsa_id(hsa_id)
    await ensure_region(region_code)
    if await Clinic.exists().where(Clinic.hsa_id == key):
        raise AlreadyRegistered
    clinic = Clinic(
        id=uuid7(), provider=provider_id, region=region_code, hsa_id=key, name=name,
        address=address, phone=phone, hours=hours, created_at=now,
    )  # fmt: skip
    await Clinic.insert(clinic)
    await audited("clinic.opened", clinic.id, now=now)
    return clinic.id


@in_transaction
async def register_care_system(
    provider_id: UUID,
    *,
    name: str,
    client_id: str,
    secret_hash: str,
    contacts: Sequence[Contact],
    now: datetime,
    admission: Admission = EVERYTHING,
) -> UUID:
    """It cannot send before it is approved. Raises `NoContactPerson` or `OthersClinic`."""
    ensure_contacts(contacts)
    clinics = await _own_clinics(provider_id, admission.clinics)
    system = CareSystem(
        id=uuid7(),
        provider=provider_id,
        name=name,
        client_id=client_id,
        secret_hash=secret_hash,
        test=admission.test,
        scopes=" ".join(admission.scopes) if admission.scopes else None,
        clinics=clinics,
        agent=admission.agent_id,
        created_at=now,
    )
    await CareSystem.insert(system)
    await ContactPerson.insert(*(_sealed(contact, system.id, provider_id, now) for contact in contacts))
    await audited("care-system.registered", system.id, now=now)
    return system.id


@in_transaction
async def approve_care_system(client_id: str, *, now: datetime) -> None:
    """Raises `UnknownCareSystem`."""
    await _update(client_id, "care-system.approved", {CareSystem.approved_at: now}, now=now)


@in_transaction
async def rotate_care_system(
    client_id: str, *, secret_hash: str, keep_old_until: datetime, now: datetime
) -> None:
    """The old secret goes on working until `keep_old_until`, so that no sender stands still."""
    old = await CareSystem.select(CareSystem.secret_hash).where(CareSystem.client_id == client_id).first()
    changes: dict[Column | str, Any] = {
        CareSystem.secret_hash: secret_hash,
        CareSystem.previous_secret_hash: old["secret_hash"] if old else None,
        CareSystem.previous_until: keep_old_until,
    }
    await _update(client_id, "care-system.rotated", changes, now=now)


async def _own_clinics(provider_id: UUID, asked: Sequence[str] | None) -> str | None:
    if asked is None:
        return None
    hsa_ids = sorted({ensure_hsa_id(hsa_id) for hsa_id in asked})
    own = await Clinic.select(Clinic.hsa_id).where(Clinic.provider == provider_id)
    ensure_own_clinics(hsa_ids, {clinic["hsa_id"] for clinic in own})
    return " ".join(hsa_ids)


def _sealed(contact: Contact, system_id: UUID, provider_id: UUID, now: datetime) -> ContactPerson:
    id, key = uuid7(), vault.new_key()
    place = Place(str(provider_id), "contact_persons", "details_sealed", id)
    return ContactPerson(
        id=id,
        care_system=system_id,
        key_wrapped=vault.wrap(key, place._replace(column="key_wrapped")),
        details_sealed=vault.seal(msgspec.json.encode(contact), key, place),
        created_at=now,
    )


async def _update(client_id: str, action: str, changes: dict[Column | str, Any], *, now: datetime) -> None:
    updated = (
        await CareSystem.update(changes).where(CareSystem.client_id == client_id).returning(CareSystem.id)
    )
    if not updated:
        raise UnknownCareSystem
    await audited(action, updated[0]["id"], now=now)


async def ensure_region(code: str) -> None:
    if not await Region.exists().where(Region.code == code):
        raise UnknownRegion
