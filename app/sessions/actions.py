"""Sign somebody in, recognise them, and sign them out."""

from datetime import datetime, timedelta
from uuid import UUID

from app import vault
from app.database import in_transaction, uuid7
from app.sessions import queries, tokens
from app.sessions.principals import CLINICIAN, RESIDENT, Signed
from app.sessions.queries import TOUCH_EVERY, Idle
from app.sessions.tables import Session


@in_transaction
async def start(
    *,
    kind: str,
    subject_id: UUID,
    level: str,
    name: str,
    now: datetime,
    absolute: timedelta,
    replaces: UUID | None = None,
    id: UUID | None = None,
) -> str:
    """A new session; returns the cookie's value, which exists nowhere else.

    Every sign-in and step-up makes a new one, whatever the browser sent (ASVS 7.2.4). `replaces` ends the one
    that the browser had before. `id` is for who hangs something on the session.
    """
    if replaces is not None:
        await end(replaces)
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
    return token


async def find(token: str, now: datetime, idle: Idle) -> Signed | None:
    """Who the cookie's value stands for, None when it is unknown, ended, idle or too old.

    Writes only that somebody was here, at most once a minute: a session can end up to that much early when
    idle, never late.
    """
    claim = queries.claim(token, now=now, idle=idle)
    row = await queries.living(claim) if claim else None
    if row is None or claim is None:
        return None
    if queries.is_stale(row, now):
        await _touch(row.id, now=now)
    return queries.signed(row, claim)


async def end(session_id: UUID) -> None:
    """Signing out; the cookie is worth nothing from here on, wherever it was copied to."""
    await Session.delete().where(Session.id == session_id)


async def end_all(kind: str, subject_id: UUID) -> None:
    await Session.delete().where(Session.kind == kind, Session.subject_id == subject_id)


async def sweep(now: datetime, idle: Idle) -> None:
    """Remove what `find` no longer finds."""
    await Session.delete().where(
        (Session.expires_at <= now)
        | ((Session.kind == RESIDENT) & (Session.last_seen_at <= now - idle.resident))
        | ((Session.kind == CLINICIAN) & (Session.last_seen_at <= now - idle.clinician))
        | Session.kind.not_in([RESIDENT, CLINICIAN])
    )


async def _touch(session_id: UUID, *, now: datetime) -> None:
    # The condition lets one of many simultaneous requests write; a session ended meanwhile stays ended.
    await Session.update({Session.last_seen_at: now}).where(
        Session.id == session_id, Session.last_seen_at <= now - TOUCH_EVERY
    )
