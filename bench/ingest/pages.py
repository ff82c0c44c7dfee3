"""The inbox beside what comes in: so many pages a second, each as another resident, and how long they take.

At a steady pace, since a browser does not wait for the one before it: who only asks again when answered would
ask less often when it is slow.
"""

import asyncio
import time
from collections.abc import Sequence

from bench.booking.connections import Connection, connect
from bench.load import WrongAnswer

A_SECOND = 20
CONNECTIONS = 10


async def waits(address: str, requests: Sequence[str], *, seconds: float) -> list[float]:
    """Seconds from when each page was due until it was there, in order of length. Raises `WrongAnswer`."""
    residents = [request.split() for request in requests[:: max(1, len(requests) // CONNECTIONS)]]
    open_ = [await connect(address, cookie=f"sid={token}") for _, token in residents]
    taken: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(
        *(
            _asks(each, place, len(open_), taken, began=began, seconds=seconds)
            for place, each in enumerate(open_)
        )
    )
    for each in open_:
        await each.close()
    return sorted(taken)


async def _asks(
    connection: Connection, place: int, of: int, taken: list[float], *, began: float, seconds: float
) -> None:
    """Every so many-th of the pages."""
    number = place
    while (due := number / A_SECOND) < seconds:
        await asyncio.sleep(max(0.0, began + due - time.perf_counter()))
        answer = await connection.get("/inkorg")
        taken.append(time.perf_counter() - began - due)
        if answer.status != 200:
            raise WrongAnswer(f"The inbox answers {answer.status}.")
        number += of


def p95(taken: Sequence[float]) -> float:
    """In milliseconds."""
    return round(taken[int(len(taken) * 0.95)] * 1000, 1)
