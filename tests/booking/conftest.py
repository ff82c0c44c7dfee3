"""Knäkliniken and its care system, and three times on the same day next week."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.booking.queries import TimeType
from tests import make
from tests.make import Ward


@pytest.fixture
async def ward(db: None, now: datetime) -> Ward:
    return await make.a_ward(now=now)


@pytest.fixture
async def visits(ward: Ward, now: datetime) -> TimeType:
    return await make.a_time_type(ward, now=now)


@pytest.fixture
async def times(ward: Ward, visits: TimeType, now: datetime) -> list[UUID]:
    first = now + timedelta(days=7)
    return await make.some_slots(ward, visits, first, first + make.HOUR, first + 2 * make.HOUR, now=now)
