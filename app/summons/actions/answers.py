"""What is answered to a summons, by the resident or on their behalf."""

from datetime import datetime
from uuid import UUID

from app.booking import actions as booking
from app.booking.actions import Errand
from app.booking.queries import Visit
from app.booking.rules import (
    AlreadyChanged,
    BookedElsewhere,
    BookingNotAllowed,
    TooLateToBook,
    ensure_rebookable,
)
from app.care.queries import clinic_by_hsa
from app.database import in_transaction
from app.errors import Missing
from app.language import Language
from app.sessions.principals import AGENT, CARE_SYSTEM, GUARDIAN, RESIDENT, Actor
from app.summons.actions.receipts import acknowledge
from app.summons.actions.sending import LINK
from app.summons.queries import Case, case_for
from app.summons.rules import (
    BOOKED,
    CANCELLED,
    CONFIRMED,
    EXPIRED,
    OVERDUE,
    REBOOKED,
    NothingToTakeBack,
    SummonsClosed,
    ensure_terms,
)


@in_transaction
async def hold(summons_id: UUID, *, resident_id: UUID, slot_id: UUID, now: datetime) -> datetime:
    """Keep a time for ten minutes while the resident decides, to book it or to move to it; until when.

    Raises `TooLateToBook`, `BookingNotAllowed`, what `ensure_rebookable` does, or why the slot cannot be had.
    """
    case = await _here(resident_id, summons_id)
    visit = case.visit
    if visit is not None and visit.live:
        ensure_rebookable(
            allowed=visit.rebook_allowed,
            starts_at=visit.starts_at,
            cut_off_hours=visit.cut_off_hours,
            expires_at=visit.expires_at,
            now=now,
        )
    else:
        _ensure_bookable(case, now)
    return await booking.hold(
        slot_id,
        resident_id=resident_id,
        errand_id=summons_id,
        time_type_id=case.summons.time_type_id,
        now=now,
    )


@in_transaction
async def confirm(
    summons_id: UUID,
    *,
    resident_id: UUID,
    seen: str,
    accepted: bool,
    by: Actor,
    language: Language,
    now: datetime,
) -> None:
    """Raises `TermsNotAccepted` and what `booking.confirm` raises."""
    case = await locked(resident_id, summons_id)
    visit = _booked(case)
    # Whoever has confirmed already hears that, and not of terms.
    await booking.confirm(visit.id, resident_id=resident_id, seen=seen, by=by, now=now)
    ensure_terms(has_terms=bool(case.details().terms), accepted=accepted)
    await acknowledge(await case_for(resident_id, summons_id), CONFIRMED, by=by, language=language, now=now)


@in_transaction
async def book(
    summons_id: UUID,
    *,
    resident_id: UUID,
    slot_id: UUID,
    accepted: bool,
    by: Actor,
    language: Language,
    now: datetime,
    reason: str = "",
    seen: str | None = None,
) -> None:
    """Book a time for an open summons, once. Care may do it whenever nothing is booked, and accepts no terms.

    `seen` is what the form's page said of the summons; None: no page did. Raises `TermsNotAccepted` and
    `TooLateToBook` (from residents), that the page was old, and what `booking.book` does.
    """
    case = await _here(resident_id, summons_id)
    if _is_own(by):
        _ensure_bookable(case, now)
    # A form sent once more must not book again what has been cancelled since.
    if seen is not None and seen != case.seen:
        raise AlreadyChanged
    if _is_own(by):
        ensure_terms(has_terms=bool(case.details().terms), accepted=accepted)
    await booking.book(await errand_of(case), slot_id=slot_id, by=by, now=now, reason=reason)
    await acknowledge(await case_for(resident_id, summons_id), BOOKED, by=by, language=language, now=now)


