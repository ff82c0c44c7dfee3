"""What the worker does for the API: letters whose time has come."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.care_api.actions.publishing import publish
from app.care_api.rules.problems import as_refusal
from app.errors import Missing, Refused
from app.inbox.actions import PUBLISH, give_up
from app.outbox.worker import Work


def works() -> dict[str, Work]:
    return {PUBLISH: Work(_publish)}


async def _publish(payload: dict[str, Any], /, *, now: datetime) -> None:
    """What is refused now is refused for good: its sender is told, and finds another way."""
    id = UUID(payload["message"])
    try:
        await publish(id, now=now)
    except Refused as refusal:
        await give_up(id, reason=refusal.code, now=now)
    except Missing as missing:
        await give_up(id, reason=as_refusal(missing).code, now=now)
