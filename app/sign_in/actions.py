"""Begin a sign-in, end it once, and sign out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import UUID

from app import database, sessions, vault
from app.audit.actions import Entry, record
from app.database import in_transaction, transaction, uuid7
from app.errors import Refused
from app.language import Language
from app.residents.actions import open_account
from app.sessions import Signed
from app.sessions.principals import RESIDENT
from app.sign_in import queries
from app.sign_in.gateways import oidc
from app.sign_in.gateways.connections import Connection
from app.sign_in.queries import Begun, verifier_place
from app.sign_in.rules.answers import Answer, ensure_success
from app.sign_in.rules.people import Person
from app.sign_in.rules.refusals import AlreadyOver, AnotherPerson
from app.sign_in.rules.transactions import LIFETIME, REMEMBERED, ensure_usable, secret_hash, verifier_key
from app.sign_in.tables import Identity, Transaction


@dataclass(frozen=True)
class Departure:
    """`browser` goes into a cookie; the database has only its hash."""

    url: str
    browser: str


async def begin(connection: Connection, *, next_path: str, language: Language, now: datetime) -> Departure:
    """Where the person goes to identify themself. Raises `ProviderUnavailable` or `Untrusted`."""
    # 256 random bits each; a new browser secret each time, so that nobody can have planted it (R4, R5).
    state, nonce, verifier, browser = (token_urlsafe(32) for _ in range(4))
    url = await oidc.authorization_url(
        connection, state=state, nonce=nonce, verifier=verifier, language=language, now=now
    )
    id = uuid7()
    begun = Transaction(
        id=id,
        state_hash=secret_hash(state),
        browser_hash=secret_hash(browser),
        nonce=nonce,
        verifier_sealed=vault.seal(verifier.encode(), verifier_key(browser), verifier_place(id)),
        next_path=next_path,
        provider=connection.provider.key,
        expires_at=now + LIFETIME,
    )
    await begun.save()
    return Departure(url, browser)


async def take(state: str, *, browser: str, provider: str, now: datetime) -> Begun:
    """The sign-in that a browser comes back with: once, whatever comes of it.

    Raises `AlreadyOver`, `OtherBrowser` or `TookTooLong`.
    """
    begun = await _claim(state)
    ensure_usable(
        browser_hash=begun.browser_hash,
        browser=browser,
        begun_at=begun.provider,
        ended_at=provider,
        expires_at=begun.expires_at,
        now=now,
    )
    return begun


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

    A first sign-in opens the account. `replaces` is the session the browser had, which ends if this succeeds.
    """
    ensure_success(
        answer, provider=connection.provider, names_itself=await oidc.names_itself(connection, now)
    )
    verifier = vault.unseal(begun.verifier_sealed, verifier_key(browser), verifier_place(begun.id))
    person = await oidc.identify(
        connection, answer.code, verifier=verifier.decode(), nonce=begun.nonce, now=now
    )
    return await _start(
        person, replaces=replaces, absolute=absolute, provider=connection.provider.key, now=now
    )


@in_transaction
async def sign_out(session: Signed, *, now: datetime) -> None:
    await sessions.end(session.id)
    await record(_by(session.subject_id, "session.ended", now))


async def record_refusal(refusal: Refused, *, provider: str, now: datetime) -> None:
    """After the rollback, so that it stays (ASVS 16.3.1). Says why to the operator, and never who."""
    reason = refusal.values.get("reason", "")
    await record(
        Entry(
            action="sign-in.refused",
            at=now,
            actor_kind="visitor",
            outcome="denied",
            object_kind=provider,
            object_id=f"{refusal.code} {reason}".strip(),
        )
    )


async def forget_unfinished(*, now: datetime) -> None:
    """Sign-ins that nobody came back from. They stay an hour, so that we can say what happened."""
    await Transaction.delete().where(Transaction.expires_at <= now - REMEMBERED)


async def _claim(state: str) -> Begun:
    # Deleting is claiming: of two who come with the same state, one gets a row back.
    async with transaction():
        begun = await queries.begun_with(state)
        claimed = begun and await database.run(
            "DELETE FROM sign_in_transactions WHERE id = {} RETURNING 1 AS claimed", begun.id
        )
    if begun is None or not claimed:
        raise AlreadyOver
    return begun


@in_transaction
async def _start(
    person: Person, *, replaces: UUID | None, absolute: timedelta, provider: str, now: datetime
) -> str:
    resident_id = await open_account(person.number, person.name, now=now)
    await _recognise(person, resident_id, now=now)
    await record(_by(resident_id, "session.started", now, provider=provider))
    return await sessions.start(
        kind=RESIDENT,
        subject_id=resident_id,
        level=person.level,
        name=person.name,
        now=now,
        absolute=absolute,
        replaces=replaces,
    )


async def _recognise(person: Person, resident_id: UUID, *, now: datetime) -> None:
    await database.run(
        "INSERT INTO identities (id, issuer, subject, resident, created_at, last_used_at)"
        " VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (issuer, subject) DO NOTHING RETURNING 1 AS made",
        uuid7(),
        person.issuer,
        person.subject,
        resident_id,
        now,
        now,
    )
    known = await queries.known_as(person)
    if known is None or known.resident_id != resident_id:
        raise AnotherPerson
    await Identity.update({Identity.last_used_at: now}).where(Identity.id == known.id)


def _by(resident_id: UUID, action: str, now: datetime, *, provider: str | None = None) -> Entry:
    return Entry(
        action=action,
        at=now,
        actor_kind=RESIDENT,
        actor_id=resident_id,
        resident_id=resident_id,
        object_kind="provider" if provider else None,
        object_id=provider,
    )
