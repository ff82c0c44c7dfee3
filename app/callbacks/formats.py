"""What leaves: a change, and a callback about it. Ids only."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from app.callbacks.queries import Change


class ChangeData(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`number` is the change's place in the order of changes; `actor` is who did it."""

    number: int
    actor: str
    message_id: UUID | None = None
    thread_id: UUID | None = None
    summons_id: UUID | None = None
    appointment_id: UUID | None = None
    slot_id: UUID | None = None
    from_slot_id: UUID | None = None


class Called(Struct, frozen=True):
    """The body of a callback (Standard Webhooks)."""

    type: str
    timestamp: datetime
    data: ChangeData


class ListedChange(Struct, frozen=True):
    """A callback as the list of changes shows it: `id` is the callback's `webhook-id`."""

    id: UUID
    type: str
    timestamp: datetime
    data: ChangeData


def read_change(change: Change) -> ListedChange:
    return ListedChange(change.id, change.kind, change.at.astimezone(UTC), _data(change))


def body(change: Change) -> bytes:
    return msgspec.json.encode(Called(change.kind, change.at.astimezone(UTC), _data(change)))


def _data(change: Change) -> ChangeData:
    return ChangeData(
        number=change.number,
        actor=change.actor_kind,
        message_id=change.message_id,
        thread_id=change.thread_id,
        summons_id=change.summons_id,
        appointment_id=change.appointment_id,
        slot_id=change.slot_id,
        from_slot_id=change.from_slot_id,
    )
