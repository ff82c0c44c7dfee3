"""What a letter asked for is done: its reader confirms it, or its care system reports an answer."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.callbacks.actions import tell
from app.database import in_transaction, rows
from app.errors import Missing
from app.inbox.actions.sent import RETURNING, Sent
from app.inbox.queries.traces import by, seen_by
from app.inbox.rules import (
    AlreadyExpired,
    AlreadyWithdrawn,
    AnsweredBeforeDelivery,
    NothingToConfirm,
    NotYetDelivered,
    is_over,
)
from app.sessions.principals import CareSystem, Resident

# Each is claimed by the statement that does it: of two presses or two reports, one gets a row back.
CONFIRM = (
    "UPDATE messages SET confirmed_at = {} WHERE id = {} AND resident = {} AND resident_key IS NOT NULL"  # noqa: S608
    " AND read_at IS NOT NULL AND confirm_receipt AND confirmed_at IS NULL AND withdrawn_at IS NULL"
    " AND (expires_at IS NULL OR expires_at > {})" + RETURNING
)
ANSWER = (
    "UPDATE messages SET answered_at = {} WHERE id = {} AND answered_at IS NULL AND withdrawn_at IS NULL"  # noqa: S608
    + RETURNING
)
_LIFE = (
    "SELECT m.resident AS resident_id, c.hsa_id AS care_unit, m.test, m.delivered_at, m.expires_at,"
    " m.confirm_receipt, m.confirmed_at, m.answered_at, m.withdrawn_at"
    " FROM messages m JOIN clinics c ON c.id = m.clinic WHERE m.id = {}"
)
OPENED_BY = f"{_LIFE} AND m.resident = {{}} AND m.resident_key IS NOT NULL AND m.read_at IS NOT NULL"
SENT_BY = f"{_LIFE} AND m.provider_id = {{}}"
WAITING = "SELECT id FROM scheduled_messages WHERE id = {} AND provider_id = {}"


class _Life(NamedTuple):
    resident_id: UUID
    care_unit: str
    test: bool
    delivered_at: datetime
    expires_at: datetime | None
    confirm_receipt: bool
    confirmed_at: datetime | None
    answered_at: datetime | None
    withdrawn_at: datetime | None


class _Id(NamedTuple):
    id: UUID


@in_transaction
async def confirm(message_id: UUID, *, resident: Resident, now: datetime) -> None:
    """They have read it, and say so: once, however often they press.

    Raises `Missing` for what they have not opened, `NothingToConfirm` or `AlreadyExpired`.
    """
    sql = CONFIRM.replace(" RETURNING", f"{seen_by(resident)} RETURNING", 1)
    confirmed = await rows(Sent, sql, now, message_id, resident.inbox_of, now)
    if not confirmed:
        await _ensure_confirmed(message_id, resident)
        return
    await record(by(resident, "message.confirmed", now, kind="message", id=message_id))
    await tell([message.became("message.confirmed", resident.actor.kind) for message in confirmed], now=now)


@in_transaction
async def answer(
    message_id: UUID, *, answered_at: datetime, care_system: CareSystem, now: datetime
) -> datetime:
    """The resident has answered, in a survey or by another way: it awaits nothing more.

    Reported twice the first time counts, and is returned. An answer that was given in time counts, however
    late it is reported. Raises `Missing`, `NotYetDelivered`, `AlreadyWithdrawn`, `AlreadyExpired` or
    `AnsweredBeforeDelivery`.
    """
    life = await _sent(message_id, care_system)
    if life.answered_at is not None or life.withdrawn_at is not None:
        return _first_of(life)
    if answered_at < life.delivered_at:
        raise AnsweredBeforeDelivery
    if is_over(expires_at=life.expires_at, now=answered_at):
        raise AlreadyExpired
    answered = await rows(Sent, ANSWER, answered_at, message_id)
    if not answered:
        return _first_of(await _sent(message_id, care_system))
    entry = Entry(
        action="message.answered", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        resident_id=life.resident_id, care_unit=life.care_unit,
        object_kind="message", object_id=str(message_id),
    )  # fmt: skip
    await record(entry)
    kind = care_system.actor.kind
    await tell([message.became("message.answered", kind) for message in answered], now=now)
    return answered_at


def _first_of(life: _Life) -> datetime:
    """Of a letter that is answered already, or withdrawn."""
    if life.answered_at is None:
        raise AlreadyWithdrawn
    return life.answered_at


async def _ensure_confirmed(message_id: UUID, resident: Resident) -> None:
    found = await rows(_Life, OPENED_BY + seen_by(resident, "m"), message_id, resident.inbox_of)
    if not found:
        raise Missing("message", message_id)
    if not found[0].confirm_receipt or found[0].withdrawn_at is not None:
        raise NothingToConfirm
    if found[0].confirmed_at is None:
        raise AlreadyExpired


async def _sent(message_id: UUID, care_system: CareSystem) -> _Life:
    """What the care system's provider has sent and is its business."""
    found = await rows(_Life, SENT_BY, message_id, care_system.provider_id)
    if not found and await rows(_Id, WAITING, message_id, care_system.provider_id):
        raise NotYetDelivered
    if not found or not care_system.sees(found[0].care_unit, test=found[0].test):
        raise Missing("message", message_id)
    return found[0]
