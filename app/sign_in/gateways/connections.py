"""What a provider has told us about itself, for as long as we believe it (R12)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from app.sign_in.gateways import jwks, metadata
from app.sign_in.gateways.http import Open, get_document, open_network
from app.sign_in.gateways.jwks import PublicKey
from app.sign_in.gateways.metadata import Metadata
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import ProviderUnavailable, Untrusted

# A withdrawn key is believed for an hour at most.
BELIEVED = timedelta(hours=1)
ASK_AGAIN_AFTER = timedelta(minutes=5)

T = TypeVar("T")


@dataclass
class Told(Generic[T]):
    """What the provider answered, and when. Who asks while it is being asked shares the answer.

    So a thousand at once are one request, and a provider that is slow keeps each of them waiting once.
    """

    what: T | None = None
    at: datetime | None = None
    answers: int = 0
    _refusal: ProviderUnavailable | Untrusted | None = None
    _one_asks: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_being_asked(self) -> bool:
        return self._one_asks.locked()

    def within(self, time: timedelta, now: datetime) -> T | None:
        return self.what if self.at is not None and now - self.at < time else None

    async def ask(self, question: Callable[[], Awaitable[T]], *, since: int, now: datetime) -> T:
        """`since` is how many `answers` there were when the caller found that it must ask.

        Raises `ProviderUnavailable` or `Untrusted`; what was known before stays known.
        """
        async with self._one_asks:
            if self.answers == since:
                await self._ask(question, now)
            if self._refusal is not None or self.what is None:
                raise self._refusal or ProviderUnavailable
            return self.what

    async def _ask(self, question: Callable[[], Awaitable[T]], now: datetime) -> None:
        self._refusal = None
        try:
            self.what, self.at = await question(), now
        except (ProviderUnavailable, Untrusted) as refusal:
            self._refusal = refusal
        self.answers += 1


@dataclass
class Memory:
    """What this process remembers of an issuer, whichever door asks."""

    metadata: Told[Metadata] = field(default_factory=Told)
    keys: Told[tuple[PublicKey, ...]] = field(default_factory=Told)
    asked_again_at: datetime | None = None


@dataclass
class Connection:
    """A provider, the way to it (tests give another), and what this process remembers of it."""

    provider: Provider
    open: Open = open_network
    memory: Memory = field(default_factory=Memory, repr=False)

    async def metadata(self, now: datetime) -> Metadata:
        """Raises `ProviderUnavailable` or `Untrusted`."""
        told = self.memory.metadata
        known = told.within(BELIEVED, now)
        return known or await told.ask(self._ask_for_metadata, since=told.answers, now=now)

    async def key(self, alg: str, kid: str | None, *, now: datetime) -> PublicKey:
        """The one key that fits. Raises `Untrusted`.

        An unknown one makes us ask again, but at most every five minutes: forged tokens must not become
        requests to the provider.
        """
        told = self.memory.keys
        known = told.within(BELIEVED, now)
        key = jwks.pick(await self._keys(now, told.answers) if known is None else known, alg, kid)
        if key is None and known is not None and self._may_ask_again(now):
            key = jwks.pick(await self._keys(now, told.answers), alg, kid)
        if key is None:
            raise Untrusted("kid")
        return key

    def _may_ask_again(self, now: datetime) -> bool:
        # No `await` between the look and the mark: of many at once, one asks; the others share its answer.
        if self.memory.keys.is_being_asked:
            return True
        asked_at = self.memory.asked_again_at
        if asked_at is not None and now - asked_at < ASK_AGAIN_AFTER:
            return False
        self.memory.asked_again_at = now
        return True

    async def _keys(self, now: datetime, since: int) -> tuple[PublicKey, ...]:
        # Found here and not in the question: who waits for the keys must not hold up the metadata.
        address = (await self.metadata(now)).jwks_uri

        async def ask() -> tuple[PublicKey, ...]:
            return jwks.read(await get_document(self.open, address))

        return await self.memory.keys.ask(ask, since=since, now=now)

    async def _ask_for_metadata(self) -> Metadata:
        found = await get_document(self.open, metadata.address_of(self.provider))
        return metadata.read(found, self.provider)
