"""Taking a batch in: stored sealed while it comes, and there only when it has come in whole."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app import vault
from app.audit.actions import Entry, record
from app.care_api.actions import keys
from app.care_api.actions.keys import Reply
from app.care_api.rules.batches import ABANDONED, KEPT
from app.care_api.rules.refusals import KeyInFlight
from app.care_api.rules.replies import BatchReceived, encode
from app.care_api.sealed import Holder, seal_rows, wrap_key
from app.database import run, uuid7
from app.outbox.actions import put_in_lanes
from app.sessions.principals import CareSystem

OPERATION, PROCESS = "batches.send", "care_api.batch"
ACCEPTED = 202

BEGIN = (
    "INSERT INTO batches (id, provider_id, care_system_id, scopes, dry_run, key_wrapped, received, accepted,"
    " refused, created_at) VALUES ({}, {}, {}, {}, {}, {}, 0, 0, 0, {})"
)
ADD = "INSERT INTO batch_chunks (id, batch, first_row, items, content_sealed) VALUES ({}, {}, {}, {}, {})"
FINISH = (
    "UPDATE batches SET received = {}, received_at = {} WHERE id = {} AND received_at IS NULL"
    " RETURNING 1 AS finished"
)
DISCARD_ROWS = (
    "DELETE FROM batch_chunks WHERE batch = (SELECT id FROM batches WHERE id = {} AND received_at IS NULL)"
    " RETURNING 1 AS gone"
)
DISCARD = "DELETE FROM batches WHERE id = {} AND received_at IS NULL RETURNING 1 AS gone"
OLD = "SELECT id FROM batches WHERE created_at < {} OR (received_at IS NULL AND created_at < {})"
FORGET_ROWS = f"DELETE FROM batch_chunks WHERE batch IN ({OLD}) RETURNING 1 AS gone"  # noqa: S608
FORGET = f"DELETE FROM batches WHERE id IN ({OLD}) RETURNING 1 AS gone"  # noqa: S608


class Coming(Protocol):
    """The rows in chunks, and afterwards how many there were and a keyed digest of all that came."""

    rows: int

    @property
    def digest(self) -> bytes: ...

    def chunks(self) -> AsyncIterator[list[bytes]]: ...


async def receive_batch(
    coming: Coming,
    *,
    key: str,
    dry_run: bool,
    charge: Callable[[int], Awaitable[None]],
    care_system: CareSystem,
    now: datetime,
) -> Reply:
    """One job for all rows. `charge` counts them, once for a key, and may refuse.

    Raises what `coming`, `charge` and `once` raise, and then nothing of it is kept.
    """
    holder = Holder(care_system.provider_id, uuid7())
    reply = None
    try:
        await _take_in(coming, holder, dry_run=dry_run, care_system=care_system, now=now)

        async def prepare() -> int:
            await charge(coming.rows)
            return coming.rows

        async def start(rows: int) -> Reply:
            return await _start(holder, rows, care_system=care_system, dry_run=dry_run, now=now)

        said = (coming.digest.hex(), dry_run)
        asked = keys.asked(OPERATION, said, key=key, care_system=care_system)
        reply = await keys.once(asked, prepare, start, now=now)
        return reply
    finally:
        # Refused, cut off, or come before under the same key. One that has been started stays, whatever.
        if reply is None or str(holder.batch_id).encode() not in reply.body:
            await _discard(holder.batch_id)


async def forget_old_batches(now: datetime) -> int:
    """A batch and its result are kept for 30 days, and what never came in whole for an hour."""
    ages = (now - KEPT, now - ABANDONED)
    await run(FORGET_ROWS, *ages)
    return await run(FORGET, *ages)


async def _take_in(
    coming: Coming, holder: Holder, *, dry_run: bool, care_system: CareSystem, now: datetime
) -> None:
    key = vault.new_key()
    scopes = " ".join(sorted(care_system.scopes))
    await run(
        BEGIN,
        holder.batch_id,
        holder.provider_id,
        care_system.id,
        scopes,
        dry_run,
        wrap_key(key, holder),
        now,
    )
    first = 1
    async for chunk in coming.chunks():
        chunk_id = uuid7()
        sealed = seal_rows(chunk, key, holder, chunk_id=chunk_id)
        await run(ADD, chunk_id, holder.batch_id, first, len(chunk), sealed)
        first += len(chunk)


async def _start(
    holder: Holder, rows: int, *, care_system: CareSystem, dry_run: bool, now: datetime
) -> Reply:
    id = holder.batch_id
    if not await run(FINISH, rows, now, id):
        raise KeyInFlight
    await put(id, lane=care_system.id, now=now)
    entry = Entry(
        action="batch.received", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        object_kind="batch", object_id=str(id),
    )  # fmt: skip
    await record(entry)
    return Reply(ACCEPTED, encode(BatchReceived(id=id, state="received", received=rows, dry_run=dry_run)))


async def put(batch_id: UUID, *, lane: UUID, now: datetime) -> None:
    """The job that does the batch, or what is left of it; a care system's batches have its lane."""
    await put_in_lanes(PROCESS, [(lane, {"batch": batch_id, "lane": lane})], now=now)


async def _discard(batch_id: UUID) -> None:
    await run(DISCARD_ROWS, batch_id)
    await run(DISCARD, batch_id)
