"""Somebody comes back from a provider."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from app import vault
from app.audit.actions import Entry, record
from app.errors import NotSignedIn, Refused
from app.sessions import Clinician, Signed
from app.sessions.principals import CLINICIAN
from app.sign_in import queries
from app.sign_in.actions import choosing, residents, staff
from app.sign_in.actions.beginnings import Beginning
from app.sign_in.actions.choosing import Undecided
from app.sign_in.actions.farewells import sign_out
from app.sign_in.gateways import oidc
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.http import in_time
from app.sign_in.queries import Begun, verifier_place
from app.sign_in.rules.answers import Answer, ensure_success
from app.sign_in.rules.people import ensure_certified
from app.sign_in.rules.staff import Employee
from app.sign_in.rules.transactions import LIFETIME, verifier_key


async def sign_in(
    begun: Begun,
    answer: Answer,
    *,
    connection: Connection,
    browser: str,
    replaces: UUID | None,
    absolute: timedelta,
    demo: bool,
    now: datetime,
) -> str | Undecided:
    """A session for whoever the provider says it is; returns the cookie's value.

    Staff who have several assignments and chose none choose first. A resident's first sign-in opens the
    account. `replaces` is the session the browser had, of whatever kind, which ends if this succeeds.
    """
    verifier = vault.unseal(begun.verifier_sealed, verifier_key(browser), verifier_place(begun.id)).decode()
    async with in_time():
        ensure_success(
            answer, provider=connection.provider, names_itself=await oidc.names_itself(connection, now)
        )
        told = await oidc.identify(
            connection,
            answer.code,
            verifier=verifier,
            nonce=begun.nonce,
            level=begun.level,
            since=begun.expires_at - LIFETIME if begun.level else None,
            now=now,
        )
    who = told.who
    ensure_certified(who.level, demo=demo)
    beginning = Beginning(
        provider=connection.provider,
        replaces=replaces,
        absolute=absolute,
        sid=told.sid,
        hint=told.hint,
        now=now,
    )
    if isinstance(who, Employee) and who.choices:
        return await choosing.decide(who, beginning, next_path=begun.next_path)
    if isinstance(who, Employee):
        return await staff.start(who, beginning)
    return await residents.start(who, beginning)


async def admit(session: Signed, *, purposes: Mapping[str, Collection[str]], now: datetime) -> Clinician:
    """Whom a living session of staff stands for, and in which assignment: asked at every request.

    `purposes` are the administrative ones of each issuer. Ends the session when what opened it is withdrawn
    or would no longer open it. Raises `NotSignedIn`.
    """
    held = await queries.held_by(session)
    if not held.still_opens(purposes):
        await sign_out(session, now=now)
        raise NotSignedIn(CLINICIAN)
    return session.clinician(held.assignment)


async def record_refusal(
    refusal: Refused, *, provider: str, now: datetime, action: str = "sign-in.refused"
) -> None:
    """After the rollback, so that it stays (ASVS 16.3.1). Says why to the operator, and never who."""
    reason = refusal.values.get("reason", "")
    await record(
        Entry(
            action=action,
            at=now,
            actor_kind="visitor",
            outcome="denied",
            object_kind=provider,
            object_id=f"{refusal.code} {reason}".strip(),
        )
    )
