"""Where a care system wants to be told: one address each, and a secret that we share with it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.callbacks.rules.addresses import ensure_address
from app.callbacks.rules.signing import KEPT_AFTER_ROTATION, new_secret
from app.callbacks.sealed import Holder, Secrets, open_secret, seal_secrets
from app.database import in_transaction, rows, run, uuid7
from app.errors import Missing
from app.sessions.principals import CareSystem

# Whoever sets it first inserts; of two at once the other waits, and then finds a row to change.
FIRST = (
    "INSERT INTO callback_endpoints (id, provider_id, care_system_id, url, key_wrapped, secret_sealed,"
    " created_at, changed_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {})"
    " ON CONFLICT (care_system_id) DO NOTHING RETURNING 1 AS made"
)
LOCK = (
    "UPDATE callback_endpoints SET changed_at = {} WHERE care_system_id = {}"
    " RETURNING id, key_wrapped, secret_sealed"
)
REPLACE = (
    "UPDATE callback_endpoints SET url = {}, key_wrapped = {}, secret_sealed = {}, previous_sealed = {},"
    " previous_until = {}, disabled_at = NULL WHERE id = {}"
)
REMOVE = "DELETE FROM callback_endpoints WHERE care_system_id = {} RETURNING id"
# Not the address that has since taken its place.
DISABLE = (
    "UPDATE callback_endpoints SET disabled_at = {} WHERE id = {} AND url = {} AND disabled_at IS NULL"
    " RETURNING care_system_id"
)


class _Known(NamedTuple):
    id: UUID
    key_wrapped: bytes
    secret_sealed: bytes


class _Id(NamedTuple):
    id: UUID


@in_transaction
async def set_endpoint(url: str | None, *, care_system: CareSystem, loopback: bool, now: datetime) -> bytes:
    """Tell `care_system` at `url` from now on. Returns the new secret, which is never shown again.

    The secret before it signs beside the new one for 24 hours. Raises what `ensure_address` raises.
    """
    address, secret = ensure_address(url, loopback=loopback), new_secret()
    id = uuid7()
    sealed = seal_secrets(Secrets(secret), Holder(care_system.provider_id, id))
    if not await run(
        FIRST, id, care_system.provider_id, care_system.id, address, sealed.key_wrapped, sealed.secret_sealed,
        now, now,
    ):  # fmt: skip
        id = await _replace(address, secret, care_system=care_system, now=now)
    await record(_by(care_system, "callback.set", id, now))
    return secret


async def _replace(address: str, secret: bytes, *, care_system: CareSystem, now: datetime) -> UUID:
    [known] = await rows(_Known, LOCK, now, care_system.id)
    holder = Holder(care_system.provider_id, known.id)
    previous = open_secret(known.secret_sealed, known.key_wrapped, holder)
    sealed = seal_secrets(Secrets(secret, previous), holder)
    await run(REPLACE, address, *sealed, now + KEPT_AFTER_ROTATION, known.id)
    return known.id


@in_transaction
async def remove_endpoint(*, care_system: CareSystem, now: datetime) -> None:
    """Tell it nothing more; what is on its way is dropped. Raises `Missing`."""
    removed = await rows(_Id, REMOVE, care_system.id)
    if not removed:
        raise Missing("callback")
    await record(_by(care_system, "callback.removed", removed[0].id, now))


@in_transaction
async def disable(endpoint_id: UUID, *, url: str, now: datetime) -> None:
    """The address has answered that it is gone for good (410)."""
    found = await rows(_Id, DISABLE, now, endpoint_id, url)
    for care_system in found:
        entry = Entry(
            action="callback.disabled", at=now, actor_kind="care-system", actor_id=care_system.id,
            object_kind="callback", object_id=str(endpoint_id),
        )  # fmt: skip
        await record(entry)


def _by(care_system: CareSystem, action: str, endpoint_id: UUID, now: datetime) -> Entry:
    return Entry(
        action=action, at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        object_kind="callback", object_id=str(endpoint_id),
    )  # fmt: skip
