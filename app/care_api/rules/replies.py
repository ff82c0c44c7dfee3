"""What is answered to a POST and kept with its key for 30 days: ids, times and words of ours only."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from app.summons.rules import STATES

State = Annotated[str, Meta(description="How it stands.", extra_json_schema={"enum": list(STATES)})]


class SlotsPublished(Struct, frozen=True):
    """In the order of the slots that were sent."""

    ids: list[UUID]


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
