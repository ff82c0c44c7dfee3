"""What the worker does for files: looks into those that wait for it, and erases what nobody has any more."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from app.attachments import queries
from app.attachments.actions import ERASE, INSPECT, settle
from app.attachments.gateways.desk import Desk
from app.attachments.rules.kinds import INSPECTING
from app.attachments.sealed import Lock, Pieces, opened
from app.outbox.worker import Work


class StillAway(Exception):
    """The scanner or the store does not answer: it is tried again."""


def works(desk: Desk) -> dict[str, Work]:
    return {INSPECT: Work(partial(_inspect, desk=desk)), ERASE: Work(partial(_erase, desk=desk))}


async def _inspect(payload: dict[str, Any], /, *, now: datetime, desk: Desk) -> None:
    id = UUID(payload["attachment"])
    lock = await queries.to_inspect(id)
    if lock is None:
        return
    looked = await desk.look(partial(_pieces, desk, lock))
    if looked.state == INSPECTING:
        raise StillAway
    await settle(id, looked, now=now)


def _pieces(desk: Desk, lock: Lock) -> Pieces:
    return opened(desk.store.get(lock.id), lock)


async def _erase(payload: dict[str, Any], /, *, now: datetime, desk: Desk) -> None:  # noqa: ARG001
    id = UUID(payload["attachment"])
    if not await queries.is_kept(id):
        await desk.store.erase(id)
