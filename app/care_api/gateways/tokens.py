"""Access tokens: JWTs (RFC 9068) that we sign and we read. Nothing in a token chooses how it is checked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
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
_LEEWAY = LEEWAY.total_seconds()
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
        self._checked: dict[str, _Checked] = {}

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
        return self._good(token, now.timestamp()).claims

    def whose(self, authorization: str | None, *, now: datetime) -> str | None:
        """The care system's id, for whoever only wants to know that; None without a good token."""
        try:
            token = read_bearer([authorization] if authorization else [])
            return self._good(token, now.timestamp()).subject
        except Refused:
            return None

    def _good(self, token: str, at: float) -> "_Checked":
        known = self._checked.get(token) or self._check(token)
        if known.issued > at + _LEEWAY:
            raise TokenInvalid
        if at > known.expires + _LEEWAY:
            raise TokenExpired
        return known

    def _check(self, token: str) -> "_Checked":
        """At a token's first call: a good signature stays good, and so does what stands under it."""
        said = self._verified(token)
        if not self._meant_for_us(said):
            raise TokenInvalid
        claims = Claims(said["client_id"], UUID(said["sub"]), frozenset(said["scope"].split()))
        if len(self._checked) >= _CHECKED_MOST:
            self._checked.clear()
        known = self._checked[token] = _Checked(claims, said["sub"], said["iat"], said["exp"])
        return known

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            read = jwt.decode(token, self._key, registry=self._registry)
        except (JoseError, ValueError):
            raise TokenInvalid from None
        if read.header.get("typ") != _TYPE or read.header.get("kid") != self._kid:
            raise TokenInvalid
        return read.claims

    def _meant_for_us(self, claims: dict[str, Any]) -> bool:
        """Signed by us, so the shape is ours; but other tokens of ours must not pass for this kind."""
        return (
            claims.get("iss") == self._issuer
            and claims.get("aud") == self._audience
            and all(isinstance(claims.get(name), str) for name in ("sub", "client_id", "scope", "jti"))
            and all(type(claims.get(name)) is int for name in ("iat", "exp"))
            and 0 < claims["exp"] - claims["iat"] <= LIFETIME.total_seconds()
        )


class _Checked(NamedTuple):
    """Of a token that is ours. Seconds since 1970."""

    claims: Claims
    subject: str
    issued: int
    expires: int
