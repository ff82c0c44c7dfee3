"""What has ended is forgotten, and nothing else."""

from datetime import datetime, timedelta

from app import sessions
from app.database import uuid7
from app.outbox.actions import finish, put, take
from app.outbox.tables import Job
from app.sessions.tables import Session
from app.sign_in.tables import Transaction, UsedLogoutToken
from app.tidying import tidy
from tests.make import Clock

IDLE = sessions.Idle(resident=timedelta(minutes=60), clinician=timedelta(minutes=30))


async def test_ended_sessions_and_unfinished_sign_ins_go(db: None, clock: Clock) -> None:
    await _signed_in(clock())
    await _begun(expires_at=clock() + timedelta(minutes=10))

    await tidy(clock(), idle=IDLE)
    assert (await Session.count(), await Transaction.count()) == (1, 1)

    await tidy(clock.turn(minutes=59), idle=IDLE)
    assert (await Session.count(), await Transaction.count()) == (1, 1)

    await tidy(clock.turn(minutes=1), idle=IDLE)
    assert (await Session.count(), await Transaction.count()) == (0, 1)

    await tidy(clock.turn(minutes=10), idle=IDLE)
    assert (await Session.count(), await Transaction.count()) == (0, 0)


async def test_words_of_providers_go_when_they_cannot_come_again(db: None, clock: Clock) -> None:
    used = UsedLogoutToken(id=uuid7(), issuer="a", expires_at=clock() + timedelta(minutes=2))
    await UsedLogoutToken.insert(used)

    await tidy(clock.turn(seconds=119), idle=IDLE)
    assert await UsedLogoutToken.count() == 1
    await tidy(clock.turn(seconds=1), idle=IDLE)
    assert await UsedLogoutToken.count() == 0


async def test_jobs_that_were_done_a_day_ago_go(db: None, clock: Clock) -> None:
    await put("a", {}, now=clock())
    await put("b", {}, now=clock())
    [job] = await take(1, now=clock())
    await finish(job, now=clock())

    await tidy(clock.turn(hours=23), idle=IDLE)
    assert await Job.count() == 2
    await tidy(clock.turn(hours=2), idle=IDLE)
    assert await Job.count() == 1


async def _signed_in(now: datetime) -> None:
    await sessions.start(
        kind="resident", subject_id=uuid7(), level="loa3", name="Anna", now=now, absolute=timedelta(hours=8)
    )


async def _begun(*, expires_at: datetime) -> None:
    begun = Transaction(id=uuid7(), nonce="n", next_path="/", provider="eid", expires_at=expires_at)
    await Transaction.insert(begun)
