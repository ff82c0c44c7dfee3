"""What a provider has told us about itself, for as long as we believe it (R12)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from app.sign_in.gateways import jwks, metadata
from app.sign_in.gateways.http import Open, get_document, open_network
from app.sign_in.gateways.jwks import PublicKey
from app.sign_in.gateways.metadata import Metadata
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import Untrusted

# A withdrawn key is believed for an hour at most.
BELIEVED = timedelta(hours=1)
ASK_AGAIN_AFTER = timedelta(minutes=5)

T = TypeVar("T")


@dataclass(frozen=True)
class Told(Generic[T]):
    what: T
    at: datetime

    def within(self, time: timedelta, now: datetime) -> bool:
        return now - self.at < time


@dataclass
class Connection:
    """A provider, the way to it (tests give another), and what this process remembers of it."""

    provider: Provider
    open: Open = open_network
    _metadata: Told[Metadata] | None = field(default=None, repr=False)
    _keys: Told[tuple[PublicKey, ...]] | None = field(default=None, repr=False)

    async def metadata(self, now: datetime) -> Metadata:
        """Raises `ProviderUnavailable` or `Untrusted`."""
        if self._metadata is None or not self._metadata.within(BELIEVED, now):
            found = await get_document(self.open, metadata.address_of(self.provider))
            self._metadata = Told(metadata.read(found, self.provider), now)
        return self._metadata.what

    async def key(self, alg: str, kid: str | None, *, now: datetime) -> PublicKey:
        """The one key that fits. Raises `Untrusted`.

        An unknown one makes us ask again, but at most every five minutes: forged tokens must not become
        requests to the provider.
        """
        known = self._keys
        if known is None or not known.within(BELIEVED, now):
            known = await self._ask_for_keys(now)
        key = jwks.pick(known.what, alg, kid)
        if key is None and not known.within(ASK_AGAIN_AFTER, now):
            key = jwks.pick((await self._ask_for_keys(now)).what, alg, kid)
        if key is None:
            raise Untrusted("kid")
        return key

    async def _ask_for_keys(self, now: datetime) -> Told[tuple[PublicKey, ...]]:
        address = (await self.metadata(now)).jwks_uri
        self._keys = Told(jwks.read(await get_document(self.open, address)), now)
        return self._keys
