"""Tokens that no honest provider makes."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwe
from joserfc.jwk import ECKey

Claims = Mapping[str, Any]


def joined(header: Claims, payload: bytes, signature: bytes = b"") -> str:
    return ".".join(in_base64(part) for part in (json.dumps(header).encode(), payload, signature))


def unsigned(header: Claims, claims: Claims) -> str:
    return joined({**header, "alg": "none"}, json.dumps(claims).encode())


def by_public_key(header: Claims, claims: Claims, public_pem: bytes) -> str:
    """The classic: HS256 with the public key as the secret."""
    text = joined({**header, "alg": "HS256"}, json.dumps(claims).encode()).removesuffix(".")
    return f"{text}.{in_base64(hmac.digest(public_pem, text.encode(), 'sha256'))}"


def encrypted(claims: Claims, key: ECKey) -> str:
    """For whoever holds `key`, and signed by nobody."""
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWT"}
    return jwe.encrypt_compact(header, json.dumps(claims).encode(), key)


def in_base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
