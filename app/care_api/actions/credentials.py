"""Making, approving and renewing a care system's credentials. A secret is shown once and kept as a hash."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.care import actions as care
from app.care.rules import EVERYTHING, Admission, Contact, PublicKey
from app.care_api.gateways.credentials import Secrets, new_client_id, new_secret
from app.care_api.rules.scopes import ensure_scopes
from app.database import in_transaction, transaction
from app.errors import Refused
from app.language import lazy as _l
from app.rehearsal.actions import make_recipients

OLD_SECRET_LIVES = timedelta(hours=24)


class NothingToShow(Refused):
    code = "care-system.neither-key-nor-secret"
    sentence = _l("Ett vårdsystem behöver en nyckel eller en hemlighet att visa upp.")


@dataclass(frozen=True)
class Credentials:
    """`client_secret` is "" for a care system that has keys only."""

    client_id: str
    client_secret: str = field(repr=False)


async def add_care_system(
    provider_id: UUID,
    *,
    name: str,
    contacts: Sequence[Contact],
    now: datetime,
    admission: Admission = EVERYTHING,
    keys: Sequence[PublicKey] = (),
    secret: bool = True,
) -> Credentials:
    """It gets no token before it is approved. For a test one there are made-up recipients.

    Raises `ScopeUnknown`, `NothingToShow`, `NumberTaken`, and what `register_care_system` and `add_key` do.
    """
    ensure_scopes(admission.scopes)
    if not keys and not secret:
        raise NothingToShow
    made = Credentials(new_client_id(), new_secret() if secret else "")
    secret_hash = await Secrets().hash(made.client_secret) if secret else ""
    async with transaction():
        await care.register_care_system(
            provider_id,
            name=name,
            client_id=made.client_id,
            secret_hash=secret_hash,
            contacts=contacts,
            admission=admission,
            now=now,
        )
        await add_keys(made.client_id, keys, now)
        if admission.test:
            await make_recipients(now=now)
    return made


@in_transaction
async def add_keys(client_id: str, keys: Sequence[PublicKey], now: datetime) -> None:
    """All of them or none. Raises what `care.add_key` raises."""
    for key in keys:
        await care.add_key(client_id, key, now=now)


async def drop_key(client_id: str, kid: str, now: datetime) -> None:
    """Raises `UnknownCareSystem` or `UnknownKey`."""
    await care.drop_key(client_id, kid, now=now)


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
