"""Envelope encryption: a data key seals texts, a key-encryption key outside the database wraps the data key.

A box is `version | algorithm | length of key id | key id | nonce | ciphertext and tag`. A sealed text names
no key-encryption key, so a rotation wraps the data keys anew and leaves every text as it is.
"""

import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import Unconfigured
from app.vault.keys import KeyRing

VERSION = 1
AES_256_GCM = 1
KEY_BYTES = 32
NONCE_BYTES = 12
UUID_LENGTH = (16).to_bytes(4, "big")

_ring: KeyRing | None = None


class Place(NamedTuple):
    """Where a box belongs. It opens nowhere else, so boxes cannot be swapped inside the database.

    `provider` is the data controller's id; empty where the row is the resident's or the operator's own.
    """

    provider: str
    table: str
    column: str
    row: UUID


class Unreadable(Exception):
    """Wrong key, wrong place, damaged or destroyed: never told apart (ASVS 11.2.5)."""

    def __init__(self) -> None:
        super().__init__("This cannot be read here with these keys.")


def use(keys: KeyRing) -> None:
    """From now on the process wraps with `keys.current` and unwraps with any of its keys."""
    global _ring
    _ring = keys


def in_use() -> KeyRing:
    if _ring is None:
        raise Unconfigured(
            "The vault has no keys. Give it some at the start: `vault.use(keys.load(folder))`."
        )
    return _ring


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def wrap(key: bytes, place: Place) -> bytes:
    """A data key, ready to be stored."""
    ring = in_use()
    return _close(_sized(key), _wrapping(ring.keks[ring.current]), ring.current, place)


def unwrap(wrapped: bytes, place: Place) -> bytes:
    """Raises `Unreadable`."""
    kek_id = _kek_id(wrapped)
    kek = in_use().keks.get(kek_id)
    if kek is None:
        raise Unreadable
    header = _header(kek_id)
    return _open(wrapped, _wrapping(kek), header, _bound(header, place))


def rewrap(wrapped: bytes, place: Place) -> bytes | None:
    """The data key under the current key-encryption key; None when it already is. Raises `Unreadable`."""
    key = unwrap(wrapped, place)
    return None if _kek_id(wrapped) == in_use().current else wrap(key, place)


def seal(clear: bytes, key: bytes, place: Place) -> bytes:
    """A text under its data key. One key may seal 2^32 texts before its random nonces need a thought."""
    return _close(clear, AESGCM(_sized(key)), "", place)


def unseal(sealed: bytes, key: bytes, place: Place) -> bytes:
    """Raises `Unreadable`."""
    header = _header("")
    return _open(sealed, _cipher(key), header, _bound(header, place))


def unseal_each(boxes: Iterable[tuple[bytes, UUID]], key: bytes, place: Place) -> list[bytes]:
    """Many rows' texts under one data key, as on a list page: the cipher is set up once. Raises `Unreadable`.

    Each box comes with its row; `place` says the rest, and its own row counts for nothing.
    """
    cipher, header = _cipher(key), _header("")
    prefix = _prefix(header, place.provider, place.table, place.column)
    return [_open(sealed, cipher, header, prefix + row.bytes) for sealed, row in boxes]


def unseal_keyed(boxes: Iterable[tuple[bytes, bytes, UUID]], key_place: Place, place: Place) -> list[bytes]:
    """Many rows' texts, each under a data key of its own; what they share is made once. Raises `Unreadable`.

    Each comes as its wrapped key, its sealed text and its row; the places' own rows count for nothing.
    """
    header, keks = _header(""), in_use().keks
    prefix = _prefix(header, place.provider, place.table, place.column)
    wrapping: dict[str, tuple[AESGCM, bytes, bytes]] = {}
    opened = []
    for wrapped, sealed, row in boxes:
        kek_id, id = _kek_id(wrapped), row.bytes
        if kek_id not in wrapping:
            wrapping[kek_id] = _wrapping_at(kek_id, keks.get(kek_id), key_place)
        cipher, key_header, key_prefix = wrapping[kek_id]
        key = _open(wrapped, cipher, key_header, key_prefix + id)
        opened.append(_open(sealed, _cipher(key), header, prefix + id))
    return opened


def _wrapping_at(kek_id: str, kek: bytes | None, place: Place) -> tuple[AESGCM, bytes, bytes]:
    if kek is None:
        raise Unreadable
    header = _header(kek_id)
    return _wrapping(kek), header, _prefix(header, place.provider, place.table, place.column)


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise Unreadable
    return AESGCM(key)


# Key-encryption keys live in memory as long as the process anyway; data keys are never kept.
@lru_cache(maxsize=16)
def _wrapping(kek: bytes) -> AESGCM:
    return AESGCM(kek)


def _close(clear: bytes, cipher: AESGCM, kek_id: str, place: Place) -> bytes:
    header = _header(kek_id)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return header + nonce + cipher.encrypt(nonce, clear, _bound(header, place))


def _open(box: bytes, cipher: AESGCM, header: bytes, bound: bytes) -> bytes:
    start = len(header) + NONCE_BYTES
    if not box.startswith(header) or len(box) < start:
        raise Unreadable
    try:
        return cipher.decrypt(box[len(header) : start], box[start:], bound)
    except InvalidTag:
        raise Unreadable from None


@lru_cache(maxsize=64)
def _header(kek_id: str) -> bytes:
    return bytes((VERSION, AES_256_GCM, len(kek_id))) + kek_id.encode()


def _kek_id(wrapped: bytes) -> str:
    return wrapped[3 : 3 + wrapped[2]].decode("latin-1") if len(wrapped) > 3 else ""


def _bound(header: bytes, place: Place) -> bytes:
    return _prefix(header, place.provider, place.table, place.column) + place.row.bytes


@lru_cache(maxsize=1024)
def _prefix(header: bytes, *names: str) -> bytes:
    # Lengths first: without them ("ab", "c") and ("a", "bc") would be the same place. The row is last, and
    # always sixteen bytes.
    parts = (header, *(name.encode() for name in names))
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts]) + UUID_LENGTH


def _sized(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"A data key has {KEY_BYTES} bytes, not {len(key)}.")
    return key
