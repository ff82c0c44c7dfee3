"""Storing jobs, in the transaction that causes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import insert, uuid7

Payload = Mapping[str, object]

NEW_JOBS = "INSERT INTO outbox (id, kind, payload, run_at, attempts, created_at)"


async def put(kind: str, payload: Payload, *, now: datetime, run_at: datetime | None = None) -> UUID:
    """Store a job in the caller's transaction: it exists if and only if what caused it does.

    `payload` holds ids, words of ours and whole numbers only. It runs at `run_at` or soon after, and at least
    once.
    """
    [id] = await put_each(kind, [payload], now=now, run_at=run_at)
    return id


async def put_each(
    kind: str, payloads: Sequence[Payload], *, now: datetime, run_at: datetime | None = None
) -> list[UUID]:
    """A job for each payload, in one statement."""
    ids = [uuid7() for _ in payloads]
    stored = [msgspec.json.encode(payload).decode() for payload in payloads]
    due = run_at or now
    await insert(NEW_JOBS, [(id, kind, text, due, 0, now) for id, text in zip(ids, stored, strict=True)])
    return ids
