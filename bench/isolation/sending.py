"""A care system that sends letters, each over a connection that is kept: our own dozen lines of HTTP."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from app.care_api.formats.example import LETTER

PARAGRAPH = "Välkommen till oss. Ta med legitimation och kom tio minuter före. "


class Answer(NamedTuple):
    status: int
    seconds: float
    headers: dict[str, str]


@dataclass
class Sender:
    """`numbers` are the recipients, in turn."""

    address: str
    token: str
    clinic: str
    numbers: list[str]
    sent: int = 0

    def request(self) -> bytes:
        """The next letter, two kilobytes of its own."""
        self.sent += 1
        text = f"<article><para>{uuid4()} {PARAGRAPH * 30}</para></article>"
        letter = {
            **LETTER,
            "clinic": self.clinic,
            "recipient": self.numbers[self.sent % len(self.numbers)],
            "body": {"format": "docbook", "text": text},
        }
        body = json.dumps(letter, ensure_ascii=False).encode()
        head = (
            f"POST /api/v1/messages HTTP/1.1\r\nHost: {urlsplit(self.address).netloc}\r\n"
            f"Authorization: Bearer {self.token}\r\nIdempotency-Key: {uuid4()}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def sends(self, request: bytes) -> Answer:
        began = time.perf_counter()
        self._writer.write(request)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        await self._reader.readexactly(int(headers["content-length"]))
        return Answer(int(lines[0].split()[1]), time.perf_counter() - began, headers)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def connect(address: str) -> Connection:
    where = urlsplit(address)
    return Connection(*await asyncio.open_connection(where.hostname, where.port))


async def evenly(sender: Sender, *, per_second: float, seconds: float, connections: int) -> list[Answer]:
    """At a fixed rate, whether answers come or not; what finds no idle connection waits for one."""
    idle: asyncio.Queue[Connection] = asyncio.LifoQueue()
    for _ in range(connections):
        idle.put_nowait(await connect(sender.address))
    answers: list[Answer] = []

    async def one() -> None:
        connection = await idle.get()
        try:
            answers.append(await connection.sends(sender.request()))
        except (asyncio.IncompleteReadError, ConnectionError):
            # It was idle for so long that the server has closed it.
            connection = await connect(sender.address)
            answers.append(await connection.sends(sender.request()))
        idle.put_nowait(connection)

    began, running = time.perf_counter(), []
    for place in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, began + place / per_second - time.perf_counter()))
        running.append(asyncio.create_task(one()))
    await asyncio.gather(*running)
    await _close(idle)
    return answers


async def relentlessly(sender: Sender, *, seconds: float, connections: int) -> list[Answer]:
    """Every connection sends again as soon as it has an answer, whatever that says."""
    ends, answers = time.perf_counter() + seconds, list[Answer]()

    async def one() -> None:
        connection = await connect(sender.address)
        while time.perf_counter() < ends:
            answers.append(await connection.sends(sender.request()))
        await connection.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return answers


async def _close(idle: "asyncio.Queue[Connection]") -> None:
    while not idle.empty():
        await (idle.get_nowait()).close()
