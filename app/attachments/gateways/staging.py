"""A file on its way in: sealed as it comes, into a nameless file that is gone when nobody holds it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import IO
from uuid import UUID

from app.attachments.rules.kinds import MOST
from app.attachments.rules.refusals import Empty, TooLarge
from app.attachments.sealed import BOX, PIECE, Lock, Pieces, new_lock, opened
from app.database import uuid7

HEAD = 16


class Staged:
    """What has come: `boxes` is sealed, and nothing clear of it has touched the disk."""

    def __init__(self, boxes: IO[bytes], lock: Lock) -> None:
        self.boxes, self.lock = boxes, lock
        self.size, self.head, self.digest = 0, b"", b""
        self._hash, self._held, self._number = sha256(), bytearray(), 0

    async def take(self, part: bytes) -> None:
        """Raises `TooLarge` as soon as that is known."""
        self.size += len(part)
        if self.size > MOST:
            raise TooLarge
        self.head = (self.head + part)[:HEAD]
        self._held += part
        while len(self._held) > PIECE:
            await self._put_away(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]

    async def end(self) -> None:
        """Raises `Empty`."""
        if not self.size:
            raise Empty
        await self._put_away(bytes(self._held), last=True)
        self._held.clear()
        self.digest = self._hash.digest()

    async def pieces(self) -> Pieces:
        """The file again, from its first piece on."""
        async for piece in opened(self._boxes(), self.lock):
            yield piece

    def from_the_start(self) -> IO[bytes]:
        self.boxes.seek(0)
        return self.boxes

    async def _put_away(self, clear: bytes, *, last: bool) -> None:
        await asyncio.to_thread(self._seal, clear, last=last)
        self._number += 1

    def _seal(self, clear: bytes, *, last: bool) -> None:
        self._hash.update(clear)
        self.boxes.write(self.lock.seal_piece(clear, self._number, last=last))

    async def _boxes(self) -> AsyncIterator[bytes]:
        self.boxes.seek(0)
        while box := await asyncio.to_thread(self.boxes.read, BOX):
            yield box


@asynccontextmanager
async def staged(parts: AsyncIterator[bytes], *, provider_id: UUID) -> AsyncIterator[Staged]:
    """Raises `Empty` or `TooLarge`, and what `parts` raises."""
    with tempfile.TemporaryFile() as boxes:
        coming = Staged(boxes, new_lock(provider_id, uuid7()))
        async for part in parts:
            await coming.take(part)
        await coming.end()
        yield coming
