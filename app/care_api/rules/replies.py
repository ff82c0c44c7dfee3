"""What is answered to a POST and kept with its key for 30 days: ids, times and words of ours only."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from app.attachments.rules.kinds import KINDS, MEDIA_TYPES, SCANS
from app.attachments.rules.kinds import STATES as FILE_STATES
from app.attachments.rules.standing import Standing
from app.care_api.rules.batches import State as BatchState
from app.care_api.rules.broadcast import Warned
from app.care_api.rules.problems import RowProblem
from app.summons.rules import STATES

WITHDRAWN, HELD, BOOKED, UNKNOWN = WITHDRAWALS = ("withdrawn", "held", "booked", "unknown")
State = Annotated[str, Meta(description="How it stands.", extra_json_schema={"enum": list(STATES)})]


class BatchReceived(Struct, frozen=True):
    """`received` is how many rows there are; each is accepted or refused by itself."""

    id: UUID
    state: BatchState
    received: int
    dry_run: bool


class LetterSent(Struct, frozen=True, omit_defaults=True):
    """`delivered_at` of what is in the inbox; `accepted_at` and `publish_at` of what will be.

    `warnings`, left out when there are none, are for you, not for the resident.
    """

    id: UUID
    thread_id: UUID
    status: Literal["delivered", "scheduled"]
    delivered_at: datetime | UnsetType = UNSET
    accepted_at: datetime | UnsetType = UNSET
    publish_at: datetime | UnsetType = UNSET
    warnings: list[Warned] | UnsetType = UNSET


class LetterAnswered(Struct, frozen=True):
    """`answered_at` is the first that was reported."""

    id: UUID
    status: str
    answered_at: datetime


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
    """`appointment_id` and `slot_id` are null for an open summons, and for one that waits: nothing is held.

    `delivered_at` of what is in the inbox; `accepted_at` and `publish_at` of what will be.
    """

    id: UUID
    message_id: UUID
    thread_id: UUID
    appointment_id: UUID | None
    slot_id: UUID | None
    status: Literal["delivered", "scheduled"]
    delivered_at: datetime | UnsetType = UNSET
    accepted_at: datetime | UnsetType = UNSET
    publish_at: datetime | UnsetType = UNSET


class MessageWithdrawn(Struct, frozen=True):
    """Also when it was withdrawn already: then as it was the first time."""

    id: UUID
    withdrawn_at: datetime


class MessageCorrected(Struct, frozen=True):
    """`deleted_by_resident`: they have no copy, so that nobody reads the correction."""

    id: UUID
    corrected_at: datetime
    deleted_by_resident: bool


class SummonsChanged(Struct, frozen=True):
    """How the summons stands after the change."""

    id: UUID
    state: State
    appointment_id: UUID
    slot_id: UUID
    sequence: int


class AttachmentStatus(Struct, frozen=True):
    """How a file stands. Only one that is `clean` can be enclosed; `code` says why one was refused.

    `warnings` are for you, not for the resident: what makes the file hard to read for some.
    """

    id: UUID
    state: Annotated[str, Meta(description="How far it is.", extra_json_schema={"enum": list(FILE_STATES)})]
    type: Annotated[str, Meta(description="By its content.", extra_json_schema={"enum": list(MEDIA_TYPES)})]
    size: Annotated[int, Meta(description="In octets.")]
    scan: Annotated[
        str, Meta(description="Of the scan for malware.", extra_json_schema={"enum": list(SCANS)})
    ]
    code: str | None
    warnings: list[str]
    received_at: datetime
    unused_until: Annotated[
        datetime | None, Meta(description="Removed then, unless a letter has enclosed it: then null.")
    ]


def attachment_status(found: Standing) -> AttachmentStatus:
    return AttachmentStatus(
        id=found.id,
        state=found.state,
        type=KINDS[found.kind].media_type,
        size=found.size,
        scan=found.scan,
        code=found.code,
        warnings=list(found.warnings),
        received_at=found.created_at.astimezone(UTC),
        unused_until=found.goes_at.astimezone(UTC) if found.goes_at else None,
    )


class ChangesReplayed(Struct, frozen=True):
    """How many changes are sent again. With `more`, ask on with `since` = `next`."""

    changes: int
    next: int | None
    more: bool


class CallbackTestAsked(Struct, frozen=True):
    """`id` is the event's `webhook-id`, and what to ask for the outcome by."""

    id: UUID
    state: str = "waiting"


class CallbackEnabled(Struct, frozen=True):
    """You are told what happens from now on; what has happened meanwhile can be replayed."""

    enabled_at: datetime


def encode(reply: Struct) -> bytes:
    return msgspec.json.encode(reply)
