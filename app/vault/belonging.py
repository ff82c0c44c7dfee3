"""Whether the database that is open was sealed with the keys in use."""

from datetime import datetime
from typing import NamedTuple

from app.database import in_transaction, rows, run, uuid7
from app.vault.canary import canary, check_canary


class _Canary(NamedTuple):
    sealed: bytes


@in_transaction
async def belongs(*, now: datetime) -> bool:
    """Every canary there is must open. A database without one is new, and is marked from now on."""
    found = await rows(_Canary, "SELECT sealed FROM vault_canaries")
    if not found:
        insert = "INSERT INTO vault_canaries (id, sealed, created_at) VALUES ({}, {}, {})"
        await run(insert, uuid7(), canary(), now)
    return all(check_canary(row.sealed) for row in found)
