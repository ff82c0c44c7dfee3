"""Who did what: in the history and in the audit, in the transaction that does it; the reason is sealed."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import pytest

from app.audit.actions import Entry, record
from app.booking.queries import TimeType, history_of, slot_for
from app.booking.rules import LONGEST_REASON, ReasonNotAllowed, ReasonTooLong
from app.database import rows, run, uuid7
from app.sessions.principals import GUARDIAN, Actor, Resident
from tests import make
from tests.booking.actions.answering import (
    book,
    cancel,
    confirm,
    rebook,
    seen_of,
    state,
    take_back,
    visit_of,
)
from tests.make import Ward

UNIQUE = (asyncpg.UniqueViolationError, sqlite3.IntegrityError)
DISA = Actor("clinician", uuid7(), "SE2321000016-1003")


class Audited(NamedTuple):
    action: str
    at: datetime
    actor_kind: str
    actor_id: UUID
    assignment: str | None
    outcome: str
    resident_id: UUID
    care_unit: str
    object_id: str


class Raw(NamedTuple):
    reason_sealed: bytes | None
    key_wrapped: bytes | None


class Counted(NamedTuple):
    number: int


async def audit_of_appointments() -> list[Audited]:
    return await rows(
        Audited,
        "SELECT action, at, actor_kind, actor_id, assignment, outcome, resident_id, care_unit, object_id"
        " FROM audit WHERE object_kind = 'appointment' AND action LIKE 'appointment.%' ORDER BY id",
    )


async def counts() -> list[int]:
    """Of all that an answer leaves behind, but for the audit."""
    tables = ("appointments", "appointment_events", "summonses", "threads", "messages", "events", "outbox")
    return [
        (await rows(Counted, f"SELECT count(*) AS number FROM {table}"))[0].number  # noqa: S608
        for table in tables
    ]


async def test_every_step_is_in_the_history_and_in_the_audit(
    anna: Resident, bo: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """Resident, guardian, clinician, care system: who, in which assignment, from which care unit."""
    guardian = Actor(GUARDIAN, bo.id)
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    first = await visit_of(sent.id, anna)
    minutes = [now + timedelta(minutes=n) for n in range(6)]
    await confirm(sent.id, anna, minutes[1])
    await rebook(sent.id, anna, times[1], minutes[2], by=guardian, reason="Hon är på läger")
    await rebook(sent.id, anna, times[2], minutes[3], by=DISA)
    await cancel(sent.id, anna, minutes[4], reason="Hon är frisk")
    await take_back(sent.id, anna, minutes[5])
    second = await visit_of(sent.id, anna)

    steps = await history_of(sent.id)
    assert [
        (s.appointment_id, s.at, s.action, s.actor_kind, s.actor_id, s.assignment, s.from_slot, s.to_slot)
        for s in steps
    ] == [
        (first.id, now, "booked", *ward.care_system.actor, None, times[0]),
        (first.id, minutes[1], "confirmed", *anna.actor, None, None),
        (first.id, minutes[2], "rebooked", *guardian, times[0], times[1]),
        (first.id, minutes[3], "rebooked", *DISA, times[1], times[2]),
        (first.id, minutes[4], "cancelled", *anna.actor, times[2], None),
        (second.id, minutes[5], "booked", *anna.actor, None, times[2]),
    ]
    assert [step.reason for step in steps] == ["", "", "Hon är på läger", "", "Hon är frisk", ""]
    assert await audit_of_appointments() == [
        (
            f"appointment.{s.action}", s.at, s.actor_kind, s.actor_id, s.assignment, "done", anna.id,
            ward.clinic.hsa_id, str(s.appointment_id),
        )
        for s in steps
    ]  # fmt: skip


async def test_what_is_refused_is_in_neither(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now)
    await book(sent.id, anna, times[0], now)
    before = await counts(), await audit_of_appointments()

    for attempt in (
        rebook(sent.id, anna, times[0], now),
        rebook(sent.id, anna, times[1], now + timedelta(days=7)),
        book(sent.id, anna, times[2], now),
        cancel(sent.id, anna, now, seen="an old page"),
        cancel(sent.id, anna, now, reason="x" * (LONGEST_REASON + 1)),
        cancel(sent.id, anna, now, by=DISA, reason="x" * (LONGEST_REASON + 1)),
    ):
        with pytest.raises(Exception, match=r"booking\."):
            await attempt

    assert (await counts(), await audit_of_appointments()) == before


@asynccontextmanager
async def unable_to_audit(action: str, now: datetime) -> AsyncIterator[None]:
    """The index allows one row of the action, and that one is there."""
    await record(Entry(action=action, at=now, actor_kind="operator", object_kind="appointment"))
    await run("CREATE UNIQUE INDEX no_more ON audit (action) WHERE object_kind = 'appointment'")
    try:
        yield
    finally:
        await run("DROP INDEX no_more")


@pytest.mark.parametrize("action", ["booked", "invited", "confirmed", "rebooked", "cancelled"])
async def test_what_cannot_be_written_down_does_not_happen(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, action: str
) -> None:
    opens = action in ("booked", "invited")
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=None if opens else times[0])
    was = await seen_of(sent.id, anna), await state(sent.id, anna, now), await counts()
    attempts: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
        "booked": lambda: book(sent.id, anna, times[1], now, reason="Ont"),
        "invited": lambda: make.a_summons(ward, anna, visits, now=now, slot_id=times[1]),
        "confirmed": lambda: confirm(sent.id, anna, now),
        "rebooked": lambda: rebook(sent.id, anna, times[1], now),
        "cancelled": lambda: cancel(sent.id, anna, now),
    }

    written = "booked" if action == "invited" else action
    async with unable_to_audit(f"appointment.{written}", now):
        with pytest.raises(UNIQUE, match=r"(?i)unique"):
            await attempts[action]()

    assert (await seen_of(sent.id, anna), await state(sent.id, anna, now), await counts()) == was
    assert (await slot_for(ward.clinic.provider_id, times[1])).state(now) == "free"


async def test_the_reason_is_sealed_with_a_key_of_its_own(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0])
    await rebook(sent.id, anna, times[1], now, reason="Jag är på semester")
    await cancel(sent.id, anna, now, reason="Jag är på semester")

    _, moved, gone = await rows(Raw, "SELECT reason_sealed, key_wrapped FROM appointment_events ORDER BY id")

    assert moved.reason_sealed is not None
    assert gone.reason_sealed is not None
    assert b"semester" not in moved.reason_sealed
    assert moved.key_wrapped != gone.key_wrapped
    assert moved.reason_sealed[-24:] != gone.reason_sealed[-24:]
    assert [step.reason for step in await history_of(sent.id)] == ["", *["Jag är på semester"] * 2]


async def test_a_reason_is_taken_where_the_clinic_takes_one(
    anna: Resident, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    silent = replace(make.ALLOWED, reason_allowed=False)
    timed = await make.a_summons(ward, anna, visits, now=now, slot_id=times[0], policy=silent)
    chosen = await make.a_summons(ward, anna, visits, now=now, policy=silent)

    for attempt in (
        rebook(timed.id, anna, times[1], now, reason="Nej"),
        cancel(timed.id, anna, now, reason="Nej"),
        book(chosen.id, anna, times[2], now, reason="Nej"),
    ):
        with pytest.raises(ReasonNotAllowed):
            await attempt
    with pytest.raises(ReasonTooLong):
        await cancel(timed.id, anna, now, by=DISA, reason="x" * (LONGEST_REASON + 1))
    await cancel(timed.id, anna, now, by=DISA, reason="x" * LONGEST_REASON)
