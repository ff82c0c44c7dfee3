"""Letters that wait: until the time their sender set, or until the clinic answers its phone."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.care.queries import phone_hours_of
from app.care.rules import next_answered
from app.care_api.actions.letters import in_its_thread, letter_of
from app.care_api.actions.summonses import publish_summons
from app.care_api.queries import sender_of
from app.care_api.rules.letter import check
from app.care_api.rules.life import Life, ensure_in_order
from app.care_api.rules.payload import Payload
from app.care_api.rules.refusals import PhoneHoursMissing
from app.database import in_transaction
from app.inbox import actions as inbox
from app.inbox.actions import Due, Letter, WaitingLetter
from app.sessions.principals import CareSystem

_received = msgspec.json.Decoder(Payload)


def waiting(
    letter: Letter, payload: Payload, *, publish_at: datetime, care_system: CareSystem
) -> WaitingLetter:
    return inbox.waiting(
        letter, msgspec.json.encode(payload), publish_at=publish_at, care_system_id=care_system.id
    )


async def publish_time(life: Life, clinic_id: UUID, *, now: datetime) -> datetime | None:
    """When the letter is to be delivered, None for now.

    Raises `PhoneHoursMissing`, or what `ensure_in_order` raises of a phone that is answered too late.
    """
    if not life.while_phone_open:
        return life.publish_at
    answered_at = next_answered(await phone_hours_of(clinic_id), after=life.publish_at or now)
    if answered_at is None:
        raise PhoneHoursMissing
    ensure_in_order(life, delivered_at=answered_at)
    return answered_at if answered_at > now else None


@in_transaction
async def publish(message_id: UUID, *, now: datetime) -> None:
    """Deliver a letter whose time has come, or send a summons, once: everything about it is asked again.

    What a letter says of itself was right when it was accepted, and is held to the clock of that day. Raises
    why it cannot be delivered: `Refused` or `Missing`.
    """
    due = await inbox.due(message_id, now=now)
    if due is None:
        return
    care_system = await sender_of(due.care_system_id, now=now)
    if due.link_id is not None:
        await publish_summons(due, due.link_id, care_system=care_system, now=now)
    elif later := await _deliver(due, care_system, now):
        await inbox.postpone(message_id, until=later, now=now)
        return
    await inbox.forget(message_id)


async def _deliver(due: Due, care_system: CareSystem, now: datetime) -> datetime | None:
    """When it is to be tried again, None when it is delivered."""
    checked = check(_received.decode(due.letter), now=due.accepted.at)
    letter = await letter_of(checked, care_system, now=now)
    # The hours may be others than they were, and the worker may be late.
    waits = Life(while_phone_open=checked.life.while_phone_open)
    later = await publish_time(waits, letter.clinic.id, now=now)
    if later is not None:
        return later
    letter = msgspec.structs.replace(letter, id=due.id, thread_id=due.thread_id, accepted=due.accepted)
    with in_its_thread(letter):
        await inbox.deliver(letter, care_system_id=care_system.id, by=care_system.actor, now=now)
    return None
