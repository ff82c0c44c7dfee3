"""Knäkliniken's times, a summons to Anna, and how a page is read in Swedish."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.booking.queries import TimeType
from app.care.queries import Clinic
from app.sessions.principals import Resident
from app.settings import Settings
from app.sign_in.rules.provider import Provider
from app.summons.actions import Sent
from tests import make
from tests.make import Clock, StaffBrowser, Ward

Summons = Callable[..., Awaitable[Sent]]
SignInAgain = Callable[[StaffBrowser], Awaitable[None]]


@pytest.fixture
async def ward(knee_clinic: Clinic, now: datetime) -> Ward:
    return await make.a_ward(knee_clinic, now=now)


@pytest.fixture
async def visits(ward: Ward, now: datetime) -> TimeType:
    return await make.a_time_type(ward, now=now)


@pytest.fixture
async def times(ward: Ward, visits: TimeType, now: datetime) -> list[UUID]:
    """Monday next week at half past nine, an hour later, and the day after that."""
    first = now + timedelta(days=7)
    starts = (first, first + make.HOUR, first + timedelta(days=1))
    return await make.some_slots(ward, visits, *starts, now=now)


@pytest.fixture
async def resident(db: None, now: datetime) -> Resident:
    """Anna, who need not be signed in to be called."""
    return await make.a_resident(now=now)


@pytest.fixture
def calls(ward: Ward, visits: TimeType, resident: Resident, now: datetime) -> Summons:
    """Knäkliniken calls Anna."""

    async def send(**differently: Any) -> Sent:
        return await make.a_summons(ward, resident, visits, **{"now": now} | differently)

    return send


@pytest.fixture
def sign_in_again(clock: Clock, settings: Settings, staff_provider: Provider) -> SignInAgain:
    """When the clock has been turned past a session's end."""

    async def sign_in(browser: StaffBrowser) -> None:
        token, _ = await make.a_clinician(
            provider=staff_provider, now=clock(), absolute=settings.session_absolute
        )
        browser.client.cookies.set("sid", token)

    return sign_in
