"""Somebody comes back from a provider."""

from datetime import datetime, timedelta
from uuid import UUID

from app import vault
from app.audit.actions import Entry, record
from app.errors import Refused
from app.sign_in.actions import residents, staff
from app.sign_in.actions.beginnings import Beginning
from app.sign_in.gateways import oidc
from app.sign_in.gateways.connections import Connection
from app.sign_in.queries import Begun, verifier_place
from app.sign_in.rules.answers import Answer, ensure_success
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
    now: datetime,
) -> str:
    """A session for whoever the provider says it is; returns the cookie's value.

    A resident's first sign-in opens the account. `replaces` is the session the browser had, of whatever kind,
    which ends if this succeeds.
    """
    ensure_success(
        answer, provider=connection.provider, names_itself=await oidc.names_itself(connection, now)
    )
    verifier = vault.unseal(begun.verifier_sealed, verifier_key(browser), verifier_place(begun.id))
    told = await oidc.identify(
        connection,
        answer.code,
        verifier=verifier.decode(),
        nonce=begun.nonce,
        level=begun.level,
        since=begun.expires_at - LIFETIME if begun.level else None,
        now=now,
    )
    beginning = Beginning(
        provider=connection.provider,
        replaces=replaces,
        absolute=absolute,
        sid=told.sid,
        hint=told.hint,
        now=now,
    )
    if isinstance(told.who, Employee):
        return await staff.start(told.who, beginning)
    return await residents.start(told.who, beginning)


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
