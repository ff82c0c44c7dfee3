"""What the worker does about summonses: a resident has died."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.outbox.worker import Work
from app.residents.actions import DECEASED
from app.summons.actions import close_for_deceased


def works() -> dict[str, Work]:
    return {DECEASED: Work(_close)}


async def _close(payload: dict[str, Any], /, *, now: datetime) -> None:
    await close_for_deceased(UUID(payload["resident"]), now=now)
