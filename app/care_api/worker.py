"""What the worker does for the API: letters whose time has come, and batches."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any
from uuid import UUID

from app.care_api.actions.batches import PROCESS, Denied, DoneByAnother, do_next, put
from app.care_api.actions.publishing import publish
from app.care_api.rules.broadcast import USUAL, Alike
from app.care_api.rules.problems import as_refusal
from app.database import POSTGRES
from app.errors import Missing, Refused
from app.inbox.actions import PUBLISH, give_up
from app.outbox.worker import Work

# A batch that takes longer goes to the end of its lane; no worker has to be told to stop twice.
SECONDS = 15.0
# How long it rests after a chunk, in times of how long that took: on SQLite the others write meanwhile.
REST = 0 if POSTGRES else 5


def works(*, denied: Denied, alike: Alike = USUAL) -> dict[str, Work]:
    return {PUBLISH: Work(_publish), PROCESS: Work(partial(_process, denied=denied, alike=alike))}


async def _publish(payload: dict[str, Any], /, *, now: datetime) -> None:
    """What is refused now is refused for good: its sender is told, and finds another way."""
    id = UUID(payload["message"])
    try:
        await publish(id, now=now)
    except Refused as refusal:
        await give_up(id, reason=refusal.code, now=now)
    except Missing as missing:
        await give_up(id, reason=as_refusal(missing).code, now=now)


async def _process(payload: dict[str, Any], /, *, now: datetime, denied: Denied, alike: Alike) -> None:
    """What is left of the batch, chunk by chunk, as far as it gets."""
    batch_id, began = UUID(payload["batch"]), monotonic()
    while (elapsed := monotonic() - began) < SECONDS:
        try:
            at = now + timedelta(seconds=elapsed)
            if not await do_next(batch_id, denied=denied, now=at, alike=alike):
                return
        except DoneByAnother:
            continue
        if REST:
            await asyncio.sleep(REST * (monotonic() - began - elapsed))
    await put(batch_id, lane=UUID(payload["lane"]), now=now + timedelta(seconds=elapsed))
