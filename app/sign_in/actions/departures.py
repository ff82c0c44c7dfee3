"""A sign-in on its way: begun at our page, taken once by the browser that began it."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from app import database, vault
from app.database import transaction, uuid7
from app.language import Language
from app.sign_in import queries
from app.sign_in.gateways import oidc
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.http import in_time
from app.sign_in.queries import Begun, verifier_place
from app.sign_in.rules.refusals import AlreadyOver
from app.sign_in.rules.transactions import LIFETIME, REMEMBERED, ensure_usable, secret_hash, verifier_key
from app.sign_in.tables import Choice, Transaction


@dataclass(frozen=True)
class Departure:
    """`browser` goes into a cookie; the database has only its hash."""

    url: str
    browser: str


async def begin(
    connection: Connection, *, next_path: str, language: Language, now: datetime, level: str = ""
) -> Departure:
    """Where the person goes to identify themself. Raises `ProviderUnavailable` or `Untrusted`.

    `level` is a step-up: at least that level of the provider, by somebody who is there now (R13).
    """
    # 256 random bits each; a new browser secret each time, so that nobody can have planted it (R4, R5).
    state, nonce, verifier, browser = (token_urlsafe(32) for _ in range(4))
    async with in_time():
        url = await oidc.authorization_url(
            connection, state=state, nonce=nonce, verifier=verifier, language=language, level=level, now=now
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
        level=level,
        expires_at=now + LIFETIME,
    )
    await begun.save()
    return Departure(url, browser)


async def take(state: str, *, browser: str, provider: str, now: datetime) -> Begun:
    """The sign-in that a browser comes back with: once, whatever comes of it.

    Raises `AlreadyOver`, `OtherBrowser`, `TookTooLong`, or `Untrusted` for another provider's redirect URI.
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


async def forget_unfinished(*, now: datetime) -> None:
    """Sign-ins and choices that nobody ended. They stay an hour, so that we can say what happened."""
    await Transaction.delete().where(Transaction.expires_at <= now - REMEMBERED)
    await Choice.delete().where(Choice.expires_at <= now - REMEMBERED)


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
