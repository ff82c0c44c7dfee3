"""Nobody is called any more: what is booked goes back to the clinic, and care is told. Nothing is sent."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.booking import actions as booking
from app.callbacks.actions import Event, tell
from app.database import in_transaction, rows
from app.sessions.principals import THE_REGISTER, Actor
from app.summons.queries import Case, cases_for
from app.summons.rules import CANCELLED, EXPIRED, OVERDUE, TO_BOOK

DECEASED = "deceased"
# Each once, however often the job is done.
CLOSE = "UPDATE summonses SET closed_at = {} WHERE resident = {} AND closed_at IS NULL RETURNING id"


class _Id(NamedTuple):
    id: UUID


@in_transaction
async def close_for_deceased(resident_id: UUID, *, now: datetime) -> None:
    """A visit that is ahead is cancelled by the register, and its slot withdrawn: it is the clinic's again.

    Whether the time can be given to somebody else is the clinic's to say, which may have known before. An
    open summons is closed. Nothing is written in the threads. Done again it does nothing.
    """
    await booking.lock(resident_id)
    closed = await rows(_Id, CLOSE, now, resident_id)
    cases = await cases_for(resident_id, [summons.id for summons in closed])
    for case in cases.values():
        await booking.let_go(resident_id=resident_id, errand_id=case.summons.id, now=now)
        if case.visit is not None and case.visit.live and case.visit.starts_at > now:
            await booking.cancel(
                case.visit.id,
                resident_id=resident_id,
                seen=case.visit.seen,
                by=THE_REGISTER,
                now=now,
                keep_slot=False,
            )
        elif not _was_open(case, now):
            continue
        await record(_closed(case, THE_REGISTER, now))
        await tell([_cancelled(case)], now=now)


def _was_open(case: Case, now: datetime) -> bool:
    return case.state_unless_closed(now) in (TO_BOOK, OVERDUE, EXPIRED)


def _closed(case: Case, by: Actor, now: datetime) -> Entry:
    summons = case.summons
    return Entry(
        action="summons.closed", at=now, actor_kind=by.kind, actor_id=by.id, resident_id=summons.resident_id,
        care_unit=summons.clinic_hsa_id, object_kind="summons", object_id=str(summons.id),
    )  # fmt: skip


def _cancelled(case: Case) -> Event:
    """Without an appointment for one where nothing was booked."""
    summons, visit = case.summons, case.visit if case.visit and case.visit.live else None
    return Event(
        kind=f"summons.{CANCELLED}",
        provider_id=summons.provider_id,
        care_system_id=summons.care_system_id,
        actor_kind=THE_REGISTER.kind,
        message_id=summons.message_id,
        thread_id=summons.thread_id,
        summons_id=summons.id,
        appointment_id=visit.id if visit else None,
        slot_id=visit.slot_id if visit else None,
        reason=DECEASED,
    )
