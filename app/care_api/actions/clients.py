"""Who asks for a token, and that an assertion buys one token only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.care.queries import Key, keys_of
from app.care_api.queries import Client, client_of
from app.care_api.rules.assertions import Accepted
from app.database import in_transaction, run, uuid7


@dataclass(frozen=True)
class Clients:
    """What the token server asks of us, at one instant."""

    now: datetime

    async def find(self, client_id: str) -> Client | None:
        return await client_of(client_id, now=self.now)

    async def keys(self, care_system_id: UUID) -> Sequence[Key]:
        return await keys_of(care_system_id)

    @in_transaction
    async def spend(self, accepted: Accepted, *, care_system_id: UUID, key_id: UUID) -> bool:
        # Inserting is spending: of two with one and the same assertion, one gets a row back.
        if not await run(
            "INSERT INTO used_assertions (id, care_system_id, jti_hash, expires_at) VALUES ({}, {}, {}, {})"
            " ON CONFLICT (care_system_id, jti_hash) DO NOTHING RETURNING 1 AS spent",
            uuid7(), care_system_id, accepted.jti_hash, accepted.expires_at,
        ):  # fmt: skip
            return False
        await run("UPDATE care_system_keys SET last_used_at = {} WHERE id = {}", self.now, key_id)
        return True


async def forget_old_assertions(now: datetime) -> int:
    """One that has ended buys nothing anyway; returns how many went."""
    return await run("DELETE FROM used_assertions WHERE expires_at < {} RETURNING 1 AS gone", now)
