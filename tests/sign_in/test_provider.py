"""The code flow with a provider that misbehaves (R1–R12). In brackets: OpenID conformance modules."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from app.sign_in.gateways import http, oidc
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.providers import connect
from app.sign_in.rules.audiences import PERSONAL_IDENTITY_NUMBER
from app.sign_in.rules.provider import LOA3
from app.sign_in.rules.refusals import LevelTooLow, NoNumber, ProviderUnavailable, Untrusted
from tests.make import ANNA
from tests.sign_in.fake import LEFT_OUT, METADATA

STATE, NONCE, VERIFIER = "state" * 9, "nonce" * 9, "verifier" * 6


async def departure(connection, now):
    return await oidc.authorization_url(
        connection, state=STATE, nonce=NONCE, verifier=VERIFIER, language="en", now=now
    )


async def identified(connection, fake, now):
    code = fake.answers(await departure(connection, now))["code"]
    return (await oidc.identify(connection, code, verifier=VERIFIER, nonce=NONCE, now=now)).who


async def refused(connection, fake, now):
    with pytest.raises(Untrusted) as refusal:
        await identified(connection, fake, now)
    return refusal.value.values["reason"]


async def test_anna_is_identified(connection, fake, now):
    """[oidcc-client-test, -scope-userinfo-claims, -userinfo-signed, -discovery-openid-config]"""
    person = await identified(connection, fake, now)
    assert (person.number, person.name) == (ANNA.number, ANNA.name)
    # A packed answer could unpack to more than we would read.
    assert {request.headers["accept-encoding"] for request in fake.requests} == {"identity"}


async def test_the_request_follows_the_swedish_profile(connection, provider, now):
    """R1, R3, R4, R5, R11, ASVS 10.2.1"""
    url = urlsplit(await departure(connection, now))
    asked = dict(parse_qsl(url.query, strict_parsing=True))
    assert url.netloc == "127.0.0.1:8001"
    assert json.loads(asked.pop("claims")) == {
        "id_token": {"acr": {"essential": True, "values": [LOA3]}},
        "userinfo": {
            PERSONAL_IDENTITY_NUMBER: {"essential": True},
            "https://id.oidc.se/claim/coordinationNumber": None,
            "https://id.oidc.se/claim/coordinationNumberLevel": None,
            "https://id.oidc.se/claim/previousCoordinationNumber": None,
        },
    }
    assert asked.pop("scope").split()[0] == "openid"
    assert len(asked.pop("code_challenge")) == 43
    assert asked == {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": "http://127.0.0.1:8000/logga-in/eid/retur",
        "code_challenge_method": "S256",
        "state": STATE,
        "nonce": NONCE,
        "prompt": "login",
        "ui_locales": "en",
    }


async def test_we_prove_who_we_are_with_a_fresh_assertion_each_time(connection, fake, provider, now):
    """R6: private_key_jwt, the issuer as sole audience, a minute of life, never the same id twice."""
    for _ in range(2):
        await identified(connection, fake, now)
    assertions = [_assertion(request) for request in fake.requests if request.url.path == "/token"]
    key = ECKey.import_key(provider.proof.pem)
    read = [jwt.decode(text, key, algorithms=["ES256"]) for text in assertions]
    assert {token.header["kid"] for token in read} == {key.thumbprint()}
    assert [token.claims["aud"] for token in read] == [provider.issuer] * 2
    assert [token.claims["exp"] - token.claims["iat"] for token in read] == [60, 60]
    assert len({token.claims["jti"] for token in read}) == 2


def _assertion(request):
    sent = parse_qs(request.content.decode())
    assert "client_secret" not in sent
    assert sent["client_assertion_type"] == ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    return sent["client_assertion"][0]


async def test_plain_userinfo_will_do(connection, fake, now):
    """[oidcc-client-test] R10; the Swedish profile demands it signed, others do not."""
    fake.signs_userinfo = False
    assert (await identified(connection, fake, now)).name == ANNA.name


@pytest.mark.parametrize("signed", [True, False])
async def test_userinfo_about_bo_does_not_sign_anna_in(signed, connection, fake, now):
    """[-userinfo-invalid-sub] Authlib does not look."""
    fake.signs_userinfo, fake.told = signed, {"sub": "bo"}
    assert await refused(connection, fake, now) == "userinfo sub"


@pytest.mark.parametrize(("claim", "value"), [("iss", "https://evil.example"), ("aud", "someone-else")])
async def test_signed_userinfo_of_somebody_else_is_refused(claim, value, connection, fake, now):
    fake.told = {claim: value}
    assert await refused(connection, fake, now) == claim


@pytest.mark.parametrize("missing", ["id_token", "access_token"])
async def test_an_answer_without_its_tokens_is_refused(missing, connection, fake, now):
    """Authlib is content without an ID token."""
    fake.granted = {missing: LEFT_OUT}
    assert await refused(connection, fake, now) == missing


@pytest.mark.parametrize("kind", ["bearer", "BEARER"])
async def test_the_kind_of_token_is_read_in_any_case(kind, connection, fake, now):
    """[fapi2-…-token-type-case-insensitivity, -token-endpoint-response-without-expires_in]"""
    fake.granted = {"token_type": kind, "expires_in": LEFT_OUT}
    assert (await identified(connection, fake, now)).name == ANNA.name


@pytest.mark.parametrize("kind", ["DPoP", "mac", LEFT_OUT])
async def test_other_kinds_are_refused(kind, connection, fake, now):
    fake.granted = {"token_type": kind}
    assert await refused(connection, fake, now) == "token_type"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"aud": ["larkpost-test", "someone-else"]}, "aud"),
        ({"nonce": "another"}, "nonce"),
        ({"sub": LEFT_OUT}, "sub"),
        ({"iat": LEFT_OUT}, "iat"),
        ({"auth_time": LEFT_OUT}, "auth_time"),
        ({"at_hash": "of another token"}, "at_hash"),
    ],
)
async def test_the_id_token_is_judged(changed, reason, connection, fake, now):
    """The whole list is in test_claims.py; this shows that it is applied."""
    fake.claims = changed
    assert await refused(connection, fake, now) == reason


async def test_an_id_token_that_we_could_have_made_is_refused(connection, fake, provider, now):
    fake.key = ECKey.import_key(provider.proof.pem, {"kid": "one"})
    assert await refused(connection, fake, now) == "signature"


async def test_a_lower_level_is_told_apart(connection, fake, now):
    fake.claims = {"acr": "http://id.elegnamnden.se/loa/1.0/loa2"}
    with pytest.raises(LevelTooLow):
        await identified(connection, fake, now)


@pytest.mark.parametrize("number", [LEFT_OUT, "198501169886", "19850116TF85"])
async def test_without_a_real_number_nobody_is_identified(number, connection, fake, now):
    fake.told = {PERSONAL_IDENTITY_NUMBER: number}
    with pytest.raises(NoNumber):
        await identified(connection, fake, now)


@pytest.mark.parametrize("issuer", ["https://evil.example", "http://127.0.0.1:8001/", LEFT_OUT, None])
async def test_metadata_is_the_issuers_own(issuer, connection, fake, now):
    """[-discovery-issuer-mismatch, fapi2-…-discovery-issuer-mismatch] ASVS 10.5.3; Authlib does not look."""
    fake.metadata = {"issuer": issuer}
    assert await refused(connection, fake, now) == "issuer"


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"]
)
@pytest.mark.parametrize("address", ["http://eid.example.se/x", "file:///etc/passwd", 7, LEFT_OUT])
async def test_every_endpoint_is_https(name, address, connection, fake, now):
    fake.metadata = {name: address}
    assert await refused(connection, fake, now) == name


async def test_metadata_is_asked_for_once_an_hour(connection, fake, clock):
    """R12"""
    await departure(connection, clock())
    await departure(connection, clock.turn(minutes=59))
    assert fake.asked[METADATA] == 1
    await departure(connection, clock.turn(minutes=1))
    assert fake.asked[METADATA] == 2


async def test_everyone_who_comes_at_once_asks_once(connection, fake, clock):
    """R12: also for the bad news, or a hundred people would wait for a slow provider one after the other."""
    fake.slow = True
    await asyncio.gather(*(departure(connection, clock()) for _ in range(20)))
    assert fake.asked[METADATA] == 1
    fake.down = True
    now = clock.turn(hours=1)
    told = await asyncio.gather(*(departure(connection, now) for _ in range(20)), return_exceptions=True)
    assert {type(refusal) for refusal in told} == {ProviderUnavailable}
    assert fake.asked[METADATA] == 2
    fake.down = False
    assert await departure(connection, now)


async def test_two_doors_of_one_issuer_ask_it_once(settings, keyring, now):
    """R12: per issuer, not per provider in our file."""
    at_home, at_work = connect(settings, client_key=keyring.eid_client).connections
    assert at_home.provider.issuer == at_work.provider.issuer
    assert at_home.memory is at_work.memory


async def test_a_provider_that_is_down_says_nothing(connection, fake, now):
    fake.down = True
    with pytest.raises(ProviderUnavailable):
        await departure(connection, now)


async def test_a_provider_that_goes_down_in_between_says_nothing(connection, fake, now):
    url = await departure(connection, now)
    fake.down = True
    with pytest.raises(ProviderUnavailable):
        await oidc.identify(connection, fake.answers(url)["code"], verifier=VERIFIER, nonce=NONCE, now=now)


async def answered(provider, now, response):
    """What becomes of a discovery document that comes as `response`."""

    async def handle(_request):
        return response() if callable(response) else response

    connection = Connection(provider, lambda: httpx2.MockTransport(handle))
    return await connection.metadata(now)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_trouble_at_the_provider_is_no_ones_fraud(status, provider, now):
    with pytest.raises(ProviderUnavailable):
        await answered(provider, now, httpx2.Response(status))


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (httpx2.Response(302, headers={"location": "http://127.0.0.1:8001/elsewhere"}), "status"),
        (httpx2.Response(404), "status"),
        (httpx2.Response(200, text="no json"), "json"),
        (httpx2.Response(200, text="[]"), "json"),
        (httpx2.Response(200, text='{"issuer":"a","issuer":"b"}'), "json"),
        (httpx2.Response(200, text="[" * 100_000), "json"),
        (httpx2.Response(200, content=b"x" * (256 * 1024 + 1)), "size"),
        (
            httpx2.Response(200, headers={"content-encoding": "gzip"}, stream=httpx2.ByteStream(b"x")),
            "encoding",
        ),
    ],
)
async def test_odd_documents_are_refused(response, reason, provider, now):
    """R12: no redirects, 256 kB, nothing that unpacks to more."""
    with pytest.raises(Untrusted) as refusal:
        await answered(provider, now, response)
    assert refusal.value.values["reason"] == reason


class Endless(httpx2.AsyncByteStream):
    """Always one more octet, a little later."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)


