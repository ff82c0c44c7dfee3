"""Asks a ClamAV daemon about a file, over its own protocol (clamd(8), INSTREAM)."""

import asyncio
import struct
from asyncio import StreamReader, StreamWriter
from urllib.parse import urlsplit

from app.attachments.sealed import Pieces
from app.errors import Unconfigured

CONNECT_SECONDS = 5
ANSWER_SECONDS = 30
MOST_ANSWER = 4096


class Away(Exception):
    """It does not answer, or says that it cannot tell."""


def ensure_address(address: str) -> None:
    """Raises `Unconfigured`."""
    parts = urlsplit(address)
    by_path = parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc
    by_name = parts.scheme == "tcp" and parts.hostname and _port(address) and not parts.path
    if not by_path and not by_name:
        raise Unconfigured(
            f"LARKPOST_CLAMD is {address!r}. Set it to clamd's socket, such as unix:/run/clamav/clamd.ctl or "
            "tcp://127.0.0.1:3310."
        )


async def is_clean(pieces: Pieces, *, address: str) -> bool:
    """False when it knows something bad in it. Raises `Away`."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await _connect(address)
    except (OSError, TimeoutError):
        raise Away from None
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            said = await _ask(reader, writer, pieces)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise Away from None
    finally:
        writer.close()
    return _verdict(said)


async def _connect(address: str) -> tuple[StreamReader, StreamWriter]:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        return await asyncio.open_unix_connection(parts.path, limit=MOST_ANSWER)
    return await asyncio.open_connection(parts.hostname, parts.port, limit=MOST_ANSWER)


async def _ask(reader: StreamReader, writer: StreamWriter, pieces: Pieces) -> bytes:
    writer.write(b"zINSTREAM\0")
    async for piece in pieces:
        writer.write(struct.pack(">I", len(piece)) + piece)
        await writer.drain()
    writer.write(struct.pack(">I", 0))
    await writer.drain()
    return (await reader.readuntil(b"\0"))[:-1]


def _verdict(said: bytes) -> bool:
    if said == b"stream: OK":
        return True
    if said.endswith(b" FOUND"):
        return False
    # Such as "INSTREAM size limit exceeded. ERROR".
    raise Away


def _port(address: str) -> int | None:
    try:
        return urlsplit(address).port
    except ValueError:
        return None
