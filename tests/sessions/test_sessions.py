"""ASVS 5.0 V7, on the real database with a clock in hand."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app import database, sessions, vault
from app.database import uuid7
from app.sessions import Signed, actions, queries, tokens
from app.sessions.tables import Session

IDLE = timedelta(minutes=60)
STAFF_IDLE = timedelta(minutes=30)
LIMITS = sessions.Idle(resident=IDLE, clinician=STAFF_IDLE)
ABSOLUTE = timedelta(hours=8)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)

ANNA = uuid7()
BO = uuid7()

pytestmark = pytest.mark.usefixtures("db")


async def start(now: datetime, subject_id: UUID = ANNA, **given: Any) -> str:
    usual: dict[str, Any] = {
        "kind": "resident",
        "level": "loa3",
        "name": "Anna Åkesson",
        "absolute": ABSOLUTE,
    }
    return await sessions.start(subject_id=subject_id, now=now, **usual | given)


async def find(token: str, now: datetime) -> Signed | None:
    return await sessions.find(token, now=now, idle=LIMITS)


async def found(token: str, now: datetime) -> Signed:
    signed = await find(token, now)
    assert signed is not None
    return signed


async def stored() -> list[dict[str, Any]]:
    return await Session.select().order_by(Session.created_at)


async def test_who_signed_in_is_found_by_the_cookie(now: datetime) -> None:
    token = await start(now)
    (row,) = await stored()

    assert await found(token, now) == Signed(
        id=row["id"],
        kind="resident",
        subject_id=ANNA,
        level="loa3",
        name="Anna Åkesson",
        created_at=now,
        expires_at=now + ABSOLUTE,
        idle_at=now + IDLE,
    )


async def test_the_cookie_holds_256_random_bits_and_never_repeats() -> None:
    """ASVS 7.2.3"""
    made = {tokens.new_token() for _ in range(10_000)}

    assert len(made) == 10_000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in made)


async def test_a_session_the_server_did_not_issue_is_nobodys(now: datetime) -> None:
    """ASVS 7.2.1, 7.2.2: well formed, but made by the client."""
    await start(now)

    assert await find(tokens.new_token(), now) is None
    assert len(await stored()) == 1


@pytest.mark.parametrize("place", [0, 20, 42])
async def test_a_changed_cookie_is_nobodys(now: datetime, place: int) -> None:
    """ASVS 7.2.1"""
    token = await start(now)
    other = "A" if token[place] != "A" else "B"

    assert await find(token[:place] + other + token[place + 1 :], now) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A" * 42,
        "A" * 44,
        "A" * 43 + "\n",
        "é" * 43,
        "\ud800" * 43,
        "' OR 1=1 --",
        "\0" * 43,
        "A" * 100_000,
    ],
)
async def test_what_can_be_no_cookie_of_ours_never_reaches_the_database(now: datetime, text: str) -> None:
    async with statements() as asked:
        assert await find(text, now) is None

    assert asked == []


async def test_the_hash_in_the_database_does_not_sign_in(now: datetime) -> None:
    """Whoever reads the table has nothing to put in a cookie."""
    await start(now)
    (row,) = await stored()

    for text in (row["token_hash"].hex(), row["token_hash"].decode("latin-1"), str(row["id"])):
        assert await find(text, now) is None


async def test_every_sign_in_is_a_new_session(now: datetime) -> None:
    """ASVS 7.2.4"""
    first, second = await start(now), await start(now)

    assert first != second
    assert (await found(first, now)).id != (await found(second, now)).id


async def test_signing_in_again_ends_the_session_the_browser_had(now: datetime) -> None:
    """ASVS 7.2.4: a cookie planted or copied before the sign-in is worth nothing after it."""
    planted = await start(now, BO)
    before = await found(planted, now)
    after = await start(now, ANNA, replaces=before.id)

    assert await find(planted, now) is None
    assert (await found(after, now)).subject_id == ANNA


async def test_a_start_that_fails_leaves_the_old_session(now: datetime) -> None:
    token = await start(now)
    before = await found(token, now)

    with pytest.raises(AttributeError):
        await start(now, name=None, replaces=before.id)

    assert await find(token, now) == before


async def test_a_session_ends_after_an_hour_without_a_visit(now: datetime) -> None:
    """ASVS 7.3.1"""
    token = await start(now)

    assert await find(token, now + IDLE) is None
    assert await find(token, now + IDLE - TICK) is not None


async def test_a_clinicians_session_ends_after_half_an_hour(now: datetime) -> None:
    """ASVS 7.3.1: a screen in a clinic is passed by many."""
    token = await start(now, kind="clinician")

    assert (await found(token, now)).idle_at == now + STAFF_IDLE
    assert await find(token, now + STAFF_IDLE - TICK) is not None
    assert await find(await start(now, kind="clinician"), now + STAFF_IDLE) is None


async def test_a_session_of_no_known_kind_is_nobodys(now: datetime) -> None:
    token = await start(now, kind="somebody")

    assert await find(token, now) is None
    await sessions.sweep(now, LIMITS)
    assert await stored() == []


async def test_every_visit_gives_another_hour(now: datetime) -> None:
    """ASVS 7.3.1"""
    token = await start(now)
    for minutes in range(50, 300, 50):
        later = now + timedelta(minutes=minutes)
        assert (await found(token, later)).idle_at == later + IDLE


async def test_a_session_ends_after_its_hours_however_busy(now: datetime) -> None:
    """ASVS 7.3.2"""
    token = await start(now)
    for minutes in range(30, 480, 30):
        await found(token, now + timedelta(minutes=minutes))

    assert await find(token, now + ABSOLUTE - TICK) is not None
    assert await find(token, now + ABSOLUTE) is None


async def test_a_dead_session_is_not_touched_back_to_life(now: datetime) -> None:
    """ASVS 7.3.1"""
    token = await start(now)
    before = await stored()

    assert await find(token, now + IDLE) is None
    assert await stored() == before


async def test_a_cookie_kept_after_signing_out_is_worth_nothing(now: datetime) -> None:
    """ASVS 7.4.1"""
    token, elsewhere = await start(now), await start(now)
    await sessions.end((await found(token, now)).id, now=now)

    assert await find(token, now) is None
    assert await find(elsewhere, now) is not None


async def test_every_session_of_a_person_can_be_ended_at_once(now: datetime) -> None:
    """ASVS 7.4.2"""
    hers = [await start(now) for _ in range(3)]
    his, colleague = await start(now, BO), await start(now, ANNA, kind="clinician")
    await sessions.end_all("resident", ANNA, now=now)

    assert [await find(token, now) for token in hers] == [None] * 3
    assert await find(his, now) is not None
    assert await find(colleague, now) is not None


async def test_ending_what_has_ended_is_no_error(now: datetime) -> None:
    signed = await found(await start(now), now)

    for _ in range(2):
        await sessions.end(signed.id, now=now)
        await sessions.end_all("resident", ANNA, now=now)


async def test_a_visit_is_one_question_and_writes_once_a_minute(now: datetime) -> None:
    """ASVS 3.5.3: a GET writes nothing but this."""
    token = await start(now)

    async with statements() as within:
        await find(token, now + MINUTE - TICK)
    async with statements() as after:
        await find(token, now + MINUTE)
    async with statements() as again:
        await find(token, now + MINUTE + TICK)

    assert [verb(sql) for sql in within] == ["SELECT"]
    assert [verb(sql) for sql in after] == ["SELECT", "UPDATE"]
    assert [verb(sql) for sql in again] == ["SELECT"]


async def test_the_minute_counts_from_the_last_touch(now: datetime) -> None:
    token = await start(now)
    for seconds, seen in ((59, 0), (60, 60), (119, 60), (120, 120)):
        await find(token, now + timedelta(seconds=seconds))
        assert (await stored())[0]["last_seen_at"] == now + timedelta(seconds=seen)


async def test_a_clock_that_jumps_back_does_not_shorten_a_session(now: datetime) -> None:
    token = await start(now)
    await find(token, now - timedelta(hours=1))

    assert (await stored())[0]["last_seen_at"] == now


async def test_sweeping_removes_the_dead_and_only_them(now: datetime) -> None:
    """ASVS 14.2.7"""
    idle, old = await start(now), await start(now, absolute=IDLE + MINUTE)
    alive = await start(now)
    later = now + IDLE
    for token in (old, alive):
        await find(token, later - MINUTE)
    await sessions.sweep(later + MINUTE, LIMITS)
    kept = {row["token_hash"] for row in await stored()}

    assert kept == {tokens.token_hash(alive)}
    assert await find(alive, later + MINUTE) is not None
    assert not {tokens.token_hash(idle), tokens.token_hash(old)} & kept


async def test_sweeping_removes_exactly_what_is_no_longer_found(now: datetime) -> None:
    await start(now)
    await sessions.sweep(now + IDLE - TICK, LIMITS)
    assert len(await stored()) == 1

    await sessions.sweep(now + IDLE, LIMITS)
    assert await stored() == []


async def test_sweeping_removes_each_kind_at_its_own_time(now: datetime) -> None:
    hers, _staffs = await start(now), await start(now, kind="clinician")
    await sessions.sweep(now + STAFF_IDLE, LIMITS)

    assert [row["token_hash"] for row in await stored()] == [tokens.token_hash(hers)]


async def test_the_row_holds_neither_the_cookie_nor_the_name(now: datetime) -> None:
    token = await start(now)
    (row,) = await stored()
    seen = " ".join(
        value.hex() + value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for value in row.values()
    )

    assert row["token_hash"] == hashlib.sha256(token.encode()).digest()
    for secret in (token, token.encode().hex(), "Åkesson", "Åkesson".encode().decode("latin-1"), "Anna"):
        assert secret not in seen
    assert "Åkesson".encode().hex() not in seen


async def test_a_name_opens_with_its_own_cookie_and_in_its_own_row_only(now: datetime) -> None:
    hers, his = await start(now), await start(now, BO, name="Bo Berg")
    first, second = await stored()
    await Session.update({Session.name_sealed: second["name_sealed"]}).where(Session.id == first["id"])

    with pytest.raises(vault.Unreadable):
        await find(hers, now)
    assert (await found(his, now)).name == "Bo Berg"


async def test_neither_another_cookie_nor_another_row_opens_a_name(now: datetime) -> None:
    claim = queries.Claim(await start(now), now, LIMITS)
    row = await queries.living(claim)
    assert row is not None

    assert queries.signed(row, claim).name == "Anna Åkesson"
    with pytest.raises(vault.Unreadable):
        queries.signed(row, claim._replace(token=tokens.new_token()))
    with pytest.raises(vault.Unreadable):
        queries.signed(row._replace(id=BO), claim)


async def test_of_two_visits_at_once_the_earlier_does_not_write_over_the_later(now: datetime) -> None:
    token = await start(now)
    signed = await found(token, now + 2 * MINUTE)
    await actions._touch(signed.id, now=now + MINUTE)

    assert (await stored())[0]["last_seen_at"] == now + 2 * MINUTE


async def test_a_session_is_found_within_a_transaction_too(now: datetime) -> None:
    async with database.transaction():
        token = await start(now)
        assert await find(token, now + MINUTE) is not None
    assert (await stored())[0]["last_seen_at"] == now + MINUTE


def verb(sql: str) -> str:
    return sql.split(maxsplit=1)[0]


@asynccontextmanager
async def statements() -> AsyncIterator[list[str]]:
    """What the database is asked, heard on the connection of one transaction."""
    asked: list[str] = []
    async with database.transaction():
        running: Any = database.DB.current_transaction.get()
        if database.POSTGRES:
            with running.connection.query_logger(lambda record: asked.append(record.query)):
                yield asked
                await asyncio.sleep(0)
        else:
            await running.connection.set_trace_callback(asked.append)
            yield asked
            await running.connection.set_trace_callback(None)
