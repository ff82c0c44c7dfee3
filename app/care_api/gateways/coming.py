"""A batch as it comes in: its rows a chunk at a time, and what it was when it has come."""

import hmac
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request

from app.attachments.rules.refusals import CutOff, TooSlow
from app.care_api.gateways.arriving import SECONDS, arriving
from app.care_api.gateways.splitting import Array, Lines, Splitter
from app.care_api.rules.batches import (
    BYTES_MOST,
    ITEMS_MOST,
    BatchCutOff,
    BatchEmpty,
    BatchTooLarge,
    BatchTooLong,
    BatchTooSlow,
)
from app.database import POSTGRES

# So many rows are sealed and stored together, and later done in one transaction. On SQLite nobody else writes
# meanwhile, and whoever opens a page writes in the audit.
CHUNK_ITEMS = 100 if POSTGRES else 25
CHUNK_BYTES = 500_000 if POSTGRES else 125_000
# A part that is smaller waits for more: whoever sends one byte at a time costs no more than others.
PART_BYTES = 65_536


class Coming:
    """`chunks` may be asked for once; after it `rows` is how many there were, and `digest` what they were."""

    def __init__(self, request: Request[Any, Any, Any], *, lines: bool, key: str) -> None:
        self._request = request
        self._splitter: Splitter = Lines() if lines else Array()
        # Keyed, as every fingerprint is: what was sent must not be told by trying.
        self._hash = hmac.new(key.encode(), digestmod="sha256")
        self.rows = 0

    @property
    def digest(self) -> bytes:
        return self._hash.digest()

    async def chunks(self) -> AsyncIterator[list[bytes]]:
        """Raises `BatchTooLarge`, `BatchTooLong`, `BatchEmpty`, `BatchMalformed`, `BatchCutOff` or
        `BatchTooSlow`: whatever was given before counts for nothing then.
        """
        chunk: list[bytes] = []
        size = 0
        async for part in self._parts():
            for row in self._splitter.rows(part):
                self._count()
                chunk.append(row)
                size += len(row)
                if len(chunk) == CHUNK_ITEMS or size >= CHUNK_BYTES:
                    yield chunk
                    chunk, size = [], 0
        for row in self._splitter.last():
            self._count()
            chunk.append(row)
        if not self.rows:
            raise BatchEmpty
        if chunk:
            yield chunk

    def _count(self) -> None:
        self.rows += 1
        if self.rows > ITEMS_MOST:
            raise BatchTooLong(most=str(ITEMS_MOST))

    async def _parts(self) -> AsyncIterator[bytes]:
        size, held = 0, bytearray()
        try:
            async for piece in arriving(self._request):
                size += len(piece)
                if size > BYTES_MOST:
                    raise BatchTooLarge(most=str(BYTES_MOST))
                self._hash.update(piece)
                held += piece
                if len(held) >= PART_BYTES:
                    yield bytes(held)
                    held.clear()
        except CutOff:
            raise BatchCutOff from None
        except TooSlow:
            raise BatchTooSlow(seconds=f"{SECONDS:.0f}") from None
        yield bytes(held)
