"""Many at once: each thing happens to one of them, on both engines (F24 at the level of actions)."""

import asyncio
from datetime import datetime
from uuid import UUID

from app.booking.queries import TimeType
from app.booking.rules import BookingNotAllowed
from app.database import transaction
from app.sessions.principals import Resident
from tests import make
from tests.booking.actions.answering import at_once, book, cancel, hold, state
from tests.make import Ward


async def test_what_was_decided_while_one_waited_counts(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """The second sees a summons to book, waits for the first, and finds it closed."""
    sent = await make.a_summons(ward, anna, visits, now=now)
    begun = asyncio.Event()

    async def books_and_cancels() -> None:
        async with transaction():
            await book(sent.id, anna, times[0], now)
            await cancel(sent.id, anna, now)
            begun.set()
            await asyncio.sleep(0.2)

    async def books_meanwhile() -> None:
        await begun.wait()
        await book(sent.id, anna, times[1], now)

    async def holds_meanwhile() -> None:
        await begun.wait()
        await hold(sent.id, anna, times[1], now)

    first, second, third = await at_once([books_and_cancels(), books_meanwhile(), holds_meanwhile()])

    assert first is None
    assert isinstance(second, BookingNotAllowed)
    assert isinstance(third, BookingNotAllowed)
    assert await state(sent.id, anna, now) == "cancelled"
