"""A request's body as it comes, for at most so long. One that ends half-way is refused: no fault of ours."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from litestar.exceptions import InternalServerException

from app.attachments.rules.refusals import CutOff, TooSlow

SECONDS = 120.0


async def arriving(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """Raises `CutOff` or `TooSlow`."""
    parts, ends_at = request.stream(), asyncio.get_running_loop().time() + SECONDS
    try:
        while True:
            async with asyncio.timeout_at(ends_at):
                part = await anext(parts)
            yield part
    except StopAsyncIteration:
        return
    except TimeoutError:
        raise TooSlow(seconds=f"{SECONDS:.0f}") from None
    except InternalServerException:
        raise CutOff from None
