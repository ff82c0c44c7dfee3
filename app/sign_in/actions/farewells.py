"""Somebody leaves: here, or at the provider, which then tells us."""

from datetime import datetime

from msgspec.structs import replace

from app import database, sessions
from app.audit.actions import Entry, record
from app.database import in_transaction, uuid7
from app.sessions import Signed
from app.sessions.principals import CLINICIAN
from app.sign_in import queries
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.signatures import signed_claims
from app.sign_in.queries import Ended
from app.sign_in.rules.logout import LOGOUT_TYPE, SignedOut, read_logout_token
from app.sign_in.rules.refusals import AlreadyOver
from app.sign_in.tables import UsedLogoutToken


@in_transaction
async def sign_out(session: Signed, *, now: datetime) -> None:
    entry = await _ended(session, now)
    await sessions.end(session.id, how=sessions.SIGNED_OUT, now=now)
    await record(entry)


async def sign_out_as_told(logout_token: str, *, connection: Connection, now: datetime) -> None:
    """End the sessions that the provider names, however many. Raises a refusal for what does not hold."""
    claims = await signed_claims(connection, logout_token, typ=LOGOUT_TYPE, now=now)
    told = read_logout_token(claims, provider=connection.provider, now=now)
    await _end_named(told, provider=connection.provider.key, now=now)


async def forget_logout_tokens(*, now: datetime) -> None:
    """Those that have expired, and so cannot come again."""
    await UsedLogoutToken.delete().where(UsedLogoutToken.expires_at <= now)


@in_transaction
async def _end_named(told: SignedOut, *, provider: str, now: datetime) -> None:
    await _claim(told)
    for ended in await queries.sessions_named(told):
        await sessions.end(ended.id, how=sessions.BACK_CHANNEL, now=now)
        await record(_ended_as_told(ended, provider, now))


async def _claim(told: SignedOut) -> None:
    # Inserting is claiming: of two who bring the same token, one gets a row back.
    claimed = await database.run(
        "INSERT INTO used_logout_tokens (id, issuer, jti_hash, expires_at) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (issuer, jti_hash) DO NOTHING RETURNING 1 AS claimed",
        uuid7(),
        told.issuer,
        told.jti_hash,
        told.forgotten_at,
    )
    if not claimed:
        raise AlreadyOver


def _ended_as_told(ended: Ended, provider: str, now: datetime) -> Entry:
    return Entry(
        action="session.ended",
        at=now,
        actor_kind=ended.kind,
        actor_id=ended.subject_id,
        assignment=ended.assignment,
        care_unit=ended.care_unit,
        resident_id=None if ended.kind == CLINICIAN else ended.subject_id,
        object_kind="provider",
        object_id=provider,
    )


async def _ended(session: Signed, now: datetime) -> Entry:
    entry = Entry(action="session.ended", at=now, actor_kind=session.kind, actor_id=session.subject_id)
    if session.kind == CLINICIAN:
        assignment = (await queries.held_by(session)).assignment
        return replace(entry, assignment=assignment.hsa_id, care_unit=assignment.clinic_hsa_id)
    return replace(entry, resident_id=session.subject_id)
