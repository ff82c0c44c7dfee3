"""Anna and Bo, as actions know them: nobody's browser is needed."""

from datetime import datetime

import pytest

from app.sessions.principals import Resident
from tests import make


@pytest.fixture
async def anna(db: None, now: datetime) -> Resident:
    return await make.a_resident(now=now)


@pytest.fixture
async def bo(db: None, now: datetime) -> Resident:
    return await make.a_resident(make.BO, now=now)
