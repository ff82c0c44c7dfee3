"""A provider's public keys: which we take, and which one a token means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from app.sign_in.gateways.http import Document
from app.sign_in.rules.refusals import Untrusted

KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
# 2048 bits in base64url; shorter ones are refused by the Swedish profile.
SHORTEST_MODULUS = 342
MOST_KEYS = 50
PUBLIC = {"kty", "n", "e", "crv", "x", "y"}


@dataclass(frozen=True)
class PublicKey:
    kid: str | None
    alg: str | None
    key: RSAKey | ECKey

    def fits(self, alg: str) -> bool:
        return self.key.key_type == KEY_TYPES.get(alg) and self.alg in (None, alg)


def read(document: Document) -> tuple[PublicKey, ...]:
    """The signing keys of kinds that we use; others are skipped (RFC 7517 section 5). Raises `Untrusted`."""
    found = document.get("keys")
    if not isinstance(found, list) or len(found) > MOST_KEYS:
        raise Untrusted("jwks")
    return tuple(_read(found))


def pick(keys: Sequence[PublicKey], alg: str, kid: str | None) -> PublicKey | None:
    """None when no key fits, or when more than one does and nothing says which."""
    fitting = [key for key in keys if key.fits(alg) and kid in (None, key.kid)]
    return fitting[0] if len(fitting) == 1 else None


def _read(found: Iterable[object]) -> Iterable[PublicKey]:
    for one in found:
        key = _key(one) if isinstance(one, dict) else None
        if key:
            yield key


def _key(jwk: Document) -> PublicKey | None:
    kid, alg = jwk.get("kid"), jwk.get("alg")
    if jwk.get("use", "sig") != "sig" or not isinstance(kid, str | None) or not isinstance(alg, str | None):
        return None
    try:
        return PublicKey(kid, alg, _imported({name: str(jwk[name]) for name in PUBLIC & jwk.keys()}))
    except (JoseError, ValueError, KeyError):
        return None


def _imported(public: dict[str, str | list[str]]) -> RSAKey | ECKey:
    if public["kty"] == "RSA" and len(public["n"]) >= SHORTEST_MODULUS:
        return RSAKey.import_key(public)
    if public["kty"] == "EC" and public["crv"] == "P-256":
        return ECKey.import_key(public)
    raise ValueError("A kind of key that we do not use.")
