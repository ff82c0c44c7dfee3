"""Answering a summons, with what a test does not care about filled in."""

from asyncio import create_task, gather
from collections.abc import Awaitable, Sequence
from contextvars import Context
from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.queries import TimeType, Visit, free_slots
from app.sessions.principals import Actor, Resident
from app.summons import actions
from app.summons.queries import Case, case_for

NOBODYS_ERRAND = UUID(int=1)


async def case_of(id: UUID, resident: Resident) -> Case:
    return await case_for(resident.id, id)


async def visit_of(id: UUID, resident: Resident) -> Visit:
    visit = (await case_of(id, resident)).visit
    assert visit is not None, "nothing was booked"
    return visit


async def seen_of(id: UUID, resident: Resident) -> str:
    return (await case_of(id, resident)).seen


async def state(id: UUID, resident: Resident, now: datetime) -> str:
    return (await case_of(id, resident)).state(now)


async def book(id: UUID, resident: Resident, slot: UUID, now: datetime, **more: Any) -> None:
    usual: dict[str, Any] = {"accepted": True, "by": resident.actor, "language": "sv"}
    await actions.book(id, resident_id=resident.id, slot_id=slot, now=now, **usual | more)


async def hold(id: UUID, resident: Resident, slot: UUID, now: datetime) -> datetime:
    return await actions.hold(id, resident_id=resident.id, slot_id=slot, now=now)


async def confirm(
    id: UUID, resident: Resident, now: datetime, *, seen: str | None = None, **more: Any
) -> None:
    usual: dict[str, Any] = {"accepted": True, "by": resident.actor, "language": "sv"}
    seen = await seen_of(id, resident) if seen is None else seen
    await actions.confirm(id, resident_id=resident.id, seen=seen, now=now, **usual | more)


async def rebook(
    id: UUID, resident: Resident, slot: UUID, now: datetime, *, seen: str | None = None, **more: Any
) -> None:
    usual: dict[str, Any] = {"accepted": True, "by": resident.actor, "language": "sv"}
    seen = await seen_of(id, resident) if seen is None else seen
    await actions.rebook(id, resident_id=resident.id, slot_id=slot, seen=seen, now=now, **usual | more)


async def cancel(
    id: UUID, resident: Resident, now: datetime, *, seen: str | None = None, **more: Any
) -> None:
    usual: dict[str, Any] = {"by": resident.actor, "language": "sv"}
    seen = await seen_of(id, resident) if seen is None else seen
    await actions.cancel(id, resident_id=resident.id, seen=seen, now=now, **usual | more)


async def take_back(
    id: UUID, resident: Resident, now: datetime, *, seen: str | None = None, by: Actor | None = None
) -> None:
    seen = await seen_of(id, resident) if seen is None else seen
    await actions.take_back(
        id, resident_id=resident.id, seen=seen, accepted=True, by=by or resident.actor, language="sv", now=now
    )


async def free(visits: TimeType, resident: Resident, now: datetime) -> list[UUID]:
    found = await free_slots(visits.id, resident_id=resident.id, errand_id=NOBODYS_ERRAND, now=now)
    return [slot.id for slot in found]


async def at_once(attempts: Sequence[Awaitable[object]]) -> list[BaseException | None]:
    """What became of each: all are begun together, each as a request of its own."""

    async def attempt(one: Awaitable[object]) -> None:
        await one

    return await gather(
        *(create_task(attempt(each), context=Context()) for each in attempts), return_exceptions=True
    )
