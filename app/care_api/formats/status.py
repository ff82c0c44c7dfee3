"""What a sender may know about a letter."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.care_api.queries import Told

STATES = (
    "scheduled",
    "not-delivered",
    "delivered",
    "read",
    "confirmed",
    "answered",
    "booked",
    "rebooked",
    "cancelled",
    "expired",
    "withdrawn",
)
State = Annotated[str, Meta(description="How far it has come.", extra_json_schema={"enum": list(STATES)})]


class Status(Struct, frozen=True, kw_only=True):
    """How far a letter has come, and when. Times are RFC 3339, UTC; null is not yet, or never.

    Delivered: available in the inbox. Read: the resident has opened it, which is never taken back.
    `deleted_by_resident`: they destroyed their copy without opening it; the provider's is kept.
    """

    id: UUID
    thread_id: UUID
    status: State
    accepted_at: datetime
    publish_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    confirmed_at: datetime | None
    answered_at: datetime | None
    booked_at: datetime | None
    rebooked_at: datetime | None
    cancelled_at: datetime | None
    due_at: datetime | None
    unread_at_due: Annotated[bool, Meta(description="It had not been opened at `due_at`.")]
    expires_at: datetime | None
    withdrawn_at: datetime | None
    corrected_at: Annotated[datetime | None, Meta(description="The last time.")]
    replaced_by: Annotated[UUID | None, Meta(description="The ordination that holds in its stead.")]
    deleted_by_resident: bool
    reason: Annotated[str | None, Meta(description="Of not-delivered: the code of what refused it.")]
    summons_id: UUID | None
    agent: Annotated[str | None, Meta(description="The connection agent that sent it for the provider.")]


class ThreadStatus(Struct, frozen=True):
    """Everything that the provider has sent in one thread, the oldest first."""

    id: UUID
    messages: list[Status]


def read_status(told: Told) -> Status:
    letter, done, answer = told
    return Status(
        id=letter.id,
        thread_id=letter.thread_id,
        # What was last done with the visit says more than that its letter is read.
        status=letter.state if letter.withdrawn_at or answer is None else answer,
        accepted_at=letter.accepted_at.astimezone(UTC),
        publish_at=_utc(letter.publish_at),
        delivered_at=_utc(letter.delivered_at),
        read_at=_utc(letter.read_at),
        confirmed_at=_utc(done.get("confirmed") or letter.confirmed_at),
        answered_at=_utc(letter.answered_at),
        booked_at=_utc(done.get("booked")),
        rebooked_at=_utc(done.get("rebooked")),
        cancelled_at=_utc(done.get("cancelled")),
        due_at=_utc(letter.due_at),
        unread_at_due=letter.unread_at_due,
        expires_at=_utc(letter.expires_at),
        withdrawn_at=_utc(letter.withdrawn_at),
        corrected_at=_utc(letter.corrected_at),
        replaced_by=letter.replaced_by,
        deleted_by_resident=letter.deleted_unread,
        reason=letter.reason,
        summons_id=letter.link_id,
        agent=letter.agent_name,
    )


def _utc(when: datetime | None) -> datetime | None:
    return when.astimezone(UTC) if when else None