@in_transaction
async def rebook(
    summons_id: UUID,
    *,
    resident_id: UUID,
    slot_id: UUID,
    seen: str,
    accepted: bool,
    by: Actor,
    language: Language,
    now: datetime,
    reason: str = "",
    keep_old: bool = True,
) -> None:
    """Raises `TermsNotAccepted` (from residents) and what `booking.rebook` raises."""
    case = await _here(resident_id, summons_id)
    visit = _booked(case)
    if _is_own(by):
        ensure_terms(has_terms=bool(case.details().terms), accepted=accepted)
    await booking.rebook(
        visit.id,
        resident_id=resident_id,
        slot_id=slot_id,
        seen=seen,
        by=by,
        now=now,
        reason=reason,
        keep_old=keep_old,
    )
    moved = await case_for(resident_id, summons_id)
    await acknowledge(moved, REBOOKED, by=by, language=language, now=now, from_slot_id=visit.slot_id)


@in_transaction
async def cancel(
    summons_id: UUID,
    *,
    resident_id: UUID,
    seen: str,
    by: Actor,
    language: Language,
    now: datetime,
    reason: str = "",
    keep_slot: bool = True,
) -> None:
    """What follows is the summons' own: closed, bookable anew, or the clinic's turn.

    What is booked elsewhere is cancelled there; then its care system tells us. Raises what `booking.cancel`
    does, or `BookedElsewhere`.
    """
    case = await locked(resident_id, summons_id)
    if case.is_external and by.kind not in (CARE_SYSTEM, AGENT):
        raise BookedElsewhere
    visit = _booked(case)
    keep = keep_slot and not case.is_external
    await booking.cancel(
        visit.id, resident_id=resident_id, seen=seen, by=by, now=now, reason=reason, keep_slot=keep
    )
    await acknowledge(await case_for(resident_id, summons_id), CANCELLED, by=by, language=language, now=now)


@in_transaction
async def take_back(
    summons_id: UUID,
    *,
    resident_id: UUID,
    seen: str,
    accepted: bool,
    by: Actor,
    language: Language,
    now: datetime,
) -> None:
    """Book the same time again after a cancellation, if it is still free: a new claim, never a revival.

    Raises `NothingToTakeBack`, `TooLateToBook`, `TermsNotAccepted`, or why the slot cannot be had.
    """
    case = await _here(resident_id, summons_id)
    visit = case.visit
    if visit is None or visit.live or visit.seen != seen:
        raise NothingToTakeBack
    if case.is_over(now):
        raise TooLateToBook
    if not case.may_take_back(now):
        raise NothingToTakeBack
    ensure_terms(has_terms=bool(case.details().terms), accepted=accepted)
    await booking.book(await errand_of(case), slot_id=visit.slot_id, by=by, now=now)
    await acknowledge(await case_for(resident_id, summons_id), BOOKED, by=by, language=language, now=now)


async def locked(resident_id: UUID, summons_id: UUID) -> Case:
    """As it is when nobody else is changing it: what is decided from it still holds when it is done."""
    await booking.lock(resident_id)
    return await case_for(resident_id, summons_id)


async def _here(resident_id: UUID, summons_id: UUID) -> Case:
    """One whose times are here. Raises `SummonsClosed` or `BookedElsewhere`."""
    case = await locked(resident_id, summons_id)
    if case.is_closed:
        raise SummonsClosed
    if case.is_external:
        raise BookedElsewhere
    return case


def _booked(case: Case) -> Visit:
    """The latest, even a cancelled one: then `booking` says so. Raises `Missing` when nothing was booked."""
    if case.visit is None:
        raise Missing("appointment")
    return case.visit


def _ensure_bookable(case: Case, now: datetime) -> None:
    if case.state(now) in (OVERDUE, EXPIRED):
        raise TooLateToBook
    if not case.may_book(now):
        raise BookingNotAllowed


async def errand_of(case: Case) -> Errand:
    summons = case.summons
    return Errand(
        kind=LINK,
        id=summons.id,
        resident_id=summons.resident_id,
        clinic=await clinic_by_hsa(summons.clinic_hsa_id),
        care_system_id=summons.care_system_id,
        time_type_id=summons.time_type_id,
        policy=summons.policy,
        elsewhere=case.is_external,
    )


def _is_own(by: Actor) -> bool:
    return by.kind in (RESIDENT, GUARDIAN)
