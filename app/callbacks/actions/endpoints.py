"""Where a care system wants to be told: one address each, and what signs what is sent there."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.callbacks.rules.addresses import ensure_address
from app.callbacks.rules.faults import FAILING
from app.callbacks.rules.signing import (
    ED25519,
    HMAC,
    KEPT_AFTER_ROTATION,
    LONGEST_FAILING,
    choose,
    is_again,
    new_secret,
    public_of,
)
from app.callbacks.sealed import Holder, Sealed, Secrets, open_secrets, seal_secrets
from app.database import in_transaction, rows, run, uuid7
from app.errors import Missing
from app.sessions.principals import CareSystem

# Whoever sets it first inserts; of two at once the other waits, and then finds a row to change.
FIRST = (
    "INSERT INTO callback_endpoints (id, provider_id, care_system_id, url, signatures, public_key,"
    " key_wrapped, secret_sealed, previous_sealed, signing_sealed, previous_signing_sealed, created_at,"
    " changed_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
    " ON CONFLICT (care_system_id) DO NOTHING RETURNING 1 AS made"
)
LOCK = (
    "UPDATE callback_endpoints SET url = url WHERE care_system_id = {}"
    " RETURNING id, changed_at, public_key, previous_public_key, previous_until, key_wrapped, secret_sealed,"
    " previous_sealed, signing_sealed, previous_signing_sealed"
)
REPLACE = (
    "UPDATE callback_endpoints SET url = {}, signatures = {}, public_key = {}, previous_public_key = {},"
    " key_wrapped = {}, secret_sealed = {}, previous_sealed = {}, signing_sealed = {},"
    " previous_signing_sealed = {}, previous_until = {}, changed_at = {}, disabled_at = NULL,"
    " disabled_reason = NULL, failing_since = NULL WHERE id = {}"
)
REMOVE = "DELETE FROM callback_endpoints WHERE care_system_id = {} RETURNING id"
# Of the address that was called, not of one that has since taken its place.
DISABLE = (
    "UPDATE callback_endpoints SET disabled_at = {}, disabled_reason = {} WHERE id = {} AND url = {}"
    " AND disabled_at IS NULL RETURNING care_system_id AS id"
)
ENABLE = (
    "UPDATE callback_endpoints SET disabled_at = NULL, disabled_reason = NULL, failing_since = NULL"
    " WHERE care_system_id = {} RETURNING id"
)
FAILED = (
    "UPDATE callback_endpoints SET failing_since = {} WHERE id = {} AND url = {} AND failing_since IS NULL"
    " RETURNING 1 AS noted"
)
ACCEPTED = (
    "UPDATE callback_endpoints SET failing_since = NULL WHERE id = {} AND url = {} RETURNING 1 AS noted"
)


class _Known(NamedTuple):
    id: UUID
    changed_at: datetime
    public_key: bytes | None
    previous_public_key: bytes | None
    previous_until: datetime | None
    key_wrapped: bytes
    secret_sealed: bytes
    previous_sealed: bytes | None
    signing_sealed: bytes | None
    previous_signing_sealed: bytes | None

    def opened(self, provider_id: UUID) -> Secrets:
        return open_secrets(Sealed(*self[5:]), Holder(provider_id, self.id))


class _Id(NamedTuple):
    id: UUID


class _Wanted(NamedTuple):
    """What is new: where to call, and what signs."""

    url: str
    signatures: str
    secret: bytes | None
    signing: bytes | None

    @property
    def public_key(self) -> bytes | None:
        return public_of(self.signing) if self.signing else None


@in_transaction
async def set_endpoint(
    url: str | None,
    *,
    care_system: CareSystem,
    loopback: bool,
    now: datetime,
    signatures: Sequence[str] | None = None,
) -> bytes:
    """Tell `care_system` at `url` from now on. Returns the new secret, which is never shown again.

    It is empty when HMAC is not chosen. What signed before signs beside the new for 24 hours; set again at
    once, as after a lost reply, what signed before the first of them does. Raises what `ensure_address` and
    `choose` raise.
    """
    wanted = _wanted(ensure_address(url, loopback=loopback), choose(signatures))
    id = uuid7()
    sealed = seal_secrets(
        Secrets(secret=wanted.secret, signing=wanted.signing), Holder(care_system.provider_id, id)
    )
    if not await run(
        FIRST, id, care_system.provider_id, care_system.id, wanted.url, wanted.signatures, wanted.public_key,
        *sealed, now, now,
    ):  # fmt: skip
        id = await _replace(wanted, care_system=care_system, now=now)
    await record(_by(care_system, "callback.set", id, now))
    return wanted.secret or b""


def _wanted(url: str, signatures: Sequence[str]) -> _Wanted:
    return _Wanted(
        url,
        " ".join(signatures),
        secret=new_secret() if HMAC in signatures else None,
        signing=new_secret() if ED25519 in signatures else None,
    )


async def _replace(wanted: _Wanted, *, care_system: CareSystem, now: datetime) -> UUID:
    [known] = await rows(_Known, LOCK, care_system.id)
    held = known.opened(care_system.provider_id)
    again = is_again(changed_at=known.changed_at, previous_until=known.previous_until, now=now)
    before = Secrets(held.previous, signing=held.previous_signing) if again else held
    secrets = Secrets(wanted.secret, before.secret, wanted.signing, before.signing)
    sealed = seal_secrets(secrets, Holder(care_system.provider_id, known.id))
    await run(
        REPLACE, wanted.url, wanted.signatures, wanted.public_key,
        known.previous_public_key if again else known.public_key, *sealed,
        now + KEPT_AFTER_ROTATION, now, known.id,
    )  # fmt: skip
    return known.id


@in_transaction
async def remove_endpoint(*, care_system: CareSystem, now: datetime) -> None:
    """Tell it nothing more; what is on its way is dropped. Raises `Missing`."""
    removed = await rows(_Id, REMOVE, care_system.id)
    if not removed:
        raise Missing("callback")
    await record(_by(care_system, "callback.removed", removed[0].id, now))


@in_transaction
async def disable(endpoint_id: UUID, *, url: str, reason: str, now: datetime) -> None:
    """Call nobody there any more: the address has said that it is gone for good (410), or has long failed."""
    for care_system in await rows(_Id, DISABLE, now, reason, endpoint_id, url):
        entry = Entry(
            action="callback.disabled", at=now, actor_kind="care-system", actor_id=care_system.id,
            object_kind="callback", object_id=str(endpoint_id),
        )  # fmt: skip
        await record(entry)


@in_transaction
async def enable(*, care_system_id: UUID, actor_kind: str, actor_id: UUID | None, now: datetime) -> None:
    """Call it again about what happens from now on, with the keys that it has. Raises `Missing`."""
    enabled = await rows(_Id, ENABLE, care_system_id)
    if not enabled:
        raise Missing("callback")
    entry = Entry(
        action="callback.enabled", at=now, actor_kind=actor_kind, actor_id=actor_id,
        object_kind="callback", object_id=str(enabled[0].id),
    )  # fmt: skip
    await record(entry)


async def note_failure(endpoint_id: UUID, *, url: str, failing_since: datetime | None, now: datetime) -> None:
    """After five days in which nothing was accepted, nothing more is sent."""
    if failing_since is None:
        await run(FAILED, now, endpoint_id, url)
    elif now - failing_since >= LONGEST_FAILING:
        await disable(endpoint_id, url=url, reason=FAILING, now=now)


async def note_acceptance(endpoint_id: UUID, *, url: str) -> None:
    await run(ACCEPTED, endpoint_id, url)


def _by(care_system: CareSystem, action: str, endpoint_id: UUID, now: datetime) -> Entry:
    return Entry(
        action=action, at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        object_kind="callback", object_id=str(endpoint_id),
    )  # fmt: skip
