"""A peer that speaks clamd's protocol (INSTREAM) on a real socket, and knows EICAR."""

import asyncio
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.attachments.files import eicar


@dataclass
class Scanner:
    """`says` answers in place of a verdict; None hangs up, "" never answers."""

    address: str = ""
    says: str | None = "verdict"
    scanned: list[bytes] = field(default_factory=list)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            # Whoever asked did not stay.
            return
        finally:
            writer.close()

    async def _answer(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self.says is None:
            return
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", await reader.readexactly(4))[0]:
            content += await reader.readexactly(length)
        self.scanned.append(content)
        if not self.says:
            await asyncio.sleep(60)
        found = "Eicar-Test-Signature FOUND" if eicar() in content else "OK"
        said = f"stream: {found}" if self.says == "verdict" else self.says
        writer.write(said.encode() + b"\0")
        await writer.drain()


@asynccontextmanager
async def scanning(by: Path | None = None) -> AsyncIterator[Scanner]:
    """On a Unix socket in the folder, or over TCP."""
    scanner = Scanner()
    if by is None:
        server = await asyncio.start_server(scanner.serve, "127.0.0.1", 0)
        scanner.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    else:
        server = await asyncio.start_unix_server(scanner.serve, by / "clamd.ctl")
        scanner.address = f"unix:{by / 'clamd.ctl'}"
    async with server:
        yield scanner
