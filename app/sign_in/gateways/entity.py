"""What we say about ourselves in an OpenID federation (draft; off unless the operator sets a key)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from app.errors import Missing, Unconfigured
from app.settings import Settings
from app.sign_in.gateways.our_keys import KeySet
from app.sign_in.gateways.providers import Providers
from app.sign_in.rules.provider import Provider
from app.vault import key_files

TYPE = "entity-statement+jwt"
LIFE = timedelta(hours=24)
_ALGORITHM = "ES256"


@dataclass(frozen=True)
class About:
    """Who runs the service, as residents read it in service.toml."""

    name: str
    operator: str
    email: str


@dataclass(frozen=True)
class Entity:
    """`key` signs nothing but this statement, so that a leaked client key cannot speak for us here."""

    id: str
    key: ECKey = field(repr=False)
    authorities: tuple[str, ...]
    providers: tuple[Provider, ...]
    about: About

    def statement(self, now: datetime) -> str:
        """Our entity configuration: by us, about us, for a day at most."""
        kid = self.key.thumbprint()
        public = dict(self.key.as_dict(private=False, kid=kid, use="sig", alg=_ALGORITHM))
        claims = {
            "iss": self.id,
            "sub": self.id,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFE).timestamp()),
            "jwks": {"keys": [public]},
            "authority_hints": [*self.authorities],
            "metadata": {"openid_relying_party": self._client(), "federation_entity": self._organisation()},
        }
        return jwt.encode({"alg": _ALGORITHM, "kid": kid, "typ": TYPE}, claims, self.key)

    def _client(self) -> dict[str, object]:
        return {
            "client_name": self.about.name,
            "client_name#sv": self.about.name,
            "client_name#en": self.about.name,
            "application_type": "web",
            "response_types": ["code"],
            "grant_types": ["authorization_code"],
            "redirect_uris": [provider.redirect_uri for provider in self.providers],
            "jwks_uri": f"{self.id}/.well-known/jwks.json",
            "token_endpoint_auth_method": "private_key_jwt",
            "contacts": [self.about.email],
        }

    def _organisation(self) -> dict[str, object]:
        return {
            "organization_name": self.about.operator,
            "organization_uri": self.id,
            "contacts": [self.about.email],
        }


class Membership:
    """In a federation, or in none. `main` provides it to the routes as `membership`."""

    def __init__(self, entity: Entity | None) -> None:
        self.entity = entity

    def statement(self, now: datetime) -> str:
        """Raises `Missing`."""
        if self.entity is None:
            raise Missing("federation")
        return self.entity.statement(now)


def declare(settings: Settings, *, providers: Providers, about: About) -> Membership:
    """In none unless the operator says so. Raises `Unconfigured` for a key that is weak or used elsewhere."""
    if settings.federation_key is None:
        return Membership(None)
    key = _key(settings.federation_key)
    _ensure_apart(key, providers.key_set, settings.federation_key)
    declared = tuple(connection.provider for connection in providers.connections)
    return Membership(Entity(settings.base_url, key, settings.federation_authorities, declared, about))


def _key(path: Path) -> ECKey:
    try:
        return ECKey.import_key(key_files.read_signing_key(path))
    except Unconfigured:
        raise Unconfigured(
            f"LARKPOST_FEDERATION_KEY names {path}, which is no EC P-256 private key in PEM, without a "
            f"password, that only this user can read. Make one with `openssl genpkey -algorithm EC -pkeyopt "
            f"ec_paramgen_curve:P-256 -out {path}` and `chmod 600 {path}`."
        ) from None


def _ensure_apart(key: ECKey, client_keys: KeySet, path: Path) -> None:
    if key.thumbprint() in _ids(client_keys["keys"]):
        raise Unconfigured(
            f"LARKPOST_FEDERATION_KEY names {path}, which signs for us at e-ID providers too. Make a key of "
            "its own, so that one that leaks does not give away the other."
        )


def _ids(keys: Iterable[dict[str, object]]) -> set[object]:
    return {key["kid"] for key in keys}
