"""What the worker does for letters when their time has come."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from app.inbox.actions import DUE, EXPIRE, expire, fall_due
from app.outbox.worker import Do, Work


def works() -> dict[str, Work]:
    return {DUE: Work(_of_message(fall_due)), EXPIRE: Work(_of_message(expire))}


def _of_message(action: Callable[..., Awaitable[None]]) -> Do:
    async def do(payload: dict[str, Any], /, *, now: datetime) -> None:
        await action(UUID(payload["message"]), now=now)

    return do
