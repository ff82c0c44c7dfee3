"""One's own sessions: seen, ended one by one or all but this one, and looked back on (ASVS 7.4.2, 7.5.2)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app import sessions
from app.audit.queries import accesses_to
from app.database import uuid7
from app.errors import Missing
from app.sessions import Resident
from app.sessions.actions import KEPT
from app.sessions.tables import Session, SignIn
from app.tidying import tidy
from tests.make import StaffBrowser

HOURS = timedelta(hours=8)
LIMITS = sessions.Idle(resident=timedelta(minutes=60), clinician=timedelta(minutes=30))
MINUTE = timedelta(minutes=1)
ANNA, BO = uuid7(), uuid7()

pytestmark = pytest.mark.usefixtures("db")


async def start(now: datetime, subject_id: UUID = ANNA, **given: Any) -> UUID:
    """The session's id."""
    usual: dict[str, Any] = {"kind": "resident", "level": "loa3", "name": "Anna", "absolute": HOURS}
    session_id = uuid7()
    more = {"provider": "freja", "id": session_id} | given
    await sessions.start(subject_id=subject_id, now=now, **usual | more)
    return session_id


def anna(session_id: UUID) -> Resident:
    return Resident(id=ANNA, session_id=session_id, name="Anna", level="loa3")


async def left() -> set[UUID]:
    return {row["id"] for row in await Session.select()}


async def ends_of(subject_id: UUID = ANNA) -> dict[UUID, tuple[str | None, datetime | None]]:
    return {row.id: (row.ended, row.ended_at) for row in await sessions.history_of("resident", subject_id)}


async def test_one_sees_ones_own_living_sessions_the_newest_first(now: datetime) -> None:
    first, second = await start(now - 2 * MINUTE), await start(now - MINUTE, level="loa2")
    await start(now, BO)
    await start(now - timedelta(hours=1))
    await start(now, kind="clinician")

    found = await sessions.all_of("resident", ANNA, now=now, idle=LIMITS)

    assert [(row.id, row.level) for row in found] == [(second, "loa2"), (first, "loa3")]
    assert found[0].created_at == found[0].last_seen_at == now - MINUTE


async def test_one_ends_another_of_ones_own(now: datetime) -> None:
    here, phone = await start(now), await start(now)
    await sessions.end_one(phone, of=anna(here), now=now)

    assert await left() == {here}
    assert await ends_of() == {here: (None, None), phone: ("elsewhere", now)}
    [entry] = await accesses_to(ANNA)
    assert entry.action == "session.ended"


async def test_ending_the_one_one_sits_at_is_signing_out(now: datetime) -> None:
    here = await start(now)
    await sessions.end_one(here, of=anna(here), now=now)

    assert await ends_of() == {here: ("signed-out", now)}


async def test_someone_elses_session_does_not_exist(now: datetime) -> None:
    here, his, staffs = await start(now), await start(now, BO), await start(now, kind="clinician")

    for session_id in (his, staffs, uuid7()):
        with pytest.raises(Missing):
            await sessions.end_one(session_id, of=anna(here), now=now)

    assert await left() == {here, his, staffs}
    assert await accesses_to(ANNA) == []


async def test_all_but_this_one_end(now: datetime) -> None:
    here, his = await start(now), await start(now, BO)
    others = {await start(now), await start(now)}
    await sessions.end_others(of=anna(here), now=now)

    assert await left() == {here, his}
    ended = await ends_of()
    assert {id for id, (how, _) in ended.items() if how == "elsewhere"} == others
    assert len(await accesses_to(ANNA)) == 2


async def test_staff_end_their_own(disa: StaffBrowser, now: datetime) -> None:
    clinician = disa.clinician
    other = await start(now, clinician.id, kind="clinician")
    await sessions.end_others(of=clinician, now=now)

    assert other not in await left()
    assert clinician.session_id in await left()
    with pytest.raises(Missing):
        await sessions.end_one(other, of=replace(clinician, id=BO), now=now)


async def test_each_way_to_end_is_kept(now: datetime) -> None:
    idle, old = await start(now), await start(now, absolute=30 * MINUTE)
    replaced = await start(now)
    later = now + 5 * MINUTE
    living = await start(later, replaces=replaced)
    out, told = await start(later), await start(later)
    await sessions.end(out, how=sessions.SIGNED_OUT, now=later)
    await sessions.end(told, how=sessions.BACK_CHANNEL, now=later)
    await tidy(now + 64 * MINUTE, idle=LIMITS)

    assert await ends_of() == {
        idle: ("idle", now + timedelta(hours=1)),
        old: ("expired", now + 30 * MINUTE),
        replaced: ("replaced", later),
        living: (None, None),
        out: ("signed-out", later),
        told: ("back-channel", later),
    }


async def test_the_history_says_when_by_which_provider_and_at_which_level(now: datetime) -> None:
    await start(now, level="loa2")
    await start(now, BO)
    [row] = await sessions.history_of("resident", ANNA)

    assert (row.at, row.provider, row.level, row.ended) == (now, "freja", "loa2", None)


async def test_the_newest_come_first_and_no_more_than_asked_for(now: datetime) -> None:
    ids = [await start(now + number * MINUTE) for number in range(4)]
    found = await sessions.history_of("resident", ANNA, limit=3)

    assert [row.id for row in found] == ids[:0:-1]


async def test_a_sign_in_is_kept_for_eighteen_months(now: datetime) -> None:
    await start(now)
    await tidy(now + KEPT - MINUTE, idle=LIMITS)
    assert await SignIn.count() == 1

    await tidy(now + KEPT, idle=LIMITS)
    assert await SignIn.count() == 0


async def test_many_dead_sessions_are_all_swept(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sessions.actions.AT_ONCE", 2)
    for _ in range(5):
        await start(now)
    await sessions.sweep(now + timedelta(hours=1), LIMITS)

    assert await left() == set()
    assert {how for how, _ in (await ends_of()).values()} == {"idle"}


async def test_a_start_that_fails_leaves_no_trace(now: datetime) -> None:
    """Session and history are one transaction."""
    with pytest.raises(AttributeError):
        await start(now, name=None)

    assert await SignIn.count() == 0


async def test_an_ended_sessions_cookie_still_tells_whose_it_was(now: datetime) -> None:
    token = await sessions.start(
        kind="resident", subject_id=ANNA, level="loa3", name="Anna", now=now, absolute=HOURS
    )
    await sessions.end_all("resident", ANNA, now=now)

    assert await sessions.owner_of(token) == ("resident", ANNA)
    assert await sessions.owner_of("A" * 43) is None
    assert await sessions.owner_of("nonsense") is None
    assert await sessions.find(token, now=now, idle=LIMITS) is None
