"""What waits in a batch: its rows as they came, sealed for the provider until they are done."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
import zstandard

from app import vault
from app.vault import Place


class Holder(NamedTuple):
    """Whose a batch is."""

    provider_id: UUID
    batch_id: UUID


_rows = msgspec.msgpack.Decoder(list[bytes])


def wrap_key(key: bytes, holder: Holder) -> bytes:
    return vault.wrap(key, _place_of_key(holder))


def open_key(key_wrapped: bytes, holder: Holder) -> bytes:
    """Raises `vault.Unreadable`."""
    return vault.unwrap(key_wrapped, _place_of_key(holder))


def seal_rows(rows: Sequence[bytes], key: bytes, holder: Holder, *, chunk_id: UUID) -> bytes:
    packed = zstandard.compress(msgspec.msgpack.encode(rows))
    return vault.seal(packed, key, _place_of_rows(holder, chunk_id))


def open_rows(content_sealed: bytes, key: bytes, holder: Holder, *, chunk_id: UUID) -> list[bytes]:
    """Raises `vault.Unreadable`."""
    packed = vault.unseal(content_sealed, key, _place_of_rows(holder, chunk_id))
    return _rows.decode(zstandard.decompress(packed))


def _place_of_key(holder: Holder) -> Place:
    return Place(str(holder.provider_id), "batches", "key_wrapped", holder.batch_id)


def _place_of_rows(holder: Holder, chunk_id: UUID) -> Place:
    return Place(str(holder.provider_id), "batch_chunks", "content_sealed", chunk_id)
