"""What is sealed of a resident, all under the resident's own key."""

from uuid import UUID

from app import vault
from app.vault import Place


def place(column: str, resident_id: UUID) -> Place:
    """A resident's own columns belong to no provider."""
    return Place("", "residents", column, resident_id)


def open_key(key_wrapped: bytes, resident_id: UUID) -> bytes:
    """Raises `vault.Unreadable`."""
    return vault.unwrap(key_wrapped, place("key_wrapped", resident_id))
