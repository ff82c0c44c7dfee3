"""What the worker does for the made-up recipients."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from app.errors import Missing, Refused
from app.inbox.actions import REHEARSE
from app.outbox.worker import Work
from app.rehearsal.actions import STEP, put_step, take_step


def works(*, pace: int) -> dict[str, Work]:
    """`pace`: so many times as fast as the timetable says."""
    return {REHEARSE: Work(partial(_begin, pace=pace)), STEP: Work(partial(_take_step, pace=pace))}


async def _begin(payload: dict[str, Any], /, *, now: datetime, pace: int) -> None:
    for message_id in payload["messages"]:
        await put_step(UUID(message_id), 0, pace=pace, now=now)


async def _take_step(payload: dict[str, Any], /, *, now: datetime, pace: int) -> None:
    message_id, number = UUID(payload["message"]), payload["number"]
    # As for a person whose page has no such button (any more): nothing happens, and they go on.
    with suppress(Refused, Missing):
        await take_step(message_id, number, now=now)
    await put_step(message_id, number + 1, pace=pace, now=now)
