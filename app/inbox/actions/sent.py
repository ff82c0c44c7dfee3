"""A letter as its care system knows it, which is told what becomes of it."""

from typing import NamedTuple
from uuid import UUID

from app.callbacks.actions import Event

# Ends a statement that changes letters, as the fields of `Sent`.
RETURNING = " RETURNING id, thread AS thread_id, provider_id, care_system_id, link_id"


class Sent(NamedTuple):
    id: UUID
    thread_id: UUID
    provider_id: UUID
    care_system_id: UUID
    link_id: UUID | None

    def became(self, kind: str, actor_kind: str) -> Event:
        """What its care system is told."""
        return Event(
            kind=kind, actor_kind=actor_kind, message_id=self.id, thread_id=self.thread_id,
            provider_id=self.provider_id, care_system_id=self.care_system_id, summons_id=self.link_id,
        )  # fmt: skip
