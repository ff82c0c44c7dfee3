"""Has a file looked into by a process that can do nothing else (`inspector`)."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from app.attachments.sealed import Pieces

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 5
INSPECTOR = (sys.executable, "-P", "-B", "-m", "app.attachments.gateways.inspector")


class Busy(Exception):
    """It had no time for the file: this says nothing about the file."""


class Seen(msgspec.Struct, frozen=True):
    """`code` is the end of a refusal's code; None when nothing speaks against the file."""

    kind: str | None
    code: str | None
    warnings: tuple[str, ...] = ()


# Out of memory, out of CPU time, or brought down by what it read.
BROUGHT_DOWN = Seen(None, "too-complex")


async def inspect(pieces: Pieces) -> Seen:
    """Within five seconds. Raises `Busy`."""
    async with _inspector() as process:
        try:
            async with asyncio.timeout(SECONDS):
                said, _ = await asyncio.gather(_heard(process), _fed(process, pieces))
                ended = await process.wait()
        except TimeoutError:
            raise Busy from None
    return msgspec.json.decode(said, type=Seen) if ended == 0 else BROUGHT_DOWN


@asynccontextmanager
async def _inspector() -> AsyncIterator[Process]:
    # It is given no environment: that is where our passwords are.
    process = await asyncio.create_subprocess_exec(
        *INSPECTOR, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd="/", env={"PYTHONPATH": str(ROOT)}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _heard(process: Process) -> bytes:
    assert process.stdout  # noqa: S101 - it was asked for
    return await process.stdout.read()


async def _fed(process: Process, pieces: Pieces) -> None:
    assert process.stdin  # noqa: S101 - it was asked for
    try:
        async for piece in pieces:
            process.stdin.write(piece)
            await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()
    except (BrokenPipeError, ConnectionResetError):
        # It has stopped listening; what it said, or how it ended, says why.
        return
