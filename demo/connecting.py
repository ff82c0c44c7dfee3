"""Care providers and their care systems, registered and approved before the first letter."""

from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher

from app.care import actions as care
from app.care.queries import provider_by_number
from app.care.rules import Admission, Contact, Mandate, PublicKey, read_phone_hours
from app.care_api.actions import credentials
from app.care_api.actions.credentials import Credentials
from app.care_api.gateways.credentials import Secrets, new_client_id, new_secret
from app.language import day_begins
from demo.story import Clinic, Provider

# Weeks pass in seconds and tokens last ten minutes, so every letter needs a new one: at full strength the
# filling would wait half a minute for argon2. These secrets are thrown away when the filling is done.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def connect(provider: Provider, *, now: datetime) -> Credentials:
    """Credentials for the filling only; `credentials.rotate` gives those that stay."""
    id = await care.register_provider(
        provider.name,
        organisation_number=provider.organisation_number,
        hsa_id=provider.hsa_id,
        kind=provider.kind,
        mandate=_mandate(provider),
        now=now,
    )
    for clinic in provider.clinic:
        await _open_clinic(id, clinic, now=now)
    made = Credentials(new_client_id(), new_secret())
    contact = provider.care_system.contact
    await care.register_care_system(
        id,
        name=provider.care_system.name,
        client_id=made.client_id,
        secret_hash=await Secrets(QUICK).hash(made.client_secret),
        contacts=[Contact(contact.name, contact.email, contact.phone)],
        now=now,
    )
    await care.approve_care_system(made.client_id, now=now)
    return made


async def connect_tests(provider: Provider, key: PublicKey, *, now: datetime) -> Credentials:
    """Test credentials for a provider that is here, approved; with them come the made-up recipients."""
    contact = provider.care_system.contact
    known = await provider_by_number(provider.organisation_number)
    made = await credentials.add_care_system(
        known.id,
        name=f"{provider.care_system.name} (prov)",
        contacts=[Contact(contact.name, contact.email, contact.phone)],
        admission=Admission(test=True),
        keys=[key],
        now=now,
    )
    await credentials.approve(made.client_id, now)
    return made


def _mandate(provider: Provider) -> Mandate | None:
    given = provider.mandate
    return Mandate(given.region, day_begins(given.begins)) if given else None


async def _open_clinic(provider_id: UUID, clinic: Clinic, *, now: datetime) -> None:
    opened = await care.open_clinic(
        provider_id,
        hsa_id=clinic.hsa_id,
        name=clinic.name,
        region_code=clinic.region_code,
        address=clinic.address,
        phone=clinic.phone,
        hours=clinic.hours["sv"],
        now=now,
    )
    await care.set_phone_hours(opened, read_phone_hours(clinic.answers_phone), now=now)
