"""Sign somebody in, recognise them, and sign them out."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app import database, vault
from app.audit import actions as audit  # whole: it may be on its way in, since database knows all tables
from app.database import in_transaction, uuid7
from app.errors import Missing
from app.sessions import queries, tokens
from app.sessions.principals import CLINICIAN, RESIDENT, Clinician, Resident, Signed
from app.sessions.queries import TOUCH_EVERY, Idle
from app.sessions.tables import Session, SignIn

# How a session ends, as `sign_ins.ended` says it.
SIGNED_OUT, ELSEWHERE, REPLACED = "signed-out", "elsewhere", "replaced"
IDLE, EXPIRED, BACK_CHANNEL = "idle", "expired", "back-channel"

# Its owner looks back this far (docs/decisions/sign-in-history.md).
KEPT = timedelta(days=548)
AT_ONCE = 500

DEAD = """
 (expires_at <= {} OR kind = 'resident' AND last_seen_at <= {} OR kind = 'clinician' AND last_seen_at <= {}
 OR kind NOT IN ('resident', 'clinician'))
"""


class _Dead(NamedTuple):
    id: UUID
    kind: str
    last_seen_at: datetime
    expires_at: datetime


class _Ended(NamedTuple):
    id: UUID


@in_transaction
async def start(
    *,
    kind: str,
    subject_id: UUID,
    level: str,
    name: str,
    now: datetime,
    absolute: timedelta,
    provider: str = "",
    replaces: UUID | None = None,
    id: UUID | None = None,
) -> str:
    """A new session; returns the cookie's value, which exists nowhere else.

    Every sign-in and step-up makes a new one, whatever the browser sent (ASVS 7.2.4). `replaces` ends the one
    that the browser had before. `id` is for who hangs something on the session. `provider` is its key.
    """
    if replaces is not None:
        await end(replaces, how=REPLACED, now=now)
    token, session_id = tokens.new_token(), id or uuid7()
    await Session.insert(
        Session(
            id=session_id,
            token_hash=tokens.token_hash(token),
            kind=kind,
            subject_id=subject_id,
            level=level,
            name_sealed=vault.seal(name.encode(), tokens.name_key(token), queries.name_place(session_id)),
            created_at=now,
            last_seen_at=now,
            expires_at=now + absolute,
        )
    )
    await SignIn.insert(
        SignIn(
            id=session_id,
            token_hash=tokens.token_hash(token),
            kind=kind,
            subject_id=subject_id,
            provider=provider,
            level=level,
            at=now,
        )
    )
    return token


async def find(token: str, now: datetime, idle: Idle, *, visit: bool = True) -> Signed | None:
    """Who the cookie's value stands for, None when it is unknown, ended, idle or too old.

    Writes only that somebody was here, at most once a minute: a session can end up to that much early when
    idle, never late. A question that no person asked is no visit, and writes nothing.
    """
    claim = queries.claim(token, now=now, idle=idle)
    row = await queries.living(claim) if claim else None
    if row is None or claim is None:
        return None
    if not visit:
        return queries.signed(row, claim, visit=False)
    if queries.is_stale(row, now):
        await _touch(row.id, now=now)
    return queries.signed(row, claim)


async def end(session_id: UUID, *, now: datetime, how: str = ELSEWHERE) -> None:
    """Signing out; the cookie is worth nothing from here on, wherever it was copied to."""
    await _end("id = {}", session_id, how=how, now=now)


async def end_all(kind: str, subject_id: UUID, *, now: datetime, how: str = ELSEWHERE) -> None:
    await _end("kind = {} AND subject_id = {}", kind, subject_id, how=how, now=now)


@in_transaction
async def end_one(session_id: UUID, *, of: Resident | Clinician, now: datetime) -> None:
    """One of one's own, as seen in the list of them. Raises `Missing`."""
    how = SIGNED_OUT if session_id == of.session_id else ELSEWHERE
    own = "id = {} AND kind = {} AND subject_id = {}"
    ended = await _end(own, session_id, _kind(of), of.id, how=how, now=now)
    if not ended:
        raise Missing("session", session_id)
    await audit.record_all([_entry(id, of, now) for id in ended])


@in_transaction
async def end_others(*, of: Resident | Clinician, now: datetime) -> None:
    """All of one's own but the one that asks."""
    own = "kind = {} AND subject_id = {} AND id <> {}"
    ended = await _end(own, _kind(of), of.id, of.session_id, how=ELSEWHERE, now=now)
    await audit.record_all([_entry(id, of, now) for id in ended])


async def sweep(now: datetime, idle: Idle) -> None:
    """Remove what `find` no longer finds, and write down when it ended and how."""
    while await _sweep_some(now, idle):
        pass


async def forget_old_sign_ins(now: datetime) -> None:
    await SignIn.delete().where(SignIn.at <= now - KEPT)


@in_transaction
async def _end(which: str, *args: object, how: str, now: datetime) -> list[UUID]:
    ended = await database.rows(_Ended, f"DELETE FROM sessions WHERE {which} RETURNING id", *args)  # noqa: S608 - our own conditions
    for row in ended:
        await _note(row.id, how=how, at=now)
    return [row.id for row in ended]


@in_transaction
async def _sweep_some(now: datetime, idle: Idle) -> bool:
    # A bound on each, so that nobody waits long for the writer of SQLite.
    dead = await database.rows(
        _Dead,
        f"DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE {DEAD} LIMIT {AT_ONCE}) AND {DEAD}"  # noqa: S608 - our own condition
        " RETURNING id, kind, last_seen_at, expires_at",
        *(now, now - idle.resident, now - idle.clinician) * 2,
    )
    for row in dead:
        idle_at = row.last_seen_at + idle.of(row.kind)
        at, how = min((row.expires_at, EXPIRED), (idle_at, IDLE))
        await _note(row.id, how=how, at=at)
    return len(dead) == AT_ONCE


async def _note(session_id: UUID, *, how: str, at: datetime) -> None:
    await SignIn.update({SignIn.ended: how, SignIn.ended_at: at}).where(SignIn.id == session_id)


async def _touch(session_id: UUID, *, now: datetime) -> None:
    # The condition lets one of many simultaneous requests write; a session ended meanwhile stays ended.
    await Session.update({Session.last_seen_at: now}).where(
        Session.id == session_id, Session.last_seen_at <= now - TOUCH_EVERY
    )


def _kind(of: Resident | Clinician) -> str:
    return RESIDENT if isinstance(of, Resident) else CLINICIAN


def _entry(session_id: UUID, of: Resident | Clinician, now: datetime) -> "audit.Entry":
    actor, staff = of.actor, isinstance(of, Clinician)
    return audit.Entry(
        action="session.ended",
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        assignment=actor.assignment,
        resident_id=None if staff else of.id,
        care_unit=of.clinic_hsa_id if isinstance(of, Clinician) else None,
        object_kind="session",
        object_id=str(session_id),
    )
