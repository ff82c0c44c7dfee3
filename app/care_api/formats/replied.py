"""What readers have written back, as their care provider reads it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from app.inbox.queries import Reply


class LetterReply(Struct, frozen=True):
    """As it was written: plain text, with line feeds."""

    id: UUID
    text: str
    replied_at: datetime
    by: Annotated[
        Literal["resident", "guardian"],
        Meta(description="Who wrote it: the recipient, or a guardian who acts for them."),
    ]


class LetterReplies(Struct, frozen=True):
    """The first first; an empty list when nobody has replied."""

    id: UUID
    replies: list[LetterReply]


def letter_replies(message_id: UUID, replies: Sequence[Reply]) -> LetterReplies:
    return LetterReplies(message_id, [_one(reply) for reply in replies])


def _one(reply: Reply) -> LetterReply:
    by: Literal["resident", "guardian"] = "guardian" if reply.by_guardian else "resident"
    return LetterReply(reply.id, reply.text, reply.replied_at.astimezone(UTC), by)
