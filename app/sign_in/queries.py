"""Asking about sign-ins on their way and about known identities."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import vault
from app.database import rows
from app.sign_in.rules.people import Person
from app.sign_in.rules.transactions import secret_hash


class Begun(NamedTuple):
    """A sign-in on its way. Only the browser that began it holds what opens `verifier_sealed`."""

    id: UUID
    browser_hash: bytes
    nonce: str
    verifier_sealed: bytes
    next_path: str
    provider: str
    expires_at: datetime


class Known(NamedTuple):
    id: UUID
    resident_id: UUID


async def begun_with(state: str) -> Begun | None:
    found = await rows(
        Begun,
        "SELECT id, browser_hash, nonce, verifier_sealed, next_path, provider, expires_at"
        " FROM sign_in_transactions WHERE state_hash = {}",
        secret_hash(state),
    )
    return found[0] if found else None


async def known_as(person: Person) -> Known | None:
    found = await rows(
        Known,
        "SELECT id, resident FROM identities WHERE issuer = {} AND subject = {}",
        person.issuer,
        person.subject,
    )
    return found[0] if found else None


def verifier_place(transaction_id: UUID) -> vault.Place:
    return vault.Place("", "sign_in_transactions", "verifier_sealed", transaction_id)
