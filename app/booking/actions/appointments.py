"""Book, confirm, rebook, cancel. The clinic's policy decides what a resident may; care itself may more."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.audit.actions import Entry, record
from app.booking.actions.holds import FREE_TO, LET_GO, lock, why_not
from app.booking.queries import Visit, latest_of, visit_for
from app.booking.rules import (
    NONE,
    AlreadyCancelled,
    AlreadyChanged,
    AlreadyOccupied,
    BookingNotAllowed,
    Policy,
    ensure_cancellable,
    ensure_cancellable_by_care,
    ensure_confirmable,
    ensure_reason,
    ensure_rebookable,
    ensure_rebookable_by_care,
)
from app.booking.sealed import seal_reason
from app.care.queries import Clinic
from app.database import in_transaction, run, uuid7
from app.sessions.principals import GUARDIAN, RESIDENT, Actor


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What an appointment comes of, such as a summons: whose it is, for what, and what is allowed with it.

    `elsewhere`: it is booked in the clinic's own booking, so a clash here is no reason not to know of it.
    """

    kind: str
    id: UUID
    resident_id: UUID
    clinic: Clinic
    care_system_id: UUID
    time_type_id: UUID
    policy: Policy
    elsewhere: bool = False


# Claiming is one statement: of many who ask at once, one gets a row back.
CLAIM = (
    "UPDATE slots SET appointment = {}, held_by = NULL, held_for = NULL, held_until = NULL"
    f"{FREE_TO} RETURNING 1 AS claimed"
)
RELEASE = "UPDATE slots SET appointment = NULL WHERE id = {} AND appointment = {} RETURNING 1 AS free"
WITHDRAW = (
    "UPDATE slots SET appointment = NULL, withdrawn_at = {} WHERE id = {} AND appointment = {}"
    " RETURNING 1 AS gone"
)
CLASHES = (
    "SELECT a.id FROM slots own, appointments a JOIN slots s ON s.id = a.slot WHERE own.id = {}"
    " AND a.resident = {} AND a.id <> {} AND a.cancelled_at IS NULL AND s.starts_at < own.ends_at"
    " AND s.ends_at > own.starts_at LIMIT 1"
)
NEW = (
    "INSERT INTO appointments (id, slot, resident, clinic, provider_id, care_system_id, link_kind, link_id,"
    " invitation, confirmation, confirm_by, cut_off_hours, cancel_allowed, rebook_allowed, reason_allowed,"
    " expires_at, sequence, booked_at)"
    " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 0, {})"
)
# After a rebooking it is an ordinary booking, which nobody needs to confirm (domain.md §1.3, rule 7).
MOVE = (
    "UPDATE appointments SET slot = {}, sequence = sequence + 1, moved_at = {}, moved_by = {},"
    f" invitation = {{}}, confirmation = '{NONE}', confirm_by = NULL, confirmed_at = NULL"
    " WHERE id = {} RETURNING 1 AS moved"
)
CONFIRM = (
    "UPDATE appointments SET confirmed_at = {}, sequence = sequence + 1 WHERE id = {} RETURNING 1 AS done"
)
CANCEL = (
    "UPDATE appointments SET cancelled_at = {}, cancelled_by = {}, sequence = sequence + 1"
    " WHERE id = {} RETURNING 1 AS done"
)
EVENT = (
    "INSERT INTO appointment_events (id, appointment, at, action, actor_kind, actor_id, assignment,"
    " from_slot, to_slot, key_wrapped, reason_sealed) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
)


@in_transaction
async def book(
    errand: Errand,
    *,
    slot_id: UUID,
    by: Actor,
    now: datetime,
    invitation: bool = False,
    reason: str = "",
) -> UUID:
    """The appointment that the errand leads to; one at a time. `invitation`: the clinic chose the time.

    Raises `BookingNotAllowed` when there is one already, `AlreadyOccupied`, or why the slot cannot be had.
    """
    await lock(errand.resident_id)
    ensure_reason(reason, allowed=errand.policy.reason_allowed)
    latest = (await latest_of([errand.id])).get(errand.id)
    if latest and latest.live:
        raise BookingNotAllowed
    id = uuid7()
    await _claim(
        slot_id, id, errand_id=errand.id, resident_id=errand.resident_id, type_id=errand.time_type_id, now=now
    )
    if not errand.elsewhere:
        await _ensure_alone(id, slot_id, errand.resident_id)
    policy = errand.policy
    # Who has chosen a time themself has nothing to confirm.
    confirmation, confirm_by = (policy.confirmation, policy.confirm_by) if invitation else (NONE, None)
    await run(
        NEW,
        id, slot_id, errand.resident_id, errand.clinic.id, errand.clinic.provider_id, errand.care_system_id,
        errand.kind, errand.id, invitation, confirmation, confirm_by, policy.cut_off_hours,
        policy.cancel_allowed, policy.rebook_allowed, policy.reason_allowed, policy.expires_at, now,
    )  # fmt: skip
    await run(LET_GO, errand.resident_id, errand.id, now)
    visit = await visit_for(errand.resident_id, id)
    await _tell(visit, "booked", by, now, to_slot=slot_id, reason=reason)
    return id


@in_transaction
async def confirm(appointment_id: UUID, *, resident_id: UUID, seen: str, by: Actor, now: datetime) -> None:
    """Raises `AlreadyConfirmed`, `TooLateToConfirm`, `ConfirmationNotAllowed`, or that the page was old."""
    visit = await _live(appointment_id, resident_id=resident_id)
    # The same button pressed twice. Only a confirmation can have changed what is confirmed.
    if visit.confirmed_at is None:
        _ensure_seen(visit, seen)
    ensure_confirmable(
        confirmation=visit.confirmation,
        confirmed_at=visit.confirmed_at,
        confirm_by=visit.confirm_by,
        starts_at=visit.starts_at,
        expires_at=visit.expires_at,
        now=now,
    )
    await run(CONFIRM, now, visit.id)
    await _tell(visit, "confirmed", by, now)


