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
    corrected_at: datetime | None
    replaced_by: UUID | None

    def key(self) -> bytes | None:
        """The key of its content. None where nobody has one: withdrawn, and deleted by the resident.

        Of a letter that is withdrawn the provider's key opens another content. Raises `vault.Unreadable`.
        """
        place = place_of_content(self.provider_id, self.id)
        if self.withdrawn_at is None:
            return vault.unwrap(self.provider_key, place._replace(column="provider_key"))
        if self.resident_key is None:
            return None
        return vault.unwrap(self.resident_key, place._replace(column="resident_key"))

    def opened(self, key: bytes) -> Opened:
        """Raises `vault.Unreadable`."""
        return open_by(key, self.content_sealed, provider_id=self.provider_id, message_id=self.id)


class _Id(NamedTuple):
    id: UUID


HELD = (
    "SELECT id, thread AS thread_id, resident AS resident_id, clinic AS clinic_id, provider_id,"
    " care_system_id, kind, link_kind, link_id, content_sealed, resident_key, provider_key, read_at,"
    " hidden_from_guardians AS hidden, withdrawn_at, corrected_at, replaced_by FROM messages WHERE id = {}"
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
