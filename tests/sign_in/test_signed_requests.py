"""Where a provider takes signed requests and none pushed, the browser carries what it cannot change (R7)."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from app.sign_in.gateways import oidc
from app.sign_in.rules.provider import BySecret
from tests.make import ANNA
from tests.sign_in.fake import pem_of

STATE, NONCE, VERIFIER = "state" * 9, "nonce" * 9, "verifier" * 6


async def departure(connection, now, **more):
    return await oidc.authorization_url(
        connection, state=STATE, nonce=NONCE, verifier=VERIFIER, language="en", now=now, **more
    )


def query(url):
    return dict(parse_qsl(urlsplit(url).query, strict_parsing=True))


def read(request, provider):
    return jwt.decode(request, ECKey.import_key(pem_of(provider)), algorithms=["ES256"])


async def test_all_of_the_request_is_signed(connection, fake, provider, now):
    """R7, RFC 9101: every parameter as the plain request has it, to this provider, for five minutes."""
    plain = query(await departure(connection, now))
    fake.takes_signed_requests()
    connection.memory = type(connection.memory)()
    sent = query(await departure(connection, now))
    token = read(sent.pop("request"), provider)
    assert (token.header["typ"], token.header["kid"]) == (
        "oauth-authz-req+jwt",
        ECKey.import_key(pem_of(provider)).thumbprint(),
    )
    said = token.claims
    assert (said.pop("iss"), said.pop("aud")) == (provider.client_id, provider.issuer)
    assert said.pop("exp") - said.pop("iat") == 300
    assert len(said.pop("jti")) >= 22
    claims = said.pop("claims")
    assert claims["id_token"]["acr"]["essential"] is True
    del plain["claims"]
    assert said == plain
    assert sent == {name: plain[name] for name in ("client_id", "response_type", "scope")}


async def test_a_step_up_asks_with_a_number(connection, fake, provider, now):
    fake.takes_signed_requests()
    sent = query(await departure(connection, now, level=provider.levels[0]))
    assert read(sent["request"], provider).claims["max_age"] == 0


async def test_no_two_are_alike(connection, fake, provider, now):
    fake.takes_signed_requests()
    sent = [query(await departure(connection, now))["request"] for _ in range(2)]
    assert len({read(request, provider).claims["jti"] for request in sent}) == 2


async def test_anna_is_identified_by_a_signed_request(connection, fake, now):
    fake.takes_signed_requests()
    code = fake.answers(await departure(connection, now))["code"]
    found = await oidc.identify(connection, code, verifier=VERIFIER, nonce=NONCE, now=now)
    assert found.who.name == ANNA.name


async def test_what_can_be_pushed_is_pushed(connection, fake, now):
    fake.takes_signed_requests()
    fake.takes_pushed_requests()
    assert set(query(await departure(connection, now))) == {"client_id", "request_uri"}


@pytest.mark.parametrize("said", [False, "true", 1, None])
async def test_only_for_who_takes_them(said, connection, fake, now):
    fake.metadata["request_parameter_supported"] = said
    assert "request" not in query(await departure(connection, now))


async def test_a_secret_signs_nothing(connection, fake, now):
    fake.takes_signed_requests()
    connection.provider = replace(connection.provider, proof=BySecret("x" * 32))
    assert "request" not in query(await departure(connection, now))
