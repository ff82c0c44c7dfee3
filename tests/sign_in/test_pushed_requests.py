"""Where the provider takes them, sign-in requests are pushed (R7, RFC 9126)."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from app.sign_in.gateways import oidc
from app.sign_in.rules.refusals import ProviderUnavailable, Untrusted
from tests.make import ANNA
from tests.sign_in.fake import LEFT_OUT

STATE, NONCE, VERIFIER = "state" * 9, "nonce" * 9, "verifier" * 6


async def departure(connection, now):
    return await oidc.authorization_url(
        connection, state=STATE, nonce=NONCE, verifier=VERIFIER, language="en", now=now
    )


async def refused(connection, now):
    with pytest.raises(Untrusted) as refusal:
        await departure(connection, now)
    return refusal.value.values["reason"]


async def test_the_browser_carries_only_a_reference(connection, fake, provider, now):
    """R7: nothing of the request can be read or changed on its way."""
    fake.takes_pushed_requests()
    url = urlsplit(await departure(connection, now))
    assert f"{url.scheme}://{url.netloc}{url.path}" == "http://127.0.0.1:8001/auth"
    assert dict(parse_qsl(url.query, strict_parsing=True)) == {
        "client_id": provider.client_id,
        "request_uri": "urn:ietf:params:oauth:request_uri:0",
    }


async def test_the_whole_request_is_pushed_by_us(connection, fake, provider, now):
    """R3–R7: what would have stood in the address, and the proof of who we are."""
    plain = dict(parse_qsl(urlsplit(await departure(connection, now)).query))
    fake.takes_pushed_requests()
    connection.memory = type(connection.memory)()
    await departure(connection, now)
    [request] = [request for request in fake.requests if request.url.path == "/par"]
    assert request.method == "POST"
    assert not request.url.query
    sent = {name: value for name, [value] in parse_qs(request.content.decode()).items()}
    assert sent.pop("client_assertion").count(".") == 2
    assert sent.pop("client_assertion_type").endswith(":jwt-bearer")
    assert sent == plain


async def test_anna_is_identified_by_a_pushed_request(connection, fake, now):
    """[fapi2-…-happy-path]"""
    fake.takes_pushed_requests()
    code = fake.answers(await departure(connection, now))["code"]
    found = await oidc.identify(connection, code, verifier=VERIFIER, nonce=NONCE, now=now)
    assert found.who.name == ANNA.name


@pytest.mark.parametrize("status", [200, 302, 400, 401, 413, 429])
async def test_a_provider_that_does_not_take_it_is_not_asked(status, connection, fake, now):
    fake.takes_pushed_requests()
    fake.refuses_pushed = status
    assert await refused(connection, now) == "pushed request"


async def test_trouble_at_the_provider_is_said_as_trouble(connection, fake, now):
    fake.takes_pushed_requests()
    fake.refuses_pushed = 503
    with pytest.raises(ProviderUnavailable):
        await departure(connection, now)


@pytest.mark.parametrize(
    "reference", [LEFT_OUT, None, 7, "", ["urn:a"], "urn:" + "x" * 500, "urn:å", "urn:a\r\nset-cookie: b"]
)
async def test_a_reference_is_a_short_text(reference, connection, fake, now):
    fake.takes_pushed_requests()
    fake.pushed = {"request_uri": reference}
    assert await refused(connection, now) == "request_uri"


@pytest.mark.parametrize("address", ["http://eid.example.se/par", "", None, 7])
async def test_a_request_is_pushed_over_https_only(address, connection, fake, now):
    """R12"""
    fake.metadata = {"pushed_authorization_request_endpoint": address}
    assert await refused(connection, now) == "pushed_authorization_request_endpoint"
