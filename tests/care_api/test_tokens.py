"""Which tokens open the API (ASVS 9.1.1–9.2.3, 10.3.1)."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from app.care_api.gateways.tokens import LIFETIME, Tokens
from app.care_api.rules.scopes import SCOPES
from app.errors import Refused

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
BASE_URL = "https://post.example.se"
KEY = ECKey.generate_key("P-256")
TOKENS = Tokens(KEY.as_pem(private=True), base_url=BASE_URL)
SYSTEM = UUID("019ab01c-64a0-7b6e-9c5a-0f3d5d3a7c11")


def good() -> str:
    return TOKENS.issue("care-1", SYSTEM, scopes=frozenset(SCOPES), now=NOW)


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(_octets(token.split(".")[1]))
    return claims


def forged(
    *,
    header: dict[str, Any] | None = None,
    key: ECKey = KEY,
    algorithm: str = "ES256",
    **claims: Any,
) -> str:
    usual = {"alg": algorithm, "typ": "at+jwt", "kid": KEY.thumbprint()}
    return jwt.encode(usual | (header or {}), claims_of(good()) | claims, key, algorithms=["ES256", "ES512"])


def unsigned() -> str:
    _, claims, _ = good().split(".")
    header = _text(json.dumps({"alg": "none", "typ": "at+jwt", "kid": KEY.thumbprint()}).encode())
    return f"{header}.{claims}."


def tampered() -> str:
    header, claims, signature = good().split(".")
    other = _octets(claims).replace(b"care-1", b"care-2")
    return f"{header}.{_text(other)}.{signature}"


def signed_with_the_public_key_as_a_secret() -> str:
    header = {"alg": "HS256", "typ": "at+jwt", "kid": KEY.thumbprint()}
    said = f"{_text(json.dumps(header).encode())}.{good().split('.')[1]}"
    return f"{said}.{_text(hmac.digest(KEY.as_pem(private=False), said.encode(), 'sha256'))}"


def _octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def seconds(count: int) -> int:
    return int(NOW.timestamp()) + count


def test_a_token_of_ours_says_who_is_calling_and_what_they_may() -> None:
    """RFC 9068: typ, kid, iss, aud, sub, client_id, iat, exp, jti, scope; ten minutes at most."""
    token = good()
    header, claims = json.loads(_octets(token.split(".")[0])), claims_of(token)

    read = TOKENS.read(token, now=NOW)

    assert (read.client_id, read.care_system_id, read.scopes) == ("care-1", SYSTEM, frozenset(SCOPES))
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": KEY.thumbprint()}
    assert claims["iss"] == BASE_URL
    assert claims["aud"] == f"{BASE_URL}/api"
    assert claims["scope"] == " ".join(sorted(SCOPES))
    assert 0 < claims["exp"] - claims["iat"] <= 600
    assert claims_of(good())["jti"] != claims["jti"]


@pytest.mark.parametrize(
    "token",
    [
        unsigned(),
        signed_with_the_public_key_as_a_secret(),
        tampered(),
        forged(key=ECKey.generate_key("P-256")),
        forged(key=ECKey.generate_key("P-521"), algorithm="ES512"),
        forged(header={"jwk": KEY.as_dict(private=False)}, key=ECKey.generate_key("P-256")),
        forged(header={"jku": "https://evil.example/jwks"}, key=ECKey.generate_key("P-256")),
        forged(header={"typ": "JWT"}),
        forged(header={"typ": "logout+jwt"}),
        forged(header={"kid": "another"}),
        forged(aud="https://other.example/api"),
        forged(aud=[f"{BASE_URL}/api", "https://other.example/api"]),
        forged(aud=None),
        forged(iss="https://other.example"),
        forged(iss=None),
        forged(sub=None),
        forged(sub=17),
        forged(client_id=None),
        forged(scope=["messages:send"]),
        forged(jti=None),
        forged(exp=None),
        forged(exp=str(seconds(600))),
        forged(exp=seconds(86_400)),
        forged(iat=seconds(31), exp=seconds(600)),
        "",
        "a.b.c",
        "x" * 200_000,
        good() + ".x",
        good()[:-10],
    ],
    ids=map(str, count()),  # the tokens differ from process to process
)
def test_any_other_token_is_refused(token: str) -> None:
    with pytest.raises(Refused) as refused:
        TOKENS.read(token, now=NOW)

    assert refused.value.code == "token.invalid"


def test_a_token_works_until_thirty_seconds_after_its_end() -> None:
    """ASVS 9.2.1: 29 s late is accepted, 61 s late is refused; the last second counts."""
    token, end = good(), NOW + LIFETIME

    for late in (0, 29, 30):
        assert TOKENS.read(token, now=end + timedelta(seconds=late)).client_id == "care-1"
    for late in (31, 61):
        with pytest.raises(Refused) as refused:
            TOKENS.read(token, now=end + timedelta(seconds=late))
        assert refused.value.code == "token.expired"


def test_a_token_from_another_installation_is_refused() -> None:
    elsewhere = Tokens(KEY.as_pem(private=True), base_url="https://other.example")

    with pytest.raises(Refused):
        TOKENS.read(elsewhere.issue("care-1", SYSTEM, scopes=frozenset(SCOPES), now=NOW), now=NOW)
