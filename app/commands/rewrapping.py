"""After a rotation: every data key wrapped with the newest key-encryption key, online, a batch at a time."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import vault
from app.audit.actions import Entry, record
from app.database import in_transaction, rows, run
from app.vault import Place
from app.vault.canary import canary

BATCH = 1000


class _Column(NamedTuple):
    """Where wrapped keys stand, and whose they are (SQL for the provider's id, '' where nobody's)."""

    table: str
    column: str
    provider: str


COLUMNS = (
    _Column("residents", "key_wrapped", "''"),
    _Column("messages", "resident_key", "CAST(provider_id AS TEXT)"),
    _Column("messages", "provider_key", "CAST(provider_id AS TEXT)"),
    _Column("replies", "resident_key", "CAST(provider_id AS TEXT)"),
    _Column("replies", "provider_key", "CAST(provider_id AS TEXT)"),
    _Column("scheduled_messages", "provider_key", "CAST(provider_id AS TEXT)"),
    _Column(
        "contact_persons",
        "key_wrapped",
        "(SELECT CAST(s.provider AS TEXT) FROM care_systems s WHERE s.id = contact_persons.care_system)",
    ),
    _Column(
        "appointment_events",
        "key_wrapped",
        "(SELECT CAST(a.provider_id AS TEXT) FROM appointments a"
        " WHERE a.id = appointment_events.appointment)",
    ),
    _Column("summonses", "key_wrapped", "CAST(provider_id AS TEXT)"),
    _Column("callback_endpoints", "key_wrapped", "CAST(provider_id AS TEXT)"),
    _Column("attachments", "key_wrapped", "CAST(provider_id AS TEXT)"),
    _Column("batches", "key_wrapped", "CAST(provider_id AS TEXT)"),
    _Column("feedback", "key_wrapped", "''"),
    _Column("clinicians", "key_wrapped", "''"),
)


class _Wrapped(NamedTuple):
    id: UUID
    wrapped: bytes
    provider: str


async def rewrap_everything(*, now: datetime) -> int:
    """How many keys were wrapped anew. Stopped half way it can be run again: what is new is left alone."""
    count = 0
    for column in COLUMNS:
        count += await _rewrap_column(column)
    await _finish(count, now)
    return count


async def _rewrap_column(column: _Column) -> int:
    count, last = 0, UUID(int=0)
    while batch := await _next(column, after=last):
        count += await _rewrap_batch(column, batch)
        last = batch[-1].id
    return count


async def _next(column: _Column, *, after: UUID) -> list[_Wrapped]:
    return await rows(
        _Wrapped,
        f"SELECT id, {column.column} AS wrapped, {column.provider} AS provider FROM {column.table}"
        f" WHERE id > {{}} AND {column.column} IS NOT NULL ORDER BY id LIMIT {BATCH}",
        after,
    )


@in_transaction
async def _rewrap_batch(column: _Column, batch: list[_Wrapped]) -> int:
    count = 0
    for row in batch:
        fresh = vault.rewrap(row.wrapped, Place(row.provider, column.table, column.column, row.id))
        if fresh is not None:
            # Only if it is still there: a resident may delete the copy while we are at it.
            count += await run(
                f"UPDATE {column.table} SET {column.column} = {{}} WHERE id = {{}} AND {column.column} = {{}}"
                " RETURNING 1 AS done",
                fresh,
                row.id,
                row.wrapped,
            )
    return count


@in_transaction
async def _finish(count: int, now: datetime) -> None:
    await run("UPDATE vault_canaries SET sealed = {}", canary())
    await record(Entry(action="keys.rewrapped", at=now, actor_kind="operator", object_id=str(count)))
