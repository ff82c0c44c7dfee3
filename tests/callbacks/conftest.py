"""VårdIT with a receiver, and a worker that is run by hand."""

from collections.abc import Awaitable, Callable, Iterator

import pytest

from app.callbacks.worker import works
from app.outbox.worker import Worker
from tests.callbacks.receiver import Receiver, listening
from tests.make import Clock


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver


@pytest.fixture
def work(clock: Clock) -> Callable[[], Awaitable[int]]:
    """Does everything that is due, and says how many jobs that was."""
    worker = Worker(works(loopback=True), clock)

    async def everything() -> int:
        count = 0
        while done := await worker.run_due():
            count += done
        return count

    return everything
