"""Waiting for what another task or process does."""

import asyncio
import time
from collections.abc import Awaitable, Callable

PATIENCE = 60.0


async def until(true: Callable[[], Awaitable[bool]], *, patience: float = PATIENCE) -> None:
    """Raises `AssertionError` when it does not come true."""
    deadline = time.monotonic() + patience
    while not await true():
        assert time.monotonic() < deadline, "It did not come true."
        await asyncio.sleep(0.02)
