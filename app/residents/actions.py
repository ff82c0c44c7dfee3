"""Opening an account."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import vault
from app.audit.actions import Entry, record
from app.database import in_transaction, rows, run, uuid7
from app.residents.sealed import open_key, place


class _Existing(NamedTuple):
    id: UUID
    key_wrapped: bytes


@in_transaction
async def open_account(number: str, name: str, *, now: datetime) -> UUID:
    """The resident with this number, who from now on can be reached here.

    `number` is twelve checked digits. Doing it again keeps the account and takes over the name as it is now.
    """
    # Two first sign-ins at once: one inserts, the other finds.
    opened = await _insert(number, name, now)
    if opened is None:
        return await _renew(number, name, now)
    await record(
        Entry(action="account.opened", at=now, actor_kind="resident", actor_id=opened, resident_id=opened)
    )
    return opened


async def _insert(number: str, name: str, now: datetime) -> UUID | None:
    id, key = uuid7(), vault.new_key()
    inserted = await run(
        "INSERT INTO residents (id, number_index, key_wrapped, number_sealed, name_sealed, account_opened_at,"
        " created_at) VALUES ({}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (number_index) DO NOTHING RETURNING 1 AS made",
        id,
        vault.index(number),
        vault.wrap(key, place("key_wrapped", id)),
        vault.seal(number.encode(), key, place("number_sealed", id)),
        vault.seal(name.encode(), key, place("name_sealed", id)),
        now,
        now,
    )
    return id if inserted else None


async def _renew(number: str, name: str, now: datetime) -> UUID:
    [known] = await rows(
        _Existing, "SELECT id, key_wrapped FROM residents WHERE number_index = {}", vault.index(number)
    )
    key = open_key(known.key_wrapped, known.id)
    await run(
        "UPDATE residents SET name_sealed = {}, account_opened_at = COALESCE(account_opened_at, {})"
        " WHERE id = {}",
        vault.seal(name.encode(), key, place("name_sealed", known.id)),
        now,
        known.id,
    )
    return known.id
