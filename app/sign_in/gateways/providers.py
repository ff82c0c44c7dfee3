"""Whom one can sign in with: what `main` makes of the operator's file."""

from collections.abc import Sequence

from app.errors import Missing
from app.settings import Settings
from app.sign_in.gateways import federation
from app.sign_in.gateways.connections import Connection, Memory
from app.sign_in.gateways.our_keys import key_set
from app.sign_in.rules.audiences import STAFF, Audience


class Providers:
    """In the order of the sign-in page. `main` provides them to the pages as `providers`."""

    def __init__(self, *connections: Connection, client_keys: Sequence[bytes] = ()) -> None:
        self.connections = connections
        self.key_set = key_set(client_keys, [connection.provider for connection in connections])

    def of(self, audience: Audience) -> tuple[Connection, ...]:
        """Raises `Missing` when this installation has no such door."""
        found = tuple(one for one in self.connections if one.provider.audience is audience)
        if not found:
            raise Missing("sign-in")
        return found

    def purposes(self) -> dict[str, frozenset[str]]:
        """The administrative ones that open the staff's door, by issuer."""
        found: dict[str, frozenset[str]] = {}
        for provider in (one.provider for one in self.connections if one.provider.audience is STAFF):
            found[provider.issuer] = found.get(provider.issuer, frozenset()) | provider.purposes
        return found

    def find(self, key: str, audience: Audience) -> Connection:
        """Raises `Missing`."""
        for connection in self.of(audience):
            if connection.provider.key == key:
                return connection
        raise Missing("provider")

    def named(self, key: str) -> Connection | None:
        """At whichever door; None when the operator has taken it away."""
        return next((one for one in self.connections if one.provider.key == key), None)


def connect(settings: Settings, *, client_key: bytes, published: Sequence[bytes] = ()) -> Providers:
    """`client_key` is `KeyRing.eid_client`, `published` its `eid_published`.

    No provider is asked anything before somebody signs in. Raises `Unconfigured` for a fault in the file.
    """
    declared = federation.read(
        settings.providers, base_url=settings.base_url, client_key=client_key, demo=settings.demo
    )
    # Two doors of one issuer ask it once (R12).
    memories = {provider.issuer: Memory() for provider in declared}
    connections = (Connection(provider, memory=memories[provider.issuer]) for provider in declared)
    return Providers(*connections, client_keys=published)
