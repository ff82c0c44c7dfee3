"""Calling the application without a network, as if from outside."""

import asyncio
from typing import Any

import httpx2


class InProcess(httpx2.BaseTransport):
    """For a synchronous client in a thread of its own; the application answers in `loop`.

    `app` is any ASGI application: Litestar and httpx2 each spell that type in their own way.
    """

    def __init__(self, app: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._app = httpx2.ASGITransport(app=app)
        self._loop = loop

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop).result()

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        reply = await self._app.handle_async_request(request)
        return httpx2.Response(reply.status_code, headers=reply.headers, content=await reply.aread())
