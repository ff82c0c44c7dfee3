"""What the worker does for the made-up recipients."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from app.errors import Missing, Refused
from app.inbox.actions import REHEARSE
from app.outbox.worker import Work
from app.rehearsal.actions import STEP, begin, take_step


def works(*, pace: int) -> dict[str, Work]:
    """`pace`: so many times as fast as the timetable says."""
    return {REHEARSE: Work(partial(_begin, pace=pace)), STEP: Work(_take_step)}


async def _begin(payload: dict[str, Any], /, *, now: datetime, pace: int) -> None:
    await begin([UUID(id) for id in payload["messages"]], pace=pace, now=now)


async def _take_step(payload: dict[str, Any], /, *, now: datetime) -> None:
    try:
        await take_step(UUID(payload["message"]), payload["step"], now=now)
    except (Refused, Missing):
        # As for a person whose page has no such button (any more): nothing happens.
        return
