"""Sending one letter, once."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from app.body import docbook, markdown, plain
from app.body.blocks import Document
from app.care_api.actions import keys
from app.care_api.actions.keys import Asked, Reply
from app.care_api.queries import clinic_for
from app.care_api.rules.idempotency import fingerprint, key_hash
from app.care_api.rules.letter import Checked, check
from app.care_api.rules.payload import Payload
from app.database import in_transaction
from app.errors import Missing
from app.inbox import actions as inbox
from app.inbox.actions import Delivered, Letter
from app.inbox.rules import UnknownThread
from app.residents.queries import reachable
from app.residents.rules import read_number
from app.sessions.principals import CareSystem

OPERATION = "messages.send"
CREATED = 201
READERS = {"docbook": docbook.read, "markdown": markdown.read, "plain": plain.read}


async def send(payload: Payload, *, key: str, care_system: CareSystem, now: datetime) -> Reply:
    """The reply: the same, byte for byte, however often the same letter comes with the same key.

    Raises what `claim`, `check`, the body's readers, `read_number`, `reachable` and `deliver` raise.
    """
    asked = Asked(care_system.id, OPERATION, key_hash(key), fingerprint(key, payload))
    claimed = await keys.claim(asked, now=now)
    if isinstance(claimed, Reply):
        return claimed
    async with keys.released_on_failure(claimed):
        letter = await _letter(check(payload, now=now), care_system, now=now)
        return await _deliver(letter, claimed, care_system=care_system, now=now)


async def _letter(checked: Checked, care_system: CareSystem, *, now: datetime) -> Letter:
    number = read_number(checked.recipient, today=now.date())
    clinic = await clinic_for(care_system.provider_id, checked.hsa_id)
    body = _body(checked)
    return Letter(
        resident_id=await reachable(number),
        clinic=clinic,
        kind=checked.kind,
        subject=checked.subject,
        body=body,
        language=checked.language,
        purpose=checked.purpose,
        use_of_answers=checked.use_of_answers,
        contact_name=checked.contact_name,
        contact_phone=checked.contact_phone,
        contact_hours=checked.contact_hours,
        thread_id=checked.thread_id,
        written_at=checked.written_at,
        sender_reference=checked.sender_reference,
    )


def _body(checked: Checked) -> Document:
    return READERS[checked.format](checked.text)


@in_transaction
async def _deliver(letter: Letter, claim_id: UUID, *, care_system: CareSystem, now: datetime) -> Reply:
    delivered = await _delivered(letter, care_system=care_system, now=now)
    reply = Reply(CREATED, msgspec.json.encode({
        "id": delivered.id,
        "thread_id": delivered.thread_id,
        "status": "delivered",
        "delivered_at": delivered.delivered_at.astimezone(UTC),
    }))  # fmt: skip
    await keys.answer(claim_id, reply)
    return reply


async def _delivered(letter: Letter, *, care_system: CareSystem, now: datetime) -> Delivered:
    try:
        return await inbox.deliver(letter, care_system_id=care_system.id, by=care_system.actor, now=now)
    except UnknownThread:
        # Not there or not theirs: the same 404, and a row in the audit.
        raise Missing("thread", letter.thread_id) from None
