"""What is sealed of an appointment: the reason somebody gave, under a key of its own."""

from uuid import UUID

from app import vault
from app.vault import Place


def seal_reason(reason: str, *, provider_id: UUID, event_id: UUID) -> tuple[bytes | None, bytes | None]:
    """The wrapped key and the sealed reason; nothing for nothing."""
    if not reason:
        return None, None
    key, place = vault.new_key(), Place(str(provider_id), "appointment_events", "reason_sealed", event_id)
    return vault.wrap(key, place._replace(column="key_wrapped")), vault.seal(reason.encode(), key, place)


def open_reason(
    key_wrapped: bytes | None, reason_sealed: bytes | None, *, provider_id: UUID, event_id: UUID
) -> str:
    """Raises `vault.Unreadable`."""
    if key_wrapped is None or reason_sealed is None:
        return ""
    place = Place(str(provider_id), "appointment_events", "reason_sealed", event_id)
    key = vault.unwrap(key_wrapped, place._replace(column="key_wrapped"))
    return vault.unseal(reason_sealed, key, place).decode()
