"""Making, approving and renewing a care system's credentials. A secret is shown once and kept as a hash."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.care import actions as care
from app.care.rules import Contact
from app.care_api.gateways.credentials import Secrets, new_client_id, new_secret

OLD_SECRET_LIVES = timedelta(hours=24)


@dataclass(frozen=True)
class Credentials:
    client_id: str
    client_secret: str = field(repr=False)


async def add_care_system(
    provider_id: UUID, *, name: str, contacts: Sequence[Contact], now: datetime
) -> Credentials:
    """It gets no token before it is approved. Raises `NoContactPerson`."""
    made = Credentials(new_client_id(), new_secret())
    secret_hash = await Secrets().hash(made.client_secret)
    await care.register_care_system(
        provider_id, name=name, client_id=made.client_id, secret_hash=secret_hash, contacts=contacts, now=now
    )
    return made


async def approve(client_id: str, now: datetime) -> None:
    """Raises `UnknownCareSystem`."""
    await care.approve_care_system(client_id, now=now)


async def rotate(client_id: str, now: datetime) -> Credentials:
    """A new secret; the old one works for 24 hours more. Raises `UnknownCareSystem`."""
    made = Credentials(client_id, new_secret())
    secret_hash = await Secrets().hash(made.client_secret)
    await care.rotate_care_system(
        client_id, secret_hash=secret_hash, keep_old_until=now + OLD_SECRET_LIVES, now=now
    )
    return made
