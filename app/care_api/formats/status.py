"""What a sender may know about a letter."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from app.inbox.queries import MessageStatus


class Status(Struct, frozen=True):
    """Delivered: available in the inbox. Read: the resident has opened it. Times are RFC 3339, UTC.

    `deleted_by_resident`: the resident has destroyed their copy, read or not; the provider's is kept.
    """

    id: UUID
    thread_id: UUID
    status: Literal["delivered", "read"]
    delivered_at: datetime
    read_at: datetime | None
    deleted_by_resident: bool


class ThreadStatus(Struct, frozen=True):
    """Everything that the provider has sent in one thread, the oldest first."""

    id: UUID
    messages: list[Status]


def read_status(found: MessageStatus) -> Status:
    return Status(
        id=found.id,
        thread_id=found.thread_id,
        status="read" if found.read_at else "delivered",
        delivered_at=found.delivered_at.astimezone(UTC),
        read_at=found.read_at.astimezone(UTC) if found.read_at else None,
        deleted_by_resident=found.deleted_at is not None,
    )
