"""As many browsers as there are residents, each on a connection of its own, who all press at once.

Our own dozen lines of HTTP: what a client library costs for five thousand requests would be most of the time.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit


class Answer(NamedTuple):
    status: int
    body: str


@dataclass
class Connection:
    """Kept alive; says whose it is with every request."""

    address: str
    cookie: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def get(self, path: str) -> Answer:
        return await self._ask("GET", path, b"")

    async def post(self, path: str, form: Mapping[str, str]) -> Answer:
        return await self._ask("POST", path, urlencode(form).encode())

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()

    async def _ask(self, method: str, path: str, body: bytes) -> Answer:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {urlsplit(self.address).netloc}\r\nCookie: {self.cookie}\r\n"
            f"Origin: {self.address}\r\nAccept: text/html\r\nAccept-Language: sv\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        status, length = await self._head()
        return Answer(status, (await self.reader.readexactly(length)).decode())

    async def _head(self) -> tuple[int, int]:
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        named = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        return int(lines[0].split()[1]), int(named["content-length"])


async def connect(address: str, *, cookie: str) -> Connection:
    where = urlsplit(address)
    return Connection(address, cookie, *await asyncio.open_connection(where.hostname, where.port))