async def test_a_slow_answer_is_no_answer(provider, now, monkeypatch):
    """R12: five seconds in all, not from one octet to the next."""
    monkeypatch.setattr(http, "SECONDS", 0.05)
    with pytest.raises(ProviderUnavailable):
        await answered(provider, now, httpx2.Response(200, stream=Endless()))


@pytest.mark.parametrize("issuer", ["http://eid.example.se", "ftp://127.0.0.1"])
async def test_no_request_goes_out_unprotected(issuer, provider, fake, now):
    """R12: whatever the settings or the metadata say."""
    with pytest.raises(Untrusted) as refusal:
        await Connection(replace(provider, issuer=issuer), fake.open).metadata(now)
    assert refusal.value.values["reason"] == "address"
    assert not fake.requests


async def test_the_way_out_checks_certificates_and_follows_no_proxy(monkeypatch):
    """ASVS 12.3.2"""
    monkeypatch.setenv("HTTPS_PROXY", "http://evil.example")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    transport = http.open_network()
    await transport.aclose()
    assert http._certificates().check_hostname


def test_authlib_never_writes_the_verifier():
    assert logging.getLogger("authlib").getEffectiveLevel() >= logging.INFO


async def test_forms_may_lead_on_to_the_provider(connection, fake, now):
    fake.metadata = {"authorization_endpoint": "https://log-in.example.se/auth"}
    assert await oidc.form_targets(connection, now) == "http://127.0.0.1:8001 https://log-in.example.se"


async def test_a_provider_out_of_reach_does_not_hide_the_page(connection, fake, now):
    fake.down = True
    assert await oidc.form_targets(connection, now) == "http://127.0.0.1:8001"
