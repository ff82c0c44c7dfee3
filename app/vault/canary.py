"""A known secret in the database that says, at the start, whether these keys belong to it."""

import hmac
from uuid import UUID

from app.vault.envelope import Place, Unreadable, in_use, unwrap, wrap

PLACE = Place("", "canary", "canary", UUID(int=0))


def canary() -> bytes:
    """Store this in a new database, and afresh when a rotation is over."""
    return wrap(_index_key_seen_from_outside(), PLACE)


def check_canary(sealed: bytes) -> bool:
    """False for foreign key-encryption keys, and for a foreign index key: with it nobody would be found."""
    try:
        return hmac.compare_digest(unwrap(sealed, PLACE), _index_key_seen_from_outside())
    except Unreadable:
        return False


def _index_key_seen_from_outside() -> bytes:
    return hmac.digest(in_use().index, b"canary", "sha256")
