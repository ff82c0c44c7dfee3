"""An Idempotency-Key is claimed in a short transaction of its own, then answered together with what it did.

In the work's own transaction a claim could never answer "in flight": the second request would only wait.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from app.care_api.rules.idempotency import (
    KEPT,
    LEASE,
    abandoned,
    ensure_answered,
    ensure_same,
    fingerprint,
    key_hash,
)
from app.care_api.rules.refusals import KeyInFlight
from app.database import among, in_transaction, insert_new, rows, run, uuid7
from app.errors import Refused
from app.sessions.principals import CareSystem

Prepared = TypeVar("Prepared")

HELD_OF = (
    "SELECT id, key_hash, fingerprint, claimed_until, status, reply FROM idempotency_keys"
    " WHERE care_system_id = {} AND operation = {} AND key_hash"
)
GIVE_BACK = "DELETE FROM idempotency_keys WHERE id = {} AND status IS NULL RETURNING 1 AS gone"
NEW_ANSWERED = (
    "INSERT INTO idempotency_keys (id, care_system_id, operation, key_hash, fingerprint, claimed_until,"
    " created_at, status, reply)"
)
UNLESS_HELD = "(care_system_id, operation, key_hash)"


@dataclass(frozen=True)
class Asked:
    """What one request is known by."""

    care_system_id: UUID
    operation: str
    key_hash: bytes
    fingerprint: bytes


def asked(operation: str, payload: object, *, key: str, care_system: CareSystem) -> Asked:
    """`payload` is all that makes the request the one it is."""
    return Asked(care_system.id, operation, key_hash(key), fingerprint(key, payload))


class Reply(NamedTuple):
    status: int
    body: bytes


async def once(
    asked: Asked,
    prepare: Callable[[], Awaitable[Prepared]],
    act: Callable[[Prepared], Awaitable[Reply]],
    *,
    now: datetime,
) -> Reply:
    """The reply of `act`: the same, byte for byte, however often the same request comes with the same key.

    `prepare` reads and checks before anything is locked; what `act` does with it is stored together with its
    reply or not at all. Raises what they raise, and then the key may be used again, and what `claim` raises.
    """
    claimed = await claim(asked, now=now)
    if isinstance(claimed, Reply):
        return claimed
    async with released_on_failure(claimed):
        return await _act_and_answer(await prepare(), act, claimed)


@in_transaction
async def _act_and_answer(
    prepared: Prepared, act: Callable[[Prepared], Awaitable[Reply]], claim_id: UUID
) -> Reply:
    reply = await act(prepared)
    await answer(claim_id, reply)
    return reply


class _Held(NamedTuple):
    id: UUID
    fingerprint: bytes
    claimed_until: datetime
    status: int | None
    reply: bytes | None


class _HeldOf(NamedTuple):
    id: UUID
    key_hash: bytes
    fingerprint: bytes
    claimed_until: datetime
    status: int | None
    reply: bytes | None


@in_transaction
async def claim(asked: Asked, *, now: datetime) -> UUID | Reply:
    """The claim's id, or the reply that was given before. Raises `KeyReused` or `KeyInFlight`."""
    id = uuid7()
    # Inserting is claiming: of ten at once, one gets a row back.
    if await run(
        "INSERT INTO idempotency_keys (id, care_system_id, operation, key_hash, fingerprint, claimed_until,"
        " created_at) VALUES ({}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (care_system_id, operation, key_hash) DO NOTHING RETURNING 1 AS claimed",
        id, asked.care_system_id, asked.operation, asked.key_hash, asked.fingerprint, now + LEASE, now,
    ):  # fmt: skip
        return id
    held = await _held(asked)
    if abandoned(status=held.status, claimed_until=held.claimed_until, now=now):
        return await _take_over(held, id, asked, now=now)
    ensure_same(held.fingerprint, asked.fingerprint)
    ensure_answered(held.status)
    return Reply(held.status or 0, held.reply or b"")


@asynccontextmanager
async def released_on_failure(claim_id: UUID) -> AsyncIterator[None]:
    """A refusal stores nothing: the same key may carry the corrected letter."""
    answered = False
    try:
        yield
        answered = True
    finally:
        if not answered:
            await run(GIVE_BACK, claim_id)


async def answered_before(asked: Sequence[Asked], *, now: datetime) -> dict[bytes, Reply | Refused]:
    """By the hash of its key, the reply to what was asked before, or `KeyReused` or `KeyInFlight`.

    All are of one care system and operation. A claim that was abandoned is given back.
    """
    if not asked:
        return {}
    by_hash = {each.key_hash: each for each in asked}
    any_of, hashes = among(list(by_hash), "bytea")
    held = await rows(_HeldOf, f"{HELD_OF} {any_of}", asked[0].care_system_id, asked[0].operation, *hashes)
    answers: dict[bytes, Reply | Refused] = {}
    for row in held:
        if abandoned(status=row.status, claimed_until=row.claimed_until, now=now):
            await run(GIVE_BACK, row.id)
        else:
            answers[row.key_hash] = _answer(row, by_hash[row.key_hash])
    return answers


def _answer(held: "_HeldOf", asked: Asked) -> Reply | Refused:
    try:
        ensure_same(held.fingerprint, asked.fingerprint)
        ensure_answered(held.status)
    except Refused as refusal:
        return refusal
    return Reply(held.status or 0, held.reply or b"")


async def claim_answered(replies: Mapping[Asked, Reply], *, now: datetime) -> set[bytes]:
    """Store keys with their replies in the caller's transaction; returns the hashes of those that were free.

    In the order of the hashes, so that of two who want the same keys one waits for the other, and never both.
    """
    if not replies:
        return set()
    values = [
        (uuid7(), asked.care_system_id, asked.operation, asked.key_hash, asked.fingerprint, now, now, *reply)
        for asked, reply in sorted(replies.items(), key=lambda each: each[0].key_hash)
    ]
    free = await insert_new(NEW_ANSWERED, values, unless=UNLESS_HELD, returning="key_hash")
    return {key_hash for key_hash in free if isinstance(key_hash, bytes)}


async def answer(claim_id: UUID, reply: Reply) -> None:
    """Store the reply in the caller's transaction. Raises `KeyInFlight` when another took the claim over."""
    if not await run(
        "UPDATE idempotency_keys SET status = {}, reply = {}"
        " WHERE id = {} AND status IS NULL RETURNING 1 AS kept",
        *reply,
        claim_id,
    ):
        raise KeyInFlight


async def forget_old_keys(now: datetime) -> int:
    """Keys are kept for 30 days, and so are the replies; returns how many went."""
    return await run("DELETE FROM idempotency_keys WHERE created_at < {} RETURNING 1 AS gone", now - KEPT)


async def _held(asked: Asked) -> _Held:
    held = await rows(
        _Held,
        "SELECT id, fingerprint, claimed_until, status, reply FROM idempotency_keys"
        " WHERE care_system_id = {} AND operation = {} AND key_hash = {}",
        asked.care_system_id,
        asked.operation,
        asked.key_hash,
    )
    if not held:
        raise KeyInFlight
    return held[0]


async def _take_over(held: _Held, id: UUID, asked: Asked, *, now: datetime) -> UUID:
    # The new id fences off a slow first holder: its answer finds no row, and its message is rolled back.
    if not await run(
        "UPDATE idempotency_keys SET id = {}, fingerprint = {}, claimed_until = {}"
        " WHERE id = {} AND status IS NULL RETURNING 1 AS taken",
        id, asked.fingerprint, now + LEASE, held.id,
    ):  # fmt: skip
        raise KeyInFlight
    return id
