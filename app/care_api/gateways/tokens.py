"""Access tokens: JWTs (RFC 9068) that we sign and we read. Nothing in a token chooses how it is checked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from app.care_api.rules.bearer import read_bearer
from app.care_api.rules.refusals import TokenExpired, TokenInvalid
from app.errors import Refused

LIFETIME = timedelta(minutes=10)
LEEWAY = timedelta(seconds=30)
_ALGORITHM = "ES256"
_TYPE = "at+jwt"
# Tokens live for minutes, and each care system needs one at a time.
_CHECKED_MOST = 1000


@dataclass(frozen=True)
class Claims:
    client_id: str
    care_system_id: UUID
    scopes: frozenset[str]


class Tokens:
    def __init__(self, signing_key: bytes, *, base_url: str) -> None:
        self._key = ECKey.import_key(signing_key)
        self._kid = self._key.thumbprint()
        self._issuer = base_url
        self._audience = f"{base_url}/api"
        # strict: a header we do not know (crit, jwk, jku, b64) refuses the token.
        self._registry = JWSRegistry(algorithms=[_ALGORITHM], strict_check_header=True)
        self._checked: dict[str, dict[str, Any]] = {}

    def issue(self, client_id: str, care_system_id: UUID, *, scopes: frozenset[str], now: datetime) -> str:
        return jwt.encode(
            {"alg": _ALGORITHM, "kid": self._kid, "typ": _TYPE},
            {
                "iss": self._issuer,
                "aud": self._audience,
                "sub": str(care_system_id),
                "client_id": client_id,
                "scope": " ".join(sorted(scopes)),
                "iat": int(now.timestamp()),
                "exp": int((now + LIFETIME).timestamp()),
                "jti": secrets.token_urlsafe(16),
            },
            self._key,
            registry=self._registry,
        )

    def read(self, token: str, *, now: datetime) -> Claims:
        """Raises `TokenInvalid`, or `TokenExpired` for one that was ours and good. The last second counts."""
        claims = self._verified(token)
        if not self._meant_for_us(claims, now=now):
            raise TokenInvalid
        if now.timestamp() > claims["exp"] + LEEWAY.total_seconds():
            raise TokenExpired
        return Claims(claims["client_id"], UUID(claims["sub"]), frozenset(claims["scope"].split()))

    def recognise(self, authorization: str | None, *, now: datetime) -> Claims | None:
        """`read` for whoever only wants to know whose a good token is."""
        try:
            return self.read(read_bearer([authorization] if authorization else []), now=now)
        except Refused:
            return None

    def _verified(self, token: str) -> dict[str, Any]:
        """A good signature stays good: it is checked at a token's first call, its claims at each."""
        known = self._checked.get(token)
        if known is None:
            known = self._verify(token)
            if len(self._checked) >= _CHECKED_MOST:
                self._checked.clear()
            self._checked[token] = known
        return known

    def _verify(self, token: str) -> dict[str, Any]:
        try:
            read = jwt.decode(token, self._key, registry=self._registry)
        except (JoseError, ValueError):
            raise TokenInvalid from None
        if read.header.get("typ") != _TYPE or read.header.get("kid") != self._kid:
            raise TokenInvalid
        return read.claims

    def _meant_for_us(self, claims: dict[str, Any], *, now: datetime) -> bool:
        """Signed by us, so the shape is ours; but other tokens of ours must not pass for this kind."""
        return (
            claims.get("iss") == self._issuer
            and claims.get("aud") == self._audience
            and all(isinstance(claims.get(name), str) for name in ("sub", "client_id", "scope", "jti"))
            and all(type(claims.get(name)) is int for name in ("iat", "exp"))
            and 0 < claims["exp"] - claims["iat"] <= LIFETIME.total_seconds()
            and claims["iat"] <= now.timestamp() + LEEWAY.total_seconds()
        )