@in_transaction
async def rebook(
    appointment_id: UUID,
    *,
    resident_id: UUID,
    slot_id: UUID,
    seen: str,
    by: Actor,
    now: datetime,
    reason: str = "",
    keep_old: bool = True,
) -> None:
    """Move the visit to a free slot of the same time type and free the old one, or withdraw it.

    `keep_old`: others may book the old time. Raises what `ensure_rebookable` does, `AlreadyOccupied`, why the
    slot cannot be had, or that the page was old; then nothing is changed.
    """
    visit = await _current(appointment_id, resident_id=resident_id, seen=seen)
    if _is_own(by):
        ensure_reason(reason, allowed=visit.reason_allowed)
        ensure_rebookable(
            allowed=visit.rebook_allowed,
            starts_at=visit.starts_at,
            cut_off_hours=visit.cut_off_hours,
            expires_at=visit.expires_at,
            now=now,
        )
    else:
        ensure_reason(reason, allowed=True)
        ensure_rebookable_by_care(starts_at=visit.starts_at, now=now)
    await _claim(
        slot_id,
        visit.id,
        errand_id=visit.link_id,
        resident_id=resident_id,
        type_id=visit.time_type_id,
        now=now,
    )
    if not visit.elsewhere:
        await _ensure_alone(visit.id, slot_id, resident_id)
    await _release(visit, keep=keep_old, now=now)
    await run(MOVE, slot_id, now, by.kind, False, visit.id)
    await run(LET_GO, resident_id, visit.link_id, now)
    await _tell(visit, "rebooked", by, now, from_slot=visit.slot_id, to_slot=slot_id, reason=reason)


@in_transaction
async def cancel(
    appointment_id: UUID,
    *,
    resident_id: UUID,
    seen: str,
    by: Actor,
    now: datetime,
    reason: str = "",
    keep_slot: bool = True,
) -> None:
    """The slot is free at once; with `keep_slot` false it goes back to the clinic.

    It asks nothing but what a cancellation needs: whether the booking would be allowed today does not matter.
    Raises what `ensure_cancellable` does, or that the page was old.
    """
    visit = await _current(appointment_id, resident_id=resident_id, seen=seen)
    if _is_own(by):
        ensure_reason(reason, allowed=visit.reason_allowed)
        ensure_cancellable(
            allowed=visit.cancel_allowed,
            starts_at=visit.starts_at,
            cut_off_hours=visit.cut_off_hours,
            expires_at=visit.expires_at,
            now=now,
        )
    else:
        ensure_reason(reason, allowed=True)
        ensure_cancellable_by_care(starts_at=visit.starts_at, now=now)
    await _release(visit, keep=keep_slot, now=now)
    await run(CANCEL, now, by.kind, visit.id)
    await run(LET_GO, resident_id, visit.link_id, now)
    await _tell(visit, "cancelled", by, now, from_slot=visit.slot_id, reason=reason)


async def _current(appointment_id: UUID, *, resident_id: UUID, seen: str) -> Visit:
    visit = await _live(appointment_id, resident_id=resident_id)
    _ensure_seen(visit, seen)
    return visit


async def _live(appointment_id: UUID, *, resident_id: UUID) -> Visit:
    """As it is now, locked."""
    await lock(resident_id)
    visit = await visit_for(resident_id, appointment_id)
    if not visit.live:
        raise AlreadyCancelled
    return visit


def _ensure_seen(visit: Visit, seen: str) -> None:
    """What somebody saw on an old page counts for nothing."""
    if visit.seen != seen:
        raise AlreadyChanged


async def _claim(
    slot_id: UUID, appointment_id: UUID, *, errand_id: UUID, resident_id: UUID, type_id: UUID, now: datetime
) -> None:
    if not await run(CLAIM, appointment_id, slot_id, type_id, now, now, resident_id, errand_id):
        raise await why_not(slot_id, type_id, now=now)


async def _ensure_alone(appointment_id: UUID, slot_id: UUID, resident_id: UUID) -> None:
    """Nobody is in two places."""
    if await run(CLASHES, slot_id, resident_id, appointment_id):
        raise AlreadyOccupied


async def _release(visit: Visit, *, keep: bool, now: datetime) -> None:
    if keep:
        await run(RELEASE, visit.slot_id, visit.id)
    else:
        await run(WITHDRAW, now, visit.slot_id, visit.id)


def _is_own(by: Actor) -> bool:
    return by.kind in (RESIDENT, GUARDIAN)


async def _tell(
    visit: Visit,
    action: str,
    by: Actor,
    now: datetime,
    *,
    from_slot: UUID | None = None,
    to_slot: UUID | None = None,
    reason: str = "",
) -> None:
    """In the history and in the audit, in the transaction that does it."""
    id = uuid7()
    sealed = seal_reason(reason, provider_id=visit.provider_id, event_id=id)
    await run(EVENT, id, visit.id, now, action, by.kind, by.id, by.assignment, from_slot, to_slot, *sealed)
    await record(
        Entry(
            action=f"appointment.{action}",
            at=now,
            actor_kind=by.kind,
            actor_id=by.id,
            assignment=by.assignment,
            resident_id=visit.resident_id,
            care_unit=visit.clinic_hsa_id,
            object_kind="appointment",
            object_id=str(visit.id),
        )
    )
