"""What is no HTTP is refused by the server itself, in the same headers (security.md §1b, ASVS 4.2.1)."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from litestar.types import Receive, Scope, Send

from app.web.headers import SECURITY
from app.web.protocol import DressedProtocol


async def never(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("It never came this far.")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(never, http=DressedProtocol, lifespan="off", log_level="critical")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
            await asyncio.sleep(0.01)
        yield int(listening.getsockname()[1])
        server.should_exit = True
        await serving


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01 this is no request\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nno colon here\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: abc\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
async def test_a_refusal_of_the_server_itself_wears_every_header(port: int, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    answer = (await asyncio.wait_for(reader.read(), 10)).lower()
    writer.close()
    await writer.wait_closed()

    assert answer.startswith(b"http/1.1 400 ")
    for name, value in SECURITY:
        assert name + b": " + value.lower() in answer
    assert b"content-security-policy: default-src 'none'" in answer
