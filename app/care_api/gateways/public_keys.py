"""Care systems' public keys, from the JWK or the JWK set that they hand over (RFC 7517, RFC 8037)."""

import json
import re
import warnings
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from app.care.rules import PublicKey
from app.errors import Refused
from app.language import lazy as _l

ES256, PS256, EDDSA = ALGORITHMS = ("ES256", "PS256", "EdDSA")
_MODULUS = range(2048, 4097)
_KID = re.compile(r"[!-~]{1,100}")
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
_KEPT = ("kty", "crv", "x", "y", "n", "e")


class KeyUnreadable(Refused):
    code = "care-system.key-unreadable"
    sentence = _l("Filen har ingen nyckel som går att läsa. Lämna en publik JWK eller en JWK Set, som JSON.")


class KeyPrivate(Refused):
    code = "care-system.key-private"
    sentence = _l("Filen har en privat nyckel. Den ska ingen annan se: gör en ny och lämna bara den publika.")


class KeyUnsuitable(Refused):
    code = "care-system.key-unsuitable"
    sentence = _l("Använd EC P-256 (ES256), RSA med 2048 till 4096 bitar (PS256) eller Ed25519 (EdDSA).")


def read(text: str) -> list[PublicKey]:
    """Each with its `kid`, or the thumbprint (RFC 7638) of one without.

    Raises `KeyUnreadable`, `KeyPrivate` or `KeyUnsuitable`.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise KeyUnreadable from None
    found = document.get("keys", [document]) if isinstance(document, dict) else None
    if not isinstance(found, list) or not found:
        raise KeyUnreadable
    return [_read(jwk) for jwk in found]


def imported(jwk: str) -> ECKey | RSAKey | OKPKey:
    """One that was read before."""
    key = JWKRegistry.import_key(json.loads(jwk))
    assert isinstance(key, ECKey | RSAKey | OKPKey)  # noqa: S101 - `read` lets in no other
    return key


def _read(jwk: Any) -> PublicKey:
    if not isinstance(jwk, dict):
        raise KeyUnreadable
    if any(name in jwk for name in _PRIVATE):
        raise KeyPrivate
    public = {name: jwk[name] for name in _KEPT if name in jwk}
    try:
        with warnings.catch_warnings():
            # Of a short key: it is refused below.
            warnings.simplefilter("ignore")
            key = JWKRegistry.import_key(public)
        thumbprint = key.thumbprint()
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise KeyUnreadable from None
    algorithm = _algorithm(key)
    kid = jwk.get("kid", thumbprint)
    if algorithm is None or jwk.get("use", "sig") != "sig" or not _says(jwk.get("alg", algorithm), algorithm):
        raise KeyUnsuitable
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise KeyUnreadable
    return PublicKey(kid, algorithm, json.dumps(public))


def _algorithm(key: object) -> str | None:
    """The one that we take with such a key; None: none."""
    if isinstance(key, ECKey) and key.curve_name == "P-256":
        return ES256
    if isinstance(key, RSAKey) and key.public_key.key_size in _MODULUS:
        return PS256
    return EDDSA if isinstance(key, OKPKey) and key.get("crv") == "Ed25519" else None


def _says(named: object, algorithm: str) -> bool:
    """Ed25519 is RFC 9864's name for what was called EdDSA."""
    return named == algorithm or (algorithm == EDDSA and named == "Ed25519")
