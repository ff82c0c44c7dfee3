"""Whom one can sign in with: what `main` makes of the settings."""

from collections.abc import Iterator

from app.errors import Missing, Sentence
from app.language import lazy as _l
from app.settings import Settings
from app.sign_in.gateways.connections import Connection
from app.sign_in.rules.audiences import RESIDENTS, STAFF, Audience
from app.sign_in.rules.provider import Provider


class Providers:
    """One for each door now, several later. `main` provides them to the pages as `providers`."""

    def __init__(self, *connections: Connection) -> None:
        self.connections = connections

    def of(self, audience: Audience) -> tuple[Connection, ...]:
        """Raises `Missing` when this installation has no such door."""
        found = tuple(one for one in self.connections if one.provider.audience is audience)
        if not found:
            raise Missing("sign-in")
        return found

    def find(self, key: str, audience: Audience) -> Connection:
        """Raises `Missing`."""
        for connection in self.of(audience):
            if connection.provider.key == key:
                return connection
        raise Missing("provider")


def connect(settings: Settings, *, client_key: bytes) -> Providers:
    """`client_key` is `KeyRing.eid_client`. No provider is asked anything before somebody signs in."""
    return Providers(*(Connection(provider) for provider in _known(settings, client_key)))


def _known(settings: Settings, client_key: bytes) -> Iterator[Provider]:
    # Keys differ between doors too: no answer meant for one comes back at the other (R1).
    key, name = _residents(settings)
    yield Provider(
        key=key,
        name=name,
        issuer=settings.eid_issuer,
        client_id=settings.eid_client_id,
        redirect_uri=_redirect_uri(settings, RESIDENTS, key),
        client_key=client_key,
    )
    if settings.staff_eid_issuer:
        key, name = _staff(settings)
        yield Provider(
            key=key,
            name=name,
            issuer=settings.staff_eid_issuer,
            client_id=settings.staff_eid_client_id,
            redirect_uri=_redirect_uri(settings, STAFF, key),
            client_key=client_key,
            audience=STAFF,
            purposes=settings.staff_purposes,
        )


def _residents(settings: Settings) -> tuple[str, Sentence]:
    return ("demo", _l("demo-e-legitimation")) if settings.demo else ("eid", _l("e-legitimation"))


def _staff(settings: Settings) -> tuple[str, Sentence]:
    if settings.demo:
        return "demo-tjanst", _l("demo-tjänstelegitimation")
    return "tjanst", _l("tjänstelegitimation")


def _redirect_uri(settings: Settings, audience: Audience, key: str) -> str:
    return f"{settings.base_url}{audience.sign_in}/{key}/retur"
