"""What is sealed: a file piece by piece and its name, under its own key; and what a letter keeps of it.

Each piece is bound to its file, its number and whether it is the last: none can be moved, left out or cut.
"""

from collections.abc import AsyncIterator, Callable
from typing import NamedTuple
from uuid import UUID

import msgspec

from app import vault
from app.vault import Place

# Octets of the file in a piece, and of what is stored of it: header, nonce and tag come on top.
PIECE = 1 << 19
BOX = PIECE + 3 + 12 + 16
Pieces = AsyncIterator[bytes]
# Begins anew each time it is called.
Source = Callable[[], Pieces]


class Lock(NamedTuple):
    """What opens one file: its key, its provider and its id."""

    key: bytes
    provider_id: UUID
    id: UUID

    def __repr__(self) -> str:
        return f"Lock(id={self.id})"

    def place(self, column: str) -> Place:
        return Place(str(self.provider_id), "attachments", column, self.id)

    def seal_piece(self, clear: bytes, number: int, *, last: bool) -> bytes:
        return vault.seal(clear, self.key, self._place_of(number, last=last))

    def open_piece(self, box: bytes, number: int, *, last: bool) -> bytes:
        """Raises `vault.Unreadable`."""
        return vault.unseal(box, self.key, self._place_of(number, last=last))

    def seal_name(self, name: str) -> bytes:
        return vault.seal(name.encode(), self.key, self.place("name_sealed"))

    def open_name(self, sealed: bytes) -> str:
        """Raises `vault.Unreadable`."""
        return vault.unseal(sealed, self.key, self.place("name_sealed")).decode()

    def wrapped(self) -> bytes:
        """The key, as its provider keeps it."""
        return vault.wrap(self.key, self.place("key_wrapped"))

    def _place_of(self, number: int, *, last: bool) -> Place:
        return self.place(f"{'last' if last else 'piece'}-{number}")


class Enclosure(msgspec.Struct, frozen=True, array_like=True):
    """What a letter keeps of a file in its sealed content: with the letter's key goes the way to the file."""

    id: UUID
    name: str
    kind: str
    size: int
    key: bytes

    def __repr__(self) -> str:
        return f"Enclosure(id={self.id})"

    def lock(self, provider_id: UUID) -> Lock:
        return Lock(self.key, provider_id, self.id)


def new_lock(provider_id: UUID, id: UUID) -> Lock:
    return Lock(vault.new_key(), provider_id, id)


def lock_of(key_wrapped: bytes, *, provider_id: UUID, id: UUID) -> Lock:
    """Raises `vault.Unreadable`."""
    blank = Lock(b"", provider_id, id)
    return blank._replace(key=vault.unwrap(key_wrapped, blank.place("key_wrapped")))


async def opened(boxes: AsyncIterator[bytes], lock: Lock) -> Pieces:
    """The file's pieces from what is stored, however that comes in parts. Raises `vault.Unreadable`."""
    held, number = bytearray(), 0
    async for part in boxes:
        held += part
        while len(held) > BOX:
            # Until more has come a piece may be the last.
            yield lock.open_piece(bytes(held[:BOX]), number, last=False)
            del held[:BOX]
            number += 1
    yield lock.open_piece(bytes(held), number, last=True)
