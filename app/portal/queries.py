"""Reading the remarks, for those who run the service."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import vault
from app.database import rows


class Remark(NamedTuple):
    reference: str
    page: str
    created_at: datetime
    text: str
    contact: str


class _Sealed(NamedTuple):
    id: UUID
    reference: str
    page: str
    created_at: datetime
    key_wrapped: bytes
    text_sealed: bytes
    contact_sealed: bytes | None


async def feedback_since(since: datetime) -> list[Remark]:
    """Oldest first, from `since` on. Raises `vault.Unreadable` when the keys are not these remarks' keys."""
    sealed = await rows(
        _Sealed,
        "SELECT id, reference, page, created_at, key_wrapped, text_sealed, contact_sealed FROM feedback"
        " WHERE created_at >= {} ORDER BY id",
        since,
    )
    return [_opened(row) for row in sealed]


def place(column: str, row: UUID) -> vault.Place:
    """Remarks are the operator's own: no care provider is their controller."""
    return vault.Place("", "feedback", column, row)


def _opened(row: _Sealed) -> Remark:
    key = vault.unwrap(row.key_wrapped, place("key_wrapped", row.id))
    contact = (
        vault.unseal(row.contact_sealed, key, place("contact_sealed", row.id)) if row.contact_sealed else b""
    )
    text = vault.unseal(row.text_sealed, key, place("text_sealed", row.id))
    return Remark(row.reference, row.page, row.created_at, text.decode(), contact.decode())
