"""Asking about residents. Whoever needs a number or a name unseals it here."""

from typing import NamedTuple
from uuid import UUID

from app import vault
from app.database import rows
from app.errors import Missing
from app.residents.rules import NoAccount
from app.residents.sealed import open_key


class _Reach(NamedTuple):
    id: UUID
    open: int


class _Sealed(NamedTuple):
    key_wrapped: bytes


async def reachable(number: str) -> UUID:
    """The resident with this number (twelve digits, checked). Raises `NoAccount`."""
    found = await rows(
        _Reach,
        "SELECT id, CASE WHEN account_opened_at IS NULL THEN 0 ELSE 1 END AS open"
        " FROM residents WHERE number_index = {}",
        vault.index(number),
    )
    if not found or not found[0].open:
        raise NoAccount
    return found[0].id


async def key_of(resident_id: UUID) -> bytes:
    """The resident's own key, for the text of the thread list. Raises `Missing`."""
    found = await rows(_Sealed, "SELECT key_wrapped FROM residents WHERE id = {}", resident_id)
    if not found:
        raise Missing("resident", resident_id)
    return open_key(found[0].key_wrapped, resident_id)
