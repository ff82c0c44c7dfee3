"""Whom one can sign in with: what `main` makes of the settings."""

from app.errors import Missing
from app.language import lazy as _l
from app.settings import Settings
from app.sign_in.gateways.connections import Connection
from app.sign_in.rules.provider import Provider


class Providers:
    """One now, several later. `main` provides them to the pages as the dependency `providers`."""

    def __init__(self, *connections: Connection) -> None:
        self.connections = connections

    def find(self, key: str) -> Connection:
        """Raises `Missing`."""
        for connection in self.connections:
            if connection.provider.key == key:
                return connection
        raise Missing("provider")


def connect(settings: Settings, *, client_key: bytes) -> Providers:
    """`client_key` is `KeyRing.eid_client`. The provider is not asked anything before somebody signs in."""
    key = "demo" if settings.demo else "eid"
    provider = Provider(
        key=key,
        name=_l("demo-e-legitimation") if settings.demo else _l("e-legitimation"),
        issuer=settings.eid_issuer,
        client_id=settings.eid_client_id,
        redirect_uri=f"{settings.base_url}/logga-in/{key}/retur",
        client_key=client_key,
    )
    return Providers(Connection(provider))
