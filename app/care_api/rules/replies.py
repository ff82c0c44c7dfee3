"""What is answered to a POST and kept with its key for 30 days: ids, times and words of ours only."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from app.care_api.rules.problems import RowProblem
from app.summons.rules import STATES

WITHDRAWN, HELD, BOOKED, UNKNOWN = WITHDRAWALS = ("withdrawn", "held", "booked", "unknown")
State = Annotated[str, Meta(description="How it stands.", extra_json_schema={"enum": list(STATES)})]


class SlotsPublished(Struct, frozen=True):
    """In the order of the slots that were sent."""

    ids: list[UUID]


class SlotChanged(Struct, frozen=True, omit_defaults=True):
    """`slot_id` is the slot that has come in place of `id`, or `problem` says why none has."""

    id: UUID
    result: Annotated[str, Meta(extra_json_schema={"enum": ["changed", "refused"]})]
    slot_id: UUID | None = None
    problem: RowProblem | None = None


class SlotsChanged(Struct, frozen=True):
    """In the order of the rows that were sent; `changed` is how many are."""

    changed: int
    results: list[SlotChanged]


class SlotWithdrawn(Struct, frozen=True, omit_defaults=True):
    """`withdrawn`, now or before; or why not, with `problem`."""

    id: UUID
    result: Annotated[str, Meta(extra_json_schema={"enum": list(WITHDRAWALS)})]
    problem: RowProblem | None = None


class SlotsWithdrawn(Struct, frozen=True):
    """In the order of the ids that were sent; `withdrawn` is how many are."""

    withdrawn: int
    results: list[SlotWithdrawn]


class SummonsSent(Struct, frozen=True):
    """`appointment_id` and `slot_id` are null for an open summons."""

    id: UUID
    message_id: UUID
    thread_id: UUID
    appointment_id: UUID | None
    slot_id: UUID | None
    status: str
    delivered_at: datetime


class SummonsChanged(Struct, frozen=True):
    """How the summons stands after the change."""

    id: UUID
    state: State
    appointment_id: UUID
    slot_id: UUID
    sequence: int


def encode(reply: Struct) -> bytes:
    return msgspec.json.encode(reply)
