"""The session a cookie belongs to: asked on every request, so one statement. And one's own, old and new."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app import database, vault
from app.sessions import tokens
from app.sessions.principals import CLINICIAN, Signed

LIVING = """
SELECT id, kind, subject_id, level, name_sealed, created_at, last_seen_at, expires_at
FROM sessions WHERE token_hash = {} AND expires_at > {}
 AND (kind = 'resident' AND last_seen_at > {} OR kind = 'clinician' AND last_seen_at > {})
"""
TOUCH_EVERY = timedelta(minutes=1)
# A resident's session in a statement that does more, for PostgreSQL: `living`, marked as seen.
HERE = f"""
living AS MATERIALIZED ({LIVING} AND kind = 'resident'),
touched AS (
 UPDATE sessions SET last_seen_at = CAST({{}} AS timestamptz) FROM living
 WHERE sessions.id = living.id AND sessions.last_seen_at <= CAST({{}} AS timestamptz))
"""  # noqa: S608 - put together from our own constants
# Its columns in a statement that finds it as `living`, under names that nothing else there has. On the first
# row of many only: to read them twenty times costs as much as to ask for them.
OF_THE_LIVING = (
    "living.id AS session_id, living.kind AS session_kind, living.subject_id, living.level,"
    " living.name_sealed, living.created_at, living.last_seen_at, living.expires_at"
)


class Idle(NamedTuple):
    """How long a session of each kind lives without a visit; one of no known kind is dead."""

    resident: timedelta
    clinician: timedelta

    def of(self, kind: str) -> timedelta:
        return self.clinician if kind == CLINICIAN else self.resident


class Claim(NamedTuple):
    """What a cookie says of itself, before anybody has asked whether it is true."""

    token: str
    now: datetime
    idle: Idle

    def arguments(self) -> tuple[bytes, datetime, datetime, datetime]:
        """Those of `LIVING`."""
        idle = self.idle
        return tokens.token_hash(self.token), self.now, self.now - idle.resident, self.now - idle.clinician

    def of_here(self) -> tuple[bytes | datetime, ...]:
        """The arguments of `HERE`."""
        return *self.arguments(), self.now, self.now - TOUCH_EVERY


class Row(NamedTuple):
    id: UUID
    kind: str
    subject_id: UUID
    level: str
    name_sealed: bytes
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


def row_of(found: tuple[object, ...]) -> Row:
    """The session in a row that begins with `OF_THE_LIVING`."""
    return Row._make(found[: len(Row._fields)])


class Open(NamedTuple):
    """One of somebody's living sessions, as its owner sees it. Seen within a minute of `last_seen_at`."""

    id: UUID
    level: str
    created_at: datetime
    last_seen_at: datetime


class Past(NamedTuple):
    """A sign-in looked back on. `ended` is one of those in `actions`, None until it is known."""

    id: UUID
    provider: str
    level: str
    at: datetime
    ended_at: datetime | None
    ended: str | None


class Owner(NamedTuple):
    kind: str
    subject_id: UUID


def claim(token: str, *, now: datetime, idle: Idle) -> Claim | None:
    """None when we cannot have made it: that is not worth a question to the database."""
    return Claim(token, now, idle) if tokens.is_token(token) else None


async def living(claim: Claim) -> Row | None:
    found = await database.rows(Row, LIVING, *claim.arguments())
    return found[0] if found else None


async def all_of(kind: str, subject_id: UUID, *, now: datetime, idle: Idle) -> list[Open]:
    """The newest first."""
    return await database.rows(
        Open,
        "SELECT id, level, created_at, last_seen_at FROM sessions"
        " WHERE kind = {} AND subject_id = {} AND expires_at > {} AND last_seen_at > {}"
        " ORDER BY created_at DESC, id DESC",
        *(kind, subject_id, now, now - idle.of(kind)),
    )


async def history_of(kind: str, subject_id: UUID, *, limit: int = 50) -> list[Past]:
    """The newest first. One that has ended by itself says so within the hour, when it is swept."""
    return await database.rows(
        Past,
        "SELECT id, provider, level, at, ended_at, ended FROM sign_ins WHERE kind = {} AND subject_id = {}"
        " ORDER BY at DESC, id DESC LIMIT {}",
        *(kind, subject_id, limit),
    )


async def owner_of(token: str) -> Owner | None:
    """Whose session the cookie was, living or not. It opens nothing: that is `find`'s to say."""
    if not tokens.is_token(token):
        return None
    found = await database.rows(
        Owner, "SELECT kind, subject_id FROM sign_ins WHERE token_hash = {}", tokens.token_hash(token)
    )
    return found[0] if found else None


def is_stale(row: Row, now: datetime) -> bool:
    """Whether it is time to write that somebody was here."""
    return now - row.last_seen_at >= TOUCH_EVERY


def signed(row: Row, claim: Claim, *, visit: bool = True) -> Signed:
    """Whom a living session stands for, now that it is marked as seen, which only a visit does.

    Raises `vault.Unreadable` when somebody has changed the stored name.
    """
    name = vault.unseal(row.name_sealed, tokens.name_key(claim.token), name_place(row.id))
    seen_at = claim.now if visit and is_stale(row, claim.now) else row.last_seen_at
    return Signed(
        id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        level=row.level,
        name=name.decode(),
        created_at=row.created_at,
        expires_at=row.expires_at,
        idle_at=seen_at + claim.idle.of(row.kind),
    )


def name_place(session_id: UUID) -> vault.Place:
    return vault.Place("", "sessions", "name_sealed", session_id)
