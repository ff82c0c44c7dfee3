"""Something is said of a letter that is delivered: its content is sealed anew, for whoever has a copy."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import vault
from app.database import rows, run
from app.errors import Missing
from app.inbox.sealed import Opened, open_by, place_of_content, seal_by


class Held(NamedTuple):
    """A letter whose thread is locked by the caller's transaction."""

    id: UUID
    thread_id: UUID
    resident_id: UUID
    clinic_id: UUID
    provider_id: UUID
    care_system_id: UUID
    kind: str
    link_kind: str | None
    link_id: UUID | None
    content_sealed: bytes
    resident_key: bytes | None
    provider_key: bytes
    read_at: datetime | None
    hidden: bool
    withdrawn_at: datetime | None
    replaced_by: UUID | None
    care_unit: str

    def key(self) -> bytes | None:
        """The key of its content. None where nobody has one: withdrawn, and deleted by the resident.

        Of a letter that is withdrawn the provider's key opens another content. Raises `vault.Unreadable`.
        """
        if self.withdrawn_at is None:
            return self.provider_unwrapped()
        if self.resident_key is None:
            return None
        place = place_of_content(self.provider_id, self.id)
        return vault.unwrap(self.resident_key, place._replace(column="resident_key"))

    def provider_unwrapped(self) -> bytes:
        """Raises `vault.Unreadable`."""
        place = place_of_content(self.provider_id, self.id)
        return vault.unwrap(self.provider_key, place._replace(column="provider_key"))

    def opened(self, key: bytes) -> Opened:
        """Raises `vault.Unreadable`."""
        return open_by(key, self.content_sealed, provider_id=self.provider_id, message_id=self.id)


class _Id(NamedTuple):
    id: UUID


HELD = (
    "SELECT m.id, m.thread AS thread_id, m.resident AS resident_id, m.clinic AS clinic_id, m.provider_id,"
    " m.care_system_id, m.kind, m.link_kind, m.link_id, m.content_sealed, m.resident_key, m.provider_key,"
    " m.read_at, m.hidden_from_guardians AS hidden, m.withdrawn_at, m.replaced_by, c.hsa_id AS care_unit"
    " FROM messages m JOIN clinics c ON c.id = m.clinic WHERE m.id = {}"
)
RESEAL = "UPDATE messages SET content_sealed = {} WHERE id = {}"


async def held(message_id: UUID) -> Held:
    """Raises `Missing`."""
    found = await rows(Held, HELD, message_id)
    if not found:
        raise Missing("message", message_id)
    return found[0]


async def lock(*thread_ids: UUID) -> None:
    """In the order of their ids, as everybody who locks two threads does."""
    for thread_id in sorted(set(thread_ids)):
        await rows(_Id, "UPDATE threads SET unread = unread WHERE id = {} RETURNING id", thread_id)


async def reseal(letter: Held, change: Callable[[Opened], Opened]) -> None:
    key = letter.key()
    if key is None:
        return
    content = change(letter.opened(key))
    sealed = seal_by(key, content, provider_id=letter.provider_id, message_id=letter.id)
    await run(RESEAL, sealed, letter.id)
