"""A care system's keys, and assertions as they should and should not be."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from app.care.rules import PublicKey
from app.care_api.gateways import public_keys
from app.care_api.rules.assertions import TYPE
from tests.conftest import BASE_URL

TOKEN = "/api/v1/oauth/token"
SigningKey = ECKey | RSAKey | OKPKey
MAKERS: dict[str, Callable[[], SigningKey]] = {
    "ES256": lambda: ECKey.generate_key("P-256"),
    "PS256": lambda: RSAKey.generate_key(2048),
    "Ed25519": lambda: OKPKey.generate_key("Ed25519"),
}


def a_key(algorithm: str = "ES256") -> SigningKey:
    return MAKERS[algorithm]()


def public(key: SigningKey, *, kid: str = "") -> PublicKey:
    """As it is registered."""
    jwk = dict(key.as_dict(private=False)) | ({"kid": kid} if kid else {})
    [read] = public_keys.read(json.dumps(jwk))
    return read


def assertion(
    key: SigningKey,
    client_id: str,
    *,
    now: datetime,
    algorithm: str = "ES256",
    header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """A claim, or a part of the header, that is None is left out."""
    usual: dict[str, Any] = {
        "iss": client_id,
        "sub": client_id,
        "aud": BASE_URL + TOKEN,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=1)).timestamp()),
        "jti": str(uuid4()),
    }
    head = {"alg": algorithm, "kid": key.thumbprint(), "typ": "JWT"} | (header or {})
    said = ".".join(_text(json.dumps(_told(part)).encode()) for part in (head, usual | claims))
    # By hand: what no library would write must be refused too.
    return f"{said}.{_text(JWSRegistry.algorithms[algorithm].sign(said.encode(), key))}"


def _told(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if value is not None}


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


async def ask(client: httpx.AsyncClient, signed: str, **form: str) -> httpx.Response:
    usual = {"grant_type": "client_credentials", "client_assertion_type": TYPE, "client_assertion": signed}
    return await client.post(TOKEN, data=usual | form)
