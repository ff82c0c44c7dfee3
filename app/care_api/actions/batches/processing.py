"""Doing a batch, a chunk at a time: what becomes of its rows is stored with what was done, or neither is.

Whoever is killed in the middle leaves a chunk as it was. Should two do the same one, a row's key sees to it
that its letter is delivered once, and the chunk's own row that its result is counted once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from msgspec import Struct

from app.care_api.actions import sending, summonses
from app.care_api.actions.batches.rows import result_of
from app.care_api.actions.keys import Reply
from app.care_api.actions.sending import Outcome, Posted
from app.care_api.gateways import wire
from app.care_api.gateways.splitting import TOO_LARGE
from app.care_api.queries import Slice, next_slice, sender_of_batch
from app.care_api.rules.batches import (
    CANCELLATION,
    ITEM_BYTES_MOST,
    REBOOKING,
    SUMMONS,
    ItemTooLarge,
    ensure_key,
    ensure_kind,
)
from app.care_api.rules.bearer import ensure_scope
from app.care_api.rules.broadcast import USUAL, Alike
from app.care_api.rules.payload import Payload
from app.care_api.rules.scopes import SEND, SUMMON
from app.care_api.rules.summons_payload import CancellationPayload, RebookingPayload, SummonsPayload
from app.care_api.sealed import Holder, open_key, open_rows
from app.database import in_transaction, run
from app.errors import Missing, Refused
from app.sessions.principals import Actor, CareSystem

DO = (
    "UPDATE batch_chunks SET content_sealed = NULL, result = {}, done_at = {}"
    " WHERE id = {} AND done_at IS NULL RETURNING 1 AS done"
)
COUNT = (
    "UPDATE batches SET accepted = accepted + {}, refused = refused + {},"
    " started_at = COALESCE(started_at, {}) WHERE id = {}"
)
END = (
    "UPDATE batches SET finished_at = {}, key_wrapped = NULL, started_at = COALESCE(started_at, {})"
    " WHERE id = {} AND finished_at IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM batch_chunks WHERE batch = {} AND done_at IS NULL) RETURNING 1 AS ended"
)

# What became of the rows, None for one that could be sent where nothing is: stored in one transaction.
Settled: TypeAlias = Callable[[Sequence[Outcome | None]], Awaitable[None]]
Denied: TypeAlias = Callable[[Actor, Missing, datetime], Awaitable[None]]
T = TypeVar("T", bound=Struct)


class DoneByAnother(Exception):
    """Somebody else has done this chunk meanwhile; what we did of it is rolled back."""


Other: TypeAlias = SummonsPayload | CancellationPayload | RebookingPayload
# What a row is, that is no letter.
OTHERS: dict[str, type[Other]] = {
    SUMMONS: SummonsPayload,
    CANCELLATION: CancellationPayload,
    REBOOKING: RebookingPayload,
}


class Item(NamedTuple):
    """A row of a batch that can be read."""

    key: str
    payload: Payload | Other


async def do_next(batch_id: UUID, *, denied: Denied, now: datetime, alike: Alike = USUAL) -> bool:
    """Do the next chunk; False when there is none, and then the batch has ended.

    `denied` writes down what was asked for and is not there, or not theirs. Raises `DoneByAnother`.
    """
    part = await next_slice(batch_id)
    if part is None:
        await _end(batch_id, now=now)
        return False
    care_system = await _sender(part, now=now)
    rows = _rows(part)
    if isinstance(care_system, Refused):
        outcomes: list[Outcome | None] = [care_system] * len(rows)
        await _done(part, outcomes, now=now)
        return True

    async def settled(outcomes: Sequence[Outcome | None]) -> None:
        await _done(part, outcomes, now=now)
        for outcome in outcomes:
            if isinstance(outcome, Missing) and outcome.id is not None:
                await denied(care_system.actor, outcome, now)

    read = [_read(row, care_system) for row in rows]
    others = await _do_others(read, part, care_system=care_system, now=now)
    await _send_letters(read, part, others, settled, care_system=care_system, alike=alike, now=now)
    return True


async def _sender(part: Slice, *, now: datetime) -> CareSystem | Refused:
    """As it is now: one whose approval was taken back sends nothing more."""
    try:
        return await sender_of_batch(part, now=now)
    except Refused as refusal:
        return refusal


def _rows(part: Slice) -> list[bytes]:
    holder = Holder(part.provider_id, part.batch_id)
    key = open_key(part.key_wrapped, holder)
    return open_rows(part.content_sealed, key, holder, chunk_id=part.id)


def _read(row: bytes, care_system: CareSystem) -> Item | Refused:
    try:
        return _item(row, care_system)
    except Refused as refusal:
        return refusal


def _item(row: bytes, care_system: CareSystem) -> Item:
    if row == TOO_LARGE:
        raise ItemTooLarge(most=str(ITEM_BYTES_MOST))
    kind, key, fields = wire.read_row(row)
    other = OTHERS.get(ensure_kind(kind))
    ensure_scope(care_system, SUMMON if other else SEND)
    return Item(ensure_key(key), wire.shaped(fields, other) if other else wire.shaped(fields, Payload))


async def _do_others(
    read: Sequence[Item | Refused], part: Slice, *, care_system: CareSystem, now: datetime
) -> dict[int, Outcome | None]:
    """Each for itself, as it is done alone; done again it has the same reply."""
    outcomes: dict[int, Outcome | None] = {}
    for place, item in enumerate(read):
        if isinstance(item, Item) and not isinstance(item.payload, Payload):
            try:
                outcomes[place] = await _do(item.payload, item.key, part, care_system, now)
            except (Refused, Missing) as why:
                outcomes[place] = why
    return outcomes


async def _do(payload: Other, key: str, part: Slice, care_system: CareSystem, now: datetime) -> Reply | None:
    if isinstance(payload, SummonsPayload):
        if not part.dry_run:
            return await summonses.send_summons(payload, key=key, care_system=care_system, now=now)
        await summonses.prepare_summons(payload, care_system=care_system, now=now)
        return None
    if not part.dry_run:
        return await summonses.change_named(payload, key=key, care_system=care_system, now=now)
    await summonses.try_change(payload, care_system=care_system, now=now)
    return None


async def _send_letters(
    read: Sequence[Item | Refused],
    part: Slice,
    others: Mapping[int, Outcome | None],
    settled: Settled,
    *,
    care_system: CareSystem,
    alike: Alike,
    now: datetime,
) -> None:
    """All letters together; `settled` is stored with them, and told what became of every row."""
    letters = {
        place: Posted(item.key, item.payload)
        for place, item in enumerate(read)
        if isinstance(item, Item) and isinstance(item.payload, Payload)
    }
    refused = {place: item for place, item in enumerate(read) if isinstance(item, Refused)}

    async def of_all(outcomes: Sequence[Outcome | None]) -> None:
        known = {**refused, **others, **dict(zip(letters, outcomes, strict=True))}
        await settled([known[place] for place in range(len(read))])

    posted = list(letters.values())
    if part.dry_run:
        prepared = await sending.prepare_each(posted, care_system=care_system, now=now)
        await _together(of_all, prepared.all(dict.fromkeys(prepared.ready)))
    else:
        await sending.send_each(posted, care_system=care_system, now=now, alike=alike, also=of_all)


@in_transaction
async def _together(settled: Settled, outcomes: Sequence[Outcome | None]) -> None:
    await settled(outcomes)


@in_transaction
async def _done(part: Slice, outcomes: Sequence[Outcome | None], *, now: datetime) -> None:
    result, accepted = result_of(outcomes, first=part.first_row)
    if not await run(DO, result, now, part.id):
        raise DoneByAnother
    await run(COUNT, accepted, len(outcomes) - accepted, now, part.batch_id)


async def _end(batch_id: UUID, *, now: datetime) -> None:
    await run(END, now, now, batch_id, batch_id)
