"""What leaves: a change, and a callback about it. Ids only."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from app.callbacks.queries import Change
from app.callbacks.rules.kinds import KINDS, TEST

# Not an enum: whoever checks callbacks by the contract must get past the kinds that are still to come.
Type = Annotated[
    str,
    Meta(
        description=f"What has happened: {', '.join(KINDS)}. Pass over one that you do not know.",
        examples=list(KINDS),
    ),
]


class ChangeData(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`number` is the change's place in the order of changes; `actor` is who did it.

    Each type has the ids that it is about, and no others.
    """

    number: int
    actor: Annotated[
        str,
        Meta(
            description="resident, guardian, clinician, care-system, agent; register: the population"
            " register; clock: only time has passed."
        ),
    ]
    message_id: UUID | None = None
    thread_id: UUID | None = None
    summons_id: UUID | None = None
    appointment_id: UUID | None = None
    slot_id: UUID | None = None
    from_slot_id: UUID | None = None
    reason: Annotated[str | None, Meta(description="deceased: the population register says so.")] = None


class Called(Struct, frozen=True):
    """The body of a callback (Standard Webhooks)."""

    type: Type
    timestamp: datetime
    data: ChangeData


class ListedChange(Struct, frozen=True):
    """A callback as the list of changes shows it: `id` is the callback's `webhook-id`."""

    id: UUID
    type: Type
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
        reason=change.reason,
    )


class CalledTestData(Struct, frozen=True):
    test_id: UUID


class CalledTest(Struct, frozen=True):
    """The body of a test: nothing has happened."""

    type: Annotated[str, Meta(description=TEST, examples=[TEST])]
    timestamp: datetime
    data: CalledTestData


def body_of_test(test_id: UUID, *, at: datetime) -> bytes:
    return msgspec.json.encode(CalledTest(TEST, at.astimezone(UTC), CalledTestData(test_id)))
