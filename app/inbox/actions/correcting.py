"""Correcting a letter: what it said until then can still be read, and whoever has read it is told."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from app.audit.actions import record
from app.callbacks.actions import tell
from app.database import in_transaction, run
from app.inbox.actions.changing import entry, locked, locked_waiting, sent
from app.inbox.actions.letters import Wording
from app.inbox.actions.lines import relabel
from app.inbox.rules import AlreadyWithdrawn, NotDelivered, ensure_correctable
from app.inbox.sealed import Earlier, Opened, seal_by, written_anew
from app.sessions.principals import CareSystem

CORRECT = "UPDATE messages SET corrected_at = {}, content_sealed = {} WHERE id = {}"
# It stands among the new ones again, and bold, for a resident who has it; its receipt stays as it was given.
TELL_READER = "UPDATE threads SET last_at = {}, unread = unread + {} WHERE id = {}"


class Corrected(NamedTuple):
    """`deleted`: the resident has no copy, so only the provider's says it differently now."""

    id: UUID
    corrected_at: datetime
    deleted: bool


@in_transaction
async def correct(message_id: UUID, *, wording: Wording, care_system: CareSystem, now: datetime) -> Corrected:
    """`wording` is all that it says from now on. Raises `Missing` and what the rules do."""
    if await locked_waiting(message_id, care_system):
        raise NotDelivered
    letter = await locked(message_id, care_system)
    if letter.withdrawn_at is not None:
        raise AlreadyWithdrawn
    key = letter.provider_unwrapped()
    said = letter.opened(key)
    ensure_correctable(corrections=len(said.earlier))
    says = _corrected(said, wording, care_system.agent_name, now)
    sealed = seal_by(key, says, provider_id=letter.provider_id, message_id=letter.id)
    await run(CORRECT, now, sealed, letter.id)
    if letter.resident_key is not None:
        await run(TELL_READER, now, int(letter.read_at is not None), letter.thread_id)
        await relabel(letter, said, says)
    await record(entry(letter, "message.corrected", care_system, now))
    await tell([sent(letter).became("message.corrected", care_system.actor.kind)], now=now)
    return Corrected(letter.id, now, letter.resident_key is None)


def _corrected(said: Opened, wording: Wording, agent_name: str, now: datetime) -> Opened:
    anew = written_anew(
        said,
        subject=wording.subject,
        body=wording.body,
        versions=wording.versions,
        language=wording.language,
    )
    return msgspec.structs.replace(
        anew,
        purpose=wording.purpose,
        use_of_answers=wording.use_of_answers,
        contact_name=wording.contact_name,
        contact_phone=wording.contact_phone,
        contact_hours=wording.contact_hours,
        links=wording.links,
        documents=wording.documents,
        earlier=(*said.earlier, Earlier(now, (said.itself(), *said.others), agent_name)),
    )
