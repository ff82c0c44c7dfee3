"""Letters sent one by one, stored together: those that come while others are being stored are the next group.

Nobody waits for company: a letter that comes alone is stored alone, at once. What is wrong with one keeps no
other back (`sending`), and a fault of ours is each one's own only when it has been tried alone.
"""

import asyncio
from asyncio import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.care_api.actions.sending import Outcome, Posted, send_each
from app.care_api.rules.broadcast import Alike
from app.sessions.principals import CareSystem

# Others' requests wait while a group is read and sealed.
MOST = 16


class _Waiting(NamedTuple):
    posted: Posted
    care_system: CareSystem
    alike: Alike
    now: datetime
    outcome: "Future[Outcome]"


@dataclass
class Gathering:
    """What waits in this process, by care system: one's letters hold up no other's."""

    _waiting: dict[UUID, list[_Waiting]] = field(default_factory=dict)
    _storing: dict[UUID, "asyncio.Task[None]"] = field(default_factory=dict)

    async def send(self, posted: Posted, *, care_system: CareSystem, alike: Alike, now: datetime) -> Outcome:
        """What becomes of it, when it is stored."""
        outcome: Future[Outcome] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(care_system.id, [])
        waiting.append(_Waiting(posted, care_system, alike, now, outcome))
        if care_system.id not in self._storing:
            self._storing[care_system.id] = asyncio.create_task(self._store(care_system.id))
        return await outcome

    async def _store(self, care_system_id: UUID) -> None:
        waiting = self._waiting[care_system_id]
        try:
            while waiting:
                group = waiting[:MOST]
                del waiting[:MOST]
                await _send(group)
        finally:
            # Nobody may wait for what will never come, when the process is told to stop.
            for each in waiting:
                each.outcome.cancel()
            del self._storing[care_system_id], self._waiting[care_system_id]


async def _send(group: list[_Waiting]) -> None:
    try:
        outcomes = await _sent(group)
    except Exception as fault:  # noqa: BLE001 - whoever waits is told, and nobody else
        if len(group) == 1:
            _fail(group[0], fault)
            return
        for each in group:
            await _send([each])
        return
    for each, outcome in zip(group, outcomes, strict=True):
        if not each.outcome.done():
            each.outcome.set_result(outcome)


def _fail(waiting: _Waiting, fault: Exception) -> None:
    if not waiting.outcome.done():
        waiting.outcome.set_exception(fault)


async def _sent(group: list[_Waiting]) -> list[Outcome]:
    """As the latest of them says: its care system as it is now, and what time it is."""
    latest = group[-1]
    return await send_each(
        [each.posted for each in group],
        care_system=latest.care_system,
        alike=latest.alike,
        now=max(each.now for each in group),
    )
