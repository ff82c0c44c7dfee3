"""A care system's public keys: added before they are used, dropped when they are not."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.care.actions.trace import audited
from app.care.queries import keys_of
from app.care.rules import AlreadyRegistered, PublicKey, UnknownCareSystem, UnknownKey, ensure_room_for_keys
from app.database import LOCKED, in_transaction, rows, run, uuid7

ID = "SELECT id FROM care_systems WHERE client_id = {}"


@in_transaction
async def add_key(client_id: str, key: PublicKey, *, now: datetime) -> None:
    """One more, beside those that it has: from now on it may sign with any of them.

    Raises `UnknownCareSystem`, `AlreadyRegistered` (a key of that name) or `TooManyKeys`.
    """
    id = await _id_of(client_id)
    # Inserting is claiming the name.
    if not await run(
        "INSERT INTO care_system_keys (id, care_system, kid, algorithm, jwk, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (care_system, kid) DO NOTHING RETURNING 1 AS added",
        uuid7(), id, key.kid, key.algorithm, key.jwk, now,
    ):  # fmt: skip
        raise AlreadyRegistered
    ensure_room_for_keys(len(await keys_of(id)))
    await audited("care-system.key-added", id, now=now)


@in_transaction
async def drop_key(client_id: str, kid: str, *, now: datetime) -> None:
    """What is signed with it buys no token any more. Raises `UnknownCareSystem` or `UnknownKey`."""
    id = await _id_of(client_id)
    dropped = await run(
        "DELETE FROM care_system_keys WHERE care_system = {} AND kid = {} RETURNING 1 AS gone", id, kid
    )
    if not dropped:
        raise UnknownKey
    await audited("care-system.key-dropped", id, now=now)


class _Id(NamedTuple):
    id: UUID


async def _id_of(client_id: str) -> UUID:
    found = await rows(_Id, f"{ID}{LOCKED}", client_id)
    if not found:
        raise UnknownCareSystem
    return found[0].id
