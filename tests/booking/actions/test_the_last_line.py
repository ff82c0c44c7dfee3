"""What the database itself refuses, should the code before it ever let something through."""

import sqlite3
from datetime import datetime
from uuid import UUID

import asyncpg
import pytest

from app.booking.queries import TimeType
from app.database import run, uuid7
from app.sessions.principals import Resident
from tests import make
from tests.booking.actions.answering import book, cancel, visit_of
from tests.make import Ward

UNIQUE = (asyncpg.UniqueViolationError, sqlite3.IntegrityError)
COPY = (
    "INSERT INTO appointments (id, slot, resident, clinic, provider_id, care_system_id, link_kind, link_id,"
    " invitation, confirmation, cut_off_hours, cancel_allowed, rebook_allowed, reason_allowed, sequence,"
    " booked_at) SELECT {}, %s, resident, clinic, provider_id, care_system_id, link_kind, %s, invitation,"
    " confirmation, cut_off_hours, cancel_allowed, rebook_allowed, reason_allowed, sequence, booked_at"
    " FROM appointments WHERE id = {}"
)


async def test_a_slot_has_one_live_appointment(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    annas, bos = [await make.a_summons(ward, each, visits, now=now) for each in (anna, bo)]
    await book(annas.id, anna, times[0], now)
    another_errand = COPY % ("slot", "{}")
    taken = (await visit_of(annas.id, anna)).id
    with pytest.raises(UNIQUE, match=r"appointments\.slot|appointments_slot"):
        await run(another_errand, uuid7(), bos.id, taken)

    await cancel(annas.id, anna, now)

    await run(another_errand, uuid7(), bos.id, taken)


async def test_a_summons_has_one_live_appointment(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    another_slot = COPY % ("{}", "link_id")
    taken = (await visit_of(sent.id, anna)).id
    with pytest.raises(UNIQUE, match=r"appointments\.link_id|appointments_live"):
        await run(another_slot, uuid7(), times[1], taken)

    await cancel(sent.id, anna, now)

    await run(another_slot, uuid7(), times[1], taken)


async def test_a_clinic_has_one_time_type_of_a_code(ward: Ward, visits: TimeType, now: datetime) -> None:
    with pytest.raises(UNIQUE):
        await run(
            "INSERT INTO time_types (id, clinic, code, name, hidden, created_at)"
            " VALUES ({}, {}, {}, 'x', {}, {})",
            uuid7(), ward.clinic.id, visits.code, False, now,
        )  # fmt: skip
