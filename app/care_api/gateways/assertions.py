"""Client assertions (`private_key_jwt`, RFC 7523): who signed one, by the keys that are registered only.

Nothing in it chooses how it is checked: the algorithm is the key's, and a key in its header refuses it.
"""

import json
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

from app.care_api.gateways.public_keys import EDDSA, ES256, PS256, imported
from app.care_api.rules.assertions import LONGEST, NotAccepted

_NAMES = {ES256: ES256, PS256: PS256, EDDSA: EDDSA, "Ed25519": EDDSA}
_REGISTRY = JWSRegistry(algorithms=list(_NAMES), strict_check_header=True)
_UNKNOWN = "No key of that client has signed this assertion."
_HEADER = {"alg", "kid", "typ"}


class Key(Protocol):
    """A registered key; care.queries.Key is one."""

    @property
    def id(self) -> UUID: ...
    @property
    def kid(self) -> str: ...
    @property
    def algorithm(self) -> str: ...
    @property
    def jwk(self) -> str: ...


class Assertion(NamedTuple):
    """Taken apart, and not believed yet. `claims` are what it says; `kid` None: it does not say which key."""

    text: str
    algorithm: str
    kid: str | None
    claims: dict[str, object]

    @property
    def client_id(self) -> str:
        said = self.claims.get("sub")
        return said if isinstance(said, str) else ""


def take_apart(text: str) -> Assertion:
    """Raises `NotAccepted`."""
    if len(text) > LONGEST:
        raise NotAccepted(f"The assertion is longer than {LONGEST} characters.")
    try:
        taken = jws.extract_compact(text.encode(), registry=_REGISTRY)
        header, claims = taken.headers(), json.loads(taken.payload or b"", object_pairs_hook=_once)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise NotAccepted("The assertion is not a JWT in compact form.") from None
    algorithm, kid = _NAMES.get(str(header.get("alg"))), header.get("kid")
    if algorithm is None:
        raise NotAccepted("Sign with ES256, PS256 or EdDSA.")
    if not set(header) <= _HEADER or not isinstance(kid, str | None) or not isinstance(claims, dict):
        raise NotAccepted("The header may have alg, kid and typ, and the claims are an object.")
    return Assertion(text, algorithm, kid, claims)


def signer(assertion: Assertion, keys: Sequence[Key]) -> Key:
    """Which of the keys has signed it. Where none can have, one of nobody's is tried: time tells nothing.

    Raises `NotAccepted`.
    """
    alike = [key for key in keys if key.algorithm == assertion.algorithm]
    fit = [key for key in alike if assertion.kid in (None, key.kid)]
    for key in fit:
        if _signed(assertion, key.jwk):
            return key
    if not fit:
        _signed(assertion, _NOBODYS[assertion.algorithm])
    raise NotAccepted(_UNKNOWN)


def _signed(assertion: Assertion, jwk: str) -> bool:
    with warnings.catch_warnings():
        # The name EdDSA is old (RFC 9864), and what most libraries still write.
        warnings.simplefilter("ignore")
        try:
            jws.deserialize_compact(assertion.text.encode(), imported(jwk), registry=_REGISTRY)
        except (JoseError, ValueError):
            return False
    return True


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("A name is repeated.")
    return document


def _modulus_of_nobody() -> str:
    """As long as a real one, so that it costs as much: nobody needs its factors."""
    return urlsafe_b64encode(((1 << 2047) | 1).to_bytes(256)).rstrip(b"=").decode()


_NOBODYS = {
    ES256: json.dumps(ECKey.generate_key("P-256").as_dict(private=False)),
    PS256: json.dumps({"kty": "RSA", "n": _modulus_of_nobody(), "e": "AQAB"}),
    EDDSA: json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False)),
}
