"""One time, fifty who want it, a hundred times over: each time one gets it (F24; issue 3).

Through HTTP, against `python -m app serve` as an operator runs it: two workers on PostgreSQL, one on SQLite.
"""

import asyncio
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from app import database, sessions
from app.database import rows
from app.sessions.principals import Resident
from app.settings import Settings
from app.vault.belonging import belongs
from bench.booking.claimants import LOST, WON, Claimant
from bench.booking.connections import connect
from demo import children
from tests import environment, make
from tests.make import Person
from tests.waiting import until

pytestmark = pytest.mark.xdist_group("one winner")

CLAIMANTS, ROUNDS = 50, 100


class Counted(NamedTuple):
    number: int


@pytest.fixture
async def served(db: None, settings: Settings, tmp_path: Path) -> AsyncIterator[str]:
    """The address of the product, in processes of its own on this test's database."""
    await belongs(now=datetime.now(UTC))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    child = children.start(
        "inbox",
        [sys.executable, "-m", "app", "serve", "--workers", "2" if database.POSTGRES else "1"],
        environ=_environ(settings) | {"LARKPOST_BASE_URL": address, "LARKPOST_PORT": str(port)},
        address=f"{address}/",
        log=tmp_path / "inbox.log",
    )

    async def answers() -> bool:
        assert child.is_alive(), child.last_words()
        return await asyncio.to_thread(child.answers)

    try:
        await until(answers, patience=60)
        yield address
    finally:
        child.end()


@pytest.fixture
async def claimants(served: str, settings: Settings) -> AsyncIterator[tuple[list[Claimant], str]]:
    """Each signed in, with an open summons that a cancellation opens anew. One time is free."""
    now = datetime.now(UTC)
    ward = await make.a_ward(now=now)
    visits = await make.a_time_type(ward, now=now, hidden=True)
    [slot] = await make.some_slots(ward, visits, now + timedelta(days=30), now=now)
    made = []
    for number in range(CLAIMANTS):
        resident = await make.a_resident(Person(f"Person {number}", f"18850101{number:04}"), now=now)
        sent = await make.a_summons(ward, resident, visits, now=now, after_cancellation="open")
        cookie = f"sid={await _signed_in(resident, settings, now)}"
        connection = await connect(served, cookie=cookie)
        claimant = Claimant(connection, f"/kallelser/{sent.id}")
        await claimant.looks()
        made.append(claimant)
    yield made, str(slot)
    for claimant in made:
        await claimant.connection.close()


async def test_fifty_claim_one_time_a_hundred_times(claimants: tuple[list[Claimant], str]) -> None:
    everybody, slot = claimants
    winners = Counter[str]()
    for turn in range(ROUNDS):
        # Who is first in the line changes.
        line = everybody[turn % CLAIMANTS :] + everybody[: turn % CLAIMANTS]
        answers = await asyncio.gather(*(each.claims(slot) for each in line))

        assert Counter(answer.status for answer in answers) == {WON: 1, LOST: CLAIMANTS - 1}, turn
        [winner] = [each for each, answer in zip(line, answers, strict=True) if answer.status == WON]
        winners[winner.url] += 1
        losing = next(answer for answer in answers if answer.status == LOST)
        assert "Tiden är upptagen" in losing.body
        if turn < ROUNDS - 1:
            # Free at once: the next round begins with the next line.
            assert (await winner.cancels()).status == WON
            await winner.looks()

    assert await _count("appointments WHERE slot = {}", UUID(slot)) == ROUNDS
    assert await _count("appointments WHERE slot = {} AND cancelled_at IS NULL", UUID(slot)) == 1
    assert await _count("appointment_events WHERE action = 'booked'") == ROUNDS
    assert await _count("audit WHERE action = 'appointment.booked'") == ROUNDS
    assert await _count("events WHERE kind = 'summons.booked'") == ROUNDS
    assert await _count("messages WHERE kind = 'booking-confirmation'") == 2 * ROUNDS - 1
    assert len(winners) > 1, "it is not always the same one"


async def _count(what: str, *args: object) -> int:
    return (await rows(Counted, f"SELECT count(*) AS number FROM {what}", *args))[0].number  # noqa: S608


async def _signed_in(resident: Resident, settings: Settings, now: datetime) -> str:
    return await sessions.start(
        kind="resident",
        subject_id=resident.id,
        level=resident.level,
        name=resident.name,
        now=now,
        absolute=settings.session_absolute,
    )


def _environ(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "LARKPOST_ENVIRONMENT": settings.environment,
        "LARKPOST_DATABASE": environment.URL,
        "LARKPOST_KEYS": str(settings.keys),
        "LARKPOST_ATTACHMENTS": settings.attachments,
        "LARKPOST_SERVICE": str(settings.service),
        "LARKPOST_PROVIDERS": str(settings.providers),
    }
