"""Sending one letter, once."""

from datetime import UTC, datetime

import msgspec

from app.care_api.actions import keys
from app.care_api.actions.keys import Reply
from app.care_api.actions.letters import in_its_thread, letter_of
from app.care_api.rules.letter import check
from app.care_api.rules.payload import Payload
from app.inbox import actions as inbox
from app.inbox.actions import Letter
from app.sessions.principals import CareSystem

OPERATION = "messages.send"
CREATED = 201


async def send(payload: Payload, *, key: str, care_system: CareSystem, now: datetime) -> Reply:
    """Raises what `once`, `check`, `letter_of` and `deliver` raise."""

    async def prepare() -> Letter:
        return await letter_of(check(payload, now=now), care_system, now=now)

    async def deliver(letter: Letter) -> Reply:
        return await _deliver(letter, care_system=care_system, now=now)

    asked = keys.asked(OPERATION, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, deliver, now=now)


async def _deliver(letter: Letter, *, care_system: CareSystem, now: datetime) -> Reply:
    with in_its_thread(letter):
        delivered = await inbox.deliver(letter, care_system_id=care_system.id, by=care_system.actor, now=now)
    return Reply(CREATED, msgspec.json.encode({
        "id": delivered.id,
        "thread_id": delivered.thread_id,
        "status": "delivered",
        "delivered_at": delivered.delivered_at.astimezone(UTC),
    }))  # fmt: skip
