"""Holding a time while deciding: ten minutes, one at a time for each thing decided about."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.booking.rules import HOLD, TimePassed, TimeTaken, TimeWithdrawn
from app.database import LOCKED, in_transaction, rows, run
from app.errors import Missing, Refused


class _Locked(NamedTuple):
    deceased_at: datetime | None


class _Taken(NamedTuple):
    starts_at: datetime
    withdrawn_at: datetime | None


# Free to whoever asks: nobody has it, and nobody else is deciding about it.
FREE_TO = (
    " WHERE id = {} AND time_type = {} AND withdrawn_at IS NULL AND appointment IS NULL AND starts_at > {}"
    " AND (held_until IS NULL OR held_until <= {} OR (held_by = {} AND held_for = {}))"
)
HOLD_IT = f"UPDATE slots SET held_by = {{}}, held_for = {{}}, held_until = {{}}{FREE_TO} RETURNING 1 AS held"
# Only a hold that lasts. One that is over binds nobody, and another may be claiming the slot this instant:
# waiting for them, while they wait for the slot one has claimed oneself, would be a deadlock.
LET_GO = (
    "UPDATE slots SET held_by = NULL, held_for = NULL, held_until = NULL"
    " WHERE held_by = {} AND held_for = {} AND held_until > {} AND appointment IS NULL RETURNING 1 AS gone"
)


@in_transaction
async def hold(
    slot_id: UUID, *, resident_id: UUID, errand_id: UUID, time_type_id: UUID, now: datetime
) -> datetime:
    """Keep the slot for this resident until the returned instant; what they held for the same errand is free.

    Raises `TimeTaken`, `TimePassed`, `TimeWithdrawn` or `Missing`, and then the earlier hold stays.
    """
    await lock(resident_id)
    until = now + HOLD
    await run(LET_GO, resident_id, errand_id, now)
    if not await run(
        HOLD_IT,
        resident_id, errand_id, until,
        slot_id, time_type_id, now, now, resident_id, errand_id,
    ):  # fmt: skip
        raise await why_not(slot_id, time_type_id, now=now)
    return until


@in_transaction
async def let_go(*, resident_id: UUID, errand_id: UUID, now: datetime) -> None:
    """Somebody decided otherwise: the time is free at once."""
    await lock(resident_id)
    await run(LET_GO, resident_id, errand_id, now)


async def lock(resident_id: UUID) -> datetime | None:
    """Until the transaction ends, nobody else changes this resident's times. When they died, if they have.

    Raises `Missing`.
    """
    found = await rows(_Locked, f"SELECT deceased_at FROM residents WHERE id = {{}}{LOCKED}", resident_id)
    if not found:
        raise Missing("resident", resident_id)
    return found[0].deceased_at


async def why_not(slot_id: UUID, time_type_id: UUID, *, now: datetime) -> Refused | Missing:
    """Why a slot could not be had."""
    found = await rows(
        _Taken,
        "SELECT starts_at, withdrawn_at FROM slots WHERE id = {} AND time_type = {}",
        slot_id,
        time_type_id,
    )
    if not found:
        return Missing("slot", slot_id)
    if found[0].withdrawn_at is not None:
        return TimeWithdrawn()
    return TimePassed() if found[0].starts_at <= now else TimeTaken()
