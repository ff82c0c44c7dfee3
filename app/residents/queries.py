"""Asking about residents. Whoever needs a number or a name unseals it here."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from app import vault
from app.database import places, rows
from app.errors import Missing
from app.residents.rules import NoAccount
from app.residents.sealed import open_key, place


class _Reach(NamedTuple):
    id: UUID
    open: int


class Person(NamedTuple):
    """Who a resident is, for care that has written to them. `number` is twelve digits."""

    name: str
    number: str


class _Sealed(NamedTuple):
    key_wrapped: bytes


class _Identity(NamedTuple):
    id: UUID
    key_wrapped: bytes
    name_sealed: bytes
    number_sealed: bytes


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


async def people(ids: Sequence[UUID]) -> dict[UUID, Person]:
    """By id. The caller writes in the audit whose name and number were read."""
    if not ids:
        return {}
    found = await rows(
        _Identity,
        f"SELECT id, key_wrapped, name_sealed, number_sealed FROM residents WHERE id IN ({places(ids)})",  # noqa: S608 - placeholders only
        *ids,
    )
    return {row.id: _person(row) for row in found}


def _person(row: _Identity) -> Person:
    key = open_key(row.key_wrapped, row.id)
    name = vault.unseal(row.name_sealed, key, place("name_sealed", row.id))
    number = vault.unseal(row.number_sealed, key, place("number_sealed", row.id))
    return Person(name.decode(), number.decode())
