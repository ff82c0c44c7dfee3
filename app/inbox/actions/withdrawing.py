"""Taking a letter back: what it said is gone from the resident's page, that it came and why it went stays."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from app import vault
from app.audit.actions import record
from app.callbacks.actions import tell
from app.database import in_transaction, run
from app.inbox.actions.changing import Waiting, entry, locked, locked_waiting, sent
from app.inbox.actions.lines import relabel
from app.inbox.actions.resealing import Held
from app.inbox.actions.scheduling import END
from app.inbox.rules import WITHDRAWN, NotDelivered
from app.inbox.sealed import Opened, Withdrawal, place_of_content, seal_by, written_anew
from app.sessions.principals import CareSystem

# The provider's copy stays whole. The resident's, if there is one, is a new content under a key of its own.
WITHDRAW = (
    "UPDATE messages SET withdrawn_at = {}, provider_content_sealed = content_sealed, content_sealed = {},"
    " resident_key = {} WHERE id = {}"
)
WITHDRAW_FROM_NOBODY = "UPDATE messages SET withdrawn_at = {} WHERE id = {}"


class Withdrawn(NamedTuple):
    id: UUID
    withdrawn_at: datetime


@in_transaction
async def withdraw(message_id: UUID, *, reason: str, care_system: CareSystem, now: datetime) -> Withdrawn:
    """Done again it answers as the first time, and the first reason stays.

    One that still waits never comes, and its reader sees nothing. Raises `Missing`, or `NotDelivered` for one
    that could not be delivered.
    """
    if waiting := await locked_waiting(message_id, care_system):
        return await _call_off(waiting, care_system, now)
    letter = await locked(message_id, care_system)
    if letter.withdrawn_at is not None:
        return Withdrawn(letter.id, letter.withdrawn_at)
    await _empty(letter, Withdrawal(now, reason, care_system.agent_name))
    await record(entry(letter, "message.withdrawn", care_system, now))
    await tell([sent(letter).became("message.withdrawn", care_system.actor.kind)], now=now)
    return Withdrawn(letter.id, now)


async def _call_off(waiting: Waiting, care_system: CareSystem, now: datetime) -> Withdrawn:
    if waiting.state == WITHDRAWN and waiting.ended_at is not None:
        return Withdrawn(waiting.id, waiting.ended_at)
    if not await run(END, WITHDRAWN, None, now, waiting.id):
        raise NotDelivered
    actor = care_system.actor
    await record(waiting.entry("message.withdrawn", actor, now))
    await tell([waiting.sent().became("message.withdrawn", actor.kind)], now=now)
    return Withdrawn(waiting.id, now)


async def _empty(letter: Held, withdrawal: Withdrawal) -> None:
    if letter.resident_key is None:
        # The resident has deleted it: there is only the provider's copy, as it was.
        await run(WITHDRAW_FROM_NOBODY, withdrawal.at, letter.id)
        return
    said = letter.opened(letter.provider_unwrapped())
    left = _left_of(said, withdrawal)
    key, place = vault.new_key(), place_of_content(letter.provider_id, letter.id)
    sealed = seal_by(key, left, provider_id=letter.provider_id, message_id=letter.id)
    wrapped = vault.wrap(key, place._replace(column="resident_key"))
    await run(WITHDRAW, withdrawal.at, sealed, wrapped, letter.id)
    await relabel(letter, said, left)


def _left_of(said: Opened, withdrawal: Withdrawal) -> Opened:
    """Who sent it and whom to ask. Nothing of what it said, nor of what it said before it was corrected."""
    return msgspec.structs.replace(
        written_anew(said, subject="", body=(), versions=()),
        purpose="",
        use_of_answers="",
        sender_reference="",
        reply_allowed=False,
        links=(),
        documents=(),
        attachments=(),
        withdrawn=withdrawal,
        replaced=said.replaced,
    )
