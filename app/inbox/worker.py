"""What the worker does for letters when their time has come."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from app.inbox.actions import DUE, EXPIRE, Answered, expire, fall_due
from app.outbox.worker import Do, Work


def works(answered: Answered) -> dict[str, Work]:
    """`answered` tells of what letters are about, by kind of link."""
    return {DUE: Work(_of_message(fall_due, answered)), EXPIRE: Work(_of_message(expire, answered))}


def _of_message(action: Callable[..., Awaitable[None]], answered: Answered) -> Do:
    async def do(payload: dict[str, Any], /, *, now: datetime) -> None:
        await action(UUID(payload["message"]), answered=answered, now=now)

    return do
