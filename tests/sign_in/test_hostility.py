"""Providers, and people between us and them, that no conformance suite thought of."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import httpx2
import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from litestar.types import ASGIApp

from app.main import create_app
from app.piccolo_app import APP_CONFIG
from app.settings import Settings
from app.sign_in.gateways import http
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.providers import Providers
from app.sign_in.gateways.signatures import signed_claims
from app.sign_in.rules.logout import EVENT
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import Untrusted
from app.vault.keys import KeyRing
from tests.make import ANNA, BO, Clock
from tests.sign_in.fake import METADATA, FakeProvider, new_key, pem_of, public, subject
from tests.sign_in.forging import by_public_key, encrypted, joined
from tests.sign_in.journey import OVER, SAID, SWEDISH, TOO_LOW, UNAVAILABLE, UNTRUSTED, Journey
from tests.sign_in.test_back_channel import logout_token, tells

# Somewhere in an answer, one of these is answered instead.
ENDPOINTS = pytest.mark.parametrize("path", [METADATA, "/token", "/jwks", "/me"])
PRIVATE = "http://169.254.169.254/latest/meta-data/evil"


# What the ID token says


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "evil-client", "azp": "larkpost-test"},
        {"aud": ["evil-client"], "azp": "larkpost-test"},
        {"azp": "evil-client"},
        {"aud": {"larkpost-test": "evil"}},
        {"sub": "s" * 256},
        {"sub": "s" * 200_000},
        {"sub": "evil\x00"},
        {"sub": "evil\ud800"},
        {"sub": "évil"},
        {"sub": ["evil"]},
        {"nonce": "evil\ud800"},
        {"nonce": ["evil"]},
        {"at_hash": "evil"},
        {"at_hash": None},
        {"at_hash": ["evil"]},
        {"iat": 10**400},
        {"exp": 10**400},
        {"exp": -(10**400)},
        {"auth_time": 10**400},
        {"nbf": 10**400},
        {"acr": ["http://id.elegnamnden.se/loa/1.0/loa3"]},
        {"acr": {"http://id.elegnamnden.se/loa/1.0/loa3": True}},
        {"iss": ["http://127.0.0.1:8001"]},
    ],
    ids=repr,
)
async def test_a_claim_out_of_this_world_is_refused(changed, journey, fake):
    fake.claims = changed
    if "sub" in changed:
        fake.told = changed
    await journey.is_refused()


async def test_two_levels_in_one_word_are_no_level(journey, fake):
    fake.claims = {"acr": "http://id.elegnamnden.se/loa/1.0/loa2 http://id.elegnamnden.se/loa/1.0/loa3"}
    await journey.is_refused(TOO_LOW)


@pytest.mark.parametrize("claim", ["iat", "nbf", "auth_time"])
async def test_a_token_from_the_future_is_refused(claim, journey, fake, now):
    ahead = int(now.timestamp()) + 31
    fake.claims = {claim: ahead, "exp": ahead + 200}
    await journey.is_refused()


async def test_an_old_token_of_the_same_person_is_refused(journey, fake):
    """Whoever saw one once cannot use it again: its nonce is of another sign-in."""
    kept = []

    def keeps(header, claims):
        kept.append(jws.serialize_compact(header, json.dumps(claims).encode(), fake.key))
        return kept[-1]

    fake.forges = keeps
    await journey.is_accepted()
    journey.browser.cookies.clear()
    fake.behaves()
    fake.granted = {"id_token": kept[0]}
    await journey.is_refused()


# How it is signed


async def test_the_public_key_is_nobodys_secret(journey, fake):
    fake.metadata = {"id_token_signing_alg_values_supported": ["HS256"]}
    pem = fake.key.as_pem(private=False)
    fake.forges = lambda header, claims: by_public_key(header, claims, pem)
    await journey.is_refused()


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
async def test_a_token_does_not_bring_its_own_key(name, journey, fake):
    address = "https://evil.example/jwks"
    fake.key = new_key("one")
    fake.header = {name: {"jwk": public(fake.key), "x5c": ["ZXZpbA=="]}.get(name, address)}
    await journey.is_refused()
    assert {request.url.host for request in fake.requests} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "header", [{"typ": "logout+jwt"}, {"typ": "at+jwt"}, {"crit": ["b64"], "b64": False}]
)
async def test_another_kind_of_token_is_no_id_token(header, journey, fake):
    fake.forges = lambda honest, claims: joined(honest | header, json.dumps(claims).encode(), b"x" * 64)
    await journey.is_refused()


async def test_a_token_encrypted_to_us_is_signed_by_nobody(journey, fake, provider):
    ours = ECKey.import_key(pem_of(provider))
    fake.forges = lambda _, claims: encrypted(claims, ours)
    await journey.is_refused()


async def test_userinfo_is_held_to_the_same(journey, fake):
    """The ID token honest, UserInfo signed by a key of its own."""
    fake.instead = {"/me": lambda: _jwt(_about(fake, ANNA.number), new_key("one"))}
    await journey.is_refused()


@pytest.mark.parametrize("changed", [{"iss": "https://evil.example"}, {"aud": "evil-client"}])
async def test_signed_userinfo_of_another_or_for_another_is_refused(changed, journey, fake):
    fake.told = changed
    await journey.is_refused()


def _about(fake: FakeProvider, number: str) -> dict[str, Any]:
    return fake._about(number)


def _jwt(claims: dict[str, Any], key: ECKey) -> httpx2.Response:
    text = jws.serialize_compact({"alg": "ES256", "kid": key.kid}, json.dumps(claims).encode(), key)
    return httpx2.Response(200, text=text, headers={"content-type": "application/jwt"})


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", "image/svg+xml", ""])
async def test_userinfo_of_another_kind_is_read_as_json_or_not_at_all(kind, journey, fake):
    page = b"<script>location = 'https://evil.example'</script>"
    fake.instead = {"/me": lambda: httpx2.Response(200, content=page, headers={"content-type": kind})}
    await journey.is_refused()


async def test_a_token_that_calls_itself_json_is_refused(journey, fake):
    text = fake.signed(_about(fake, ANNA.number))
    fake.instead = {
        "/me": lambda: httpx2.Response(200, text=text, headers={"content-type": "application/json"})
    }
    await journey.is_refused()


async def test_a_thousand_random_keys_are_two_questions(connection, fake, now):
    """R12: however many come at once."""
    forged = [joined({"alg": "ES256", "kid": f"evil-{n}"}, b"{}", b"x" * 64) for n in range(1000)]

    async def refused(token):
        with pytest.raises(Untrusted):
            await signed_claims(connection, token, now=now)

    await asyncio.gather(*map(refused, forged))
    assert fake.asked["/jwks"] <= 2


# How it answers


@ENDPOINTS
async def test_ten_megabytes_are_not_read(path, journey, fake):
    sent = []

    async def many() -> AsyncIterator[bytes]:
        for _ in range(160):
            sent.append(65536)
            yield b" " * 65536

    fake.instead = {path: lambda: httpx2.Response(200, content=many())}
    await journey.is_refused()
    assert sum(sent) < 4 * http.LARGEST, "Metadata is asked for by the page, the press and the refusal."


@ENDPOINTS
async def test_a_small_answer_that_unpacks_to_a_large_one_is_refused(path, journey, fake):
    bomb = httpx2.ByteStream(gzip.compress(b" " * 10_000_000))
    fake.instead = {path: lambda: httpx2.Response(200, headers={"content-encoding": "gzip"}, stream=bomb)}
    await journey.is_refused()


@ENDPOINTS
@pytest.mark.parametrize("status", [302, 307])
async def test_nobody_leads_us_to_a_private_address(status, path, journey, fake):
    fake.instead = {path: lambda: httpx2.Response(status, headers={"location": PRIVATE}, json={})}
    await journey.is_refused()
    assert {request.url.host for request in fake.requests} == {"127.0.0.1"}


class Dripping(httpx2.AsyncByteStream):
    """An octet now and then, and never the last."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)


@ENDPOINTS
async def test_octet_by_octet_is_too_slow(path, journey, fake, monkeypatch):
    """The limit is for the whole answer."""
    monkeypatch.setattr(http, "SECONDS", 0.1)
    fake.instead = {path: lambda: httpx2.Response(200, stream=Dripping())}
    await journey.is_refused(UNAVAILABLE)


@ENDPOINTS
@pytest.mark.parametrize(
    "text",
    [b"[]", b"null", b'"evil"', b"[" * 100_000, b'{"a":' * 50_000, b"\xff", b"", b"{} {}"],
    ids=lambda text: repr(text[:10]),
)
async def test_what_is_no_object_is_refused(text, path, journey, fake):
    fake.instead = {path: lambda: httpx2.Response(200, content=text)}
    await journey.is_refused()


async def _twice(journey, fake, path, honest, name):
    """`name` comes first with something evil: a reader who takes the last would not notice."""
    text = f'{{"{name}": "evil", {json.dumps(honest)[1:]}'
    fake.instead = {path: lambda: httpx2.Response(200, text=text)}
    await journey.is_refused()


async def test_a_name_comes_once_in_the_metadata(journey, fake):
    await _twice(journey, fake, METADATA, fake.discovery(), "issuer")


async def test_a_name_comes_once_in_the_keys(journey, fake):
    await _twice(journey, fake, "/jwks", {"keys": fake.published}, "keys")


async def test_a_name_comes_once_in_userinfo(journey, fake):
    await _twice(journey, fake, "/me", _about(fake, ANNA.number), "sub")


async def test_a_name_comes_once_in_the_tokens(journey, fake):
    """Everything is as it should be but for that."""
    location = await journey.leaves()
    back = fake.back(location)
    [(asked, _)] = fake._codes.values()
    honest = {
        "token_type": "Bearer",
        "access_token": f"access {ANNA.number}",
        "id_token": fake.signed(fake.id_token(asked["nonce"])),
    }
    text = f'{{"id_token": "evil", {json.dumps(honest)[1:]}'
    fake.instead = {"/token": lambda: httpx2.Response(200, text=text)}
    await journey.was_refused(await journey.browser.get(back, headers=SWEDISH))


async def test_a_name_comes_once_in_a_token(journey, fake):
    def twice(header, claims):
        text = f'{{"sub": "evil", {json.dumps(claims)[1:]}'.encode()
        return jws.serialize_compact(header, text, fake.key)

    fake.forges = twice
    await journey.is_refused()


@pytest.mark.parametrize(
    "changed",
    [
        {"expires_in": "evil"},
        {"expires_in": [300]},
        {"expires_in": 10**400},
        {"expires_in": float(10**300)},
        {"expires_at": {"evil": 1}},
        {"access_token": "evil\r\nhost: evil.example"},
        {"access_token": "évil"},
        {"access_token": "evil\ud800"},
        {"access_token": ["evil"]},
        {"id_token": "evil\ud800.a.b"},
        {"id_token": ["evil"]},
        {"token_type": ["Bearer"]},
        {"error": "access_denied"},
        {"error": ["evil"]},
    ],
    ids=repr,
)
async def test_odd_grants_are_refused_or_what_is_odd_is_never_read(changed, journey, fake):
    fake.granted = changed
    if "expires_in" in changed or "expires_at" in changed:
        await journey.is_accepted()
    else:
        await journey.is_refused()


@pytest.mark.parametrize("status", [201, 302, 400, 401, 403])
async def test_tokens_beside_a_refusal_are_no_tokens(status, journey, fake):
    location = await journey.leaves()
    back = fake.back(location)
    [(asked, _)] = fake._codes.values()
    honest = {
        "token_type": "Bearer",
        "access_token": f"access {ANNA.number}",
        "id_token": fake.signed(fake.id_token(asked["nonce"])),
    }
    fake.instead = {"/token": lambda: httpx2.Response(status, json=honest)}
    await journey.was_refused(await journey.browser.get(back, headers=SWEDISH))


@pytest.mark.parametrize(
    "answer",
    [
        lambda: httpx2.Response(302, headers={"location": PRIVATE}),
        lambda: httpx2.Response(200, json={"request_uri": "urn:evil"}),
        lambda: httpx2.Response(400, json={"error": SAID}),
        lambda: httpx2.Response(201, text='{"request_uri": "urn:evil", "request_uri": "urn:another"}'),
        lambda: httpx2.Response(201, json={"request_uri": "urn:evil\r\nset-cookie: evil=1"}),
        lambda: httpx2.Response(201, json={"request_uri": ["urn:evil"]}),
        lambda: httpx2.Response(201, content=b" " * 300_000),
        lambda: httpx2.Response(201, text="[" * 100_000),
    ],
)
async def test_an_odd_answer_to_a_pushed_request_leads_nowhere(answer, journey, fake):
    """R7"""
    fake.takes_pushed_requests()
    fake.instead = {"/par": answer}
    pressed = await journey.presses()
    await journey.was_refused(pressed)
    assert fake.asked["/par"] == 2
    assert {request.url.host for request in fake.requests} == {"127.0.0.1"}


@pytest.mark.parametrize("path", ["/token", "/jwks", "/me"])
async def test_a_provider_that_breaks_in_the_middle_is_out_of_reach(path, journey, fake):
    fake.instead = {path: lambda: httpx2.Response(503, text="evil")}
    await journey.is_refused(UNAVAILABLE)


@pytest.mark.parametrize(
    "address",
    [
        "http://eid.example.se/evil",
        "https://anna@eid.example.se/evil",
        "https://:evil@eid.example.se/",
        "http://127.1/evil",
        "http://0x7f000001/evil",
        "http://2130706433/evil",
        "http://0.0.0.0/evil",
        "http://[::]/evil",
        "http://[::1].evil.example/",
        "http://[::1]evil/",
        "http://[::1%25evil]/",
        "http://[::ffff:169.254.169.254]/evil",
        "http://[::ffff:127.0.0.1]/evil",
        "http://[fe80::1%25eth0]/evil",
        "https://[fe80::1%eth0]/evil",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://10.0.0.1/evil",
        "https://*/evil",
        "https://eid.example.se;script-src/evil",
        "https://eid.example.se,evil/",
        "https://eid.example.se%2eevil/",
        "https://eid.example.se%00.evil/",
        "https://eid.example.se#@evil/",
        "https://eid.example.se/auth#evil",
        "https://eid.example.se:0/evil",
        "https://eid.example.se:99999/evil",
        "https://eid..example.se/evil",
        "https://.evil/",
        "https://'evil'/",
        "gopher://127.0.0.1:25/evil",
        "//evil.example/",
        "https:/evil",
        "https:evil",
    ],
)
async def test_an_address_of_another_kind_is_refused(address, connection, fake, now):
    for name in fake.discovery():
        if not name.endswith(("_endpoint", "_uri")):
            continue
        fake.metadata = {name: address}
        with pytest.raises(Untrusted) as refusal:
            await connection.metadata(now)
        assert refusal.value.values["reason"] == name


async def test_metadata_with_such_an_address_leads_nowhere(journey, fake):
    fake.metadata = {"authorization_endpoint": "https://*/evil"}
    page = await journey.browser.get("/logga-in", headers=SWEDISH)
    assert "*" not in page.headers["content-security-policy"]
    await journey.is_refused()


# Who comes back, and with what


async def test_a_code_of_somebody_elses_sign_in_is_worth_nothing(journey, other_browser, fake):
    """The attacker's code behind the victim's state: the provider looks at the verifier (R3)."""
    attacker = Journey(other_browser, fake)
    code = fake.answers(await attacker.leaves(), BO)["code"]
    await journey.is_refused(code=code)


async def test_not_even_at_a_provider_that_forgets_to_look(journey, other_browser, fake):
    """Then the nonce says so (R5)."""
    attacker = Journey(other_browser, fake)
    code = fake.answers(await attacker.leaves(), BO)["code"]
    fake.looks_at_verifiers = False
    await journey.is_refused(code=code)


async def test_a_finished_answer_cannot_be_replayed(journey, other_browser, fake):
    back = fake.back(await journey.leaves())
    cookies = dict(journey.browser.cookies)
    assert (await journey.browser.get(back)).status_code == 303
    other_browser.cookies.update(cookies)
    await Journey(other_browser, fake).was_refused(await other_browser.get(back, headers=SWEDISH), OVER)
    assert fake.asked["/token"] == 2, "Once for each that began."


async def test_a_planted_cookie_signs_nobody_in_as_somebody_else(journey, other_browser, fake):
    """Login CSRF with the attacker's own `tx`, planted: the next press on the button makes another."""
    attacker = Journey(other_browser, fake)
    theirs = fake.back(await attacker.leaves(), BO)
    _plant(journey.browser, "tx", other_browser.cookies["tx"])
    await journey.is_accepted(ANNA)
    assert ANNA.name in (await journey.browser.get("/inkorg")).text
    response = await journey.browser.get(theirs, headers=SWEDISH)
    assert response.status_code == 409
    assert ANNA.name in (await journey.browser.get("/inkorg")).text


async def test_planted_cookies_are_worth_nothing(journey, other_browser, fake):
    """Fixation: whoever knew the cookies before knows nothing after."""
    planted = {"sid": "A" * 43, "tx": "B" * 43}
    for name, value in planted.items():
        _plant(journey.browser, name, value)
    location = await journey.leaves()
    assert journey.browser.cookies["tx"] != planted["tx"]
    await journey.returns(location)
    assert journey.browser.cookies["sid"] != planted["sid"]
    other_browser.cookies.update(planted)
    assert not await Journey(other_browser, fake).is_signed_in()


def _plant(browser: httpx.AsyncClient, name: str, value: str) -> None:
    """As if ours; from another site or a subdomain, `__Host-` lets nobody do it."""
    browser.cookies.set(name, value, domain="127.0.0.1", path="/")


@pytest.mark.parametrize(
    "query",
    [
        "state=evil&code=evil",
        "state=evil&state=evil",
        "code=evil",
        "state=%00&code=%00",
        "state=%ff%fe&code=evil",
        "state=" + "e" * 5000,
        "&".join(f"evil{n}=1" for n in range(30)),
        "state=evil&error=%3Cscript%3Eevil",
        "state=evil&response=eyJhbGciOiJub25lIn0.e30.",
        "#id_token=evil",
        "",
    ],
)
async def test_an_answer_that_nobody_asked_for_ends_in_words(query, journey):
    response = await journey.browser.get(f"/logga-in/eid/retur?{query}", headers=SWEDISH)
    sentence = UNTRUSTED if query.startswith("state=e") and ("&state" in query or "eeee" in query) else OVER
    await journey.was_refused(response, sentence)


async def test_only_a_get_brings_an_answer(journey, fake):
    """`response_mode=form_post` is nothing that we asked for."""
    answer = fake.answers(await journey.leaves())
    response = await journey.browser.post("/logga-in/eid/retur", data=answer)
    assert response.status_code in (403, 405)
    assert not await journey.is_signed_in()


# Two providers, one of them hostile


@pytest.fixture
def hostile(provider: Provider, clock: Clock) -> FakeProvider:
    address = "http://127.0.0.1:8000/logga-in/annan/retur"
    other = replace(provider, key="annan", issuer="http://127.0.0.1:8002", redirect_uri=address)
    return FakeProvider(other, clock)


@pytest.fixture(scope="module")
def beside(provider: Provider) -> Connection:
    return Connection(replace(provider, key="annan"))


@pytest.fixture(scope="module")
def composed(
    settings: Settings, keyring: KeyRing, the_clock: Clock, switched: Connection, beside: Connection,
    staff_switched: Connection,
) -> ASGIApp:  # fmt: skip
    """The product with another provider beside the usual."""
    providers = Providers(switched, beside, staff_switched)
    return create_app(settings, keys=keyring, clock=the_clock, providers=providers)


@pytest.fixture
def lured(visitor: httpx.AsyncClient, beside: Connection, hostile: FakeProvider, journey: Journey) -> Journey:
    """Anna chose the hostile one."""
    vars(beside).update(vars(hostile.connection()))
    return Journey(visitor, hostile, "annan")


async def test_two_providers_are_kept_apart(lured, journey):
    await lured.is_accepted()
    lured.browser.cookies.clear()
    await journey.is_accepted()


async def test_an_answer_of_one_at_the_others_address_is_refused(lured, journey, fake, hostile):
    """Mix-up: an honest code would be redeemed at the hostile one (RFC 9700 section 4.4, R1)."""
    answer = fake.answers(await journey.leaves())
    response = await lured.browser.get("/logga-in/annan/retur", params=answer, headers=SWEDISH)
    await lured.was_refused(response, UNTRUSTED)
    assert hostile.asked["/token"] == 1, "For the attempt after it."


async def test_the_hostile_ones_answer_at_the_honest_ones_address_is_refused(lured, journey, fake, hostile):
    answer = hostile.answers(await lured.leaves())
    response = await journey.browser.get("/logga-in/eid/retur", params=answer, headers=SWEDISH)
    await journey.was_refused(response, UNTRUSTED)


async def test_the_other_issuer_answers_in_vain(lured, journey, hostile, fake):
    """R2, RFC 9207"""
    await journey.is_refused(iss=hostile.provider.issuer)
    journey.browser.cookies.clear()
    await lured.is_refused(iss=fake.provider.issuer)


async def test_the_hostile_one_does_not_speak_for_the_honest_ones_people(lured, journey, hostile, fake):
    """Neither its tokens in the other's name, nor the other's in its own."""
    for changed in (
        {"iss": fake.provider.issuer},
        {"iss": fake.provider.issuer, "sub": subject(ANNA.number)},
    ):
        hostile.claims = changed
        await lured.is_refused()
        lured.browser.cookies.clear()
    hostile.key, hostile.published = fake.key, fake.published
    hostile.claims = {"iss": fake.provider.issuer}
    await lured.is_refused()


async def test_the_hostile_ones_metadata_cannot_borrow_the_honest_name(lured, hostile, fake):
    hostile.metadata = {"issuer": fake.provider.issuer}
    await lured.is_refused()


async def test_the_hostile_one_cannot_use_what_the_honest_one_told_us(lured, hostile, fake):
    """It names the honest one's token endpoint as its own: our proof is for it alone (R6)."""
    hostile.metadata = {"token_endpoint": f"{hostile.provider.issuer}/steals"}
    hostile.instead = {"/steals": lambda: httpx2.Response(400, json={"error": f"evil {SAID}"})}
    response = await lured.goes()
    assert response.status_code == 409
    assert "evil" not in response.text
    [stolen] = [request for request in hostile.requests if request.url.path == "/steals"]
    with pytest.raises(AssertionError):
        fake._token(stolen)


# A provider's word that somebody has signed out


@pytest.mark.parametrize(
    "changed",
    [
        {"jti": "evil\ud800"},
        {"sub": "evil\x00"},
        {"sid": "evil\x00"},
        {"sid": "s" * 256},
        {"iat": 10**400},
        {"exp": 10**400},
        {"events": [EVENT]},
        {"events": {EVENT: []}},
    ],
    ids=repr,
)
async def test_a_word_out_of_this_world_ends_nothing(changed, journey, other_browser, fake):
    await journey.is_accepted()
    response = await tells(other_browser, logout_token(fake, **changed))
    assert (response.status_code, response.json()) == (400, {"error": "invalid_request"})
    assert await journey.is_signed_in()


async def test_the_hostile_one_signs_nobody_out_at_the_honest_one(
    lured, journey, hostile, fake, other_browser
):
    """Neither by its own word, nor by one in the other's name, nor at the other's address."""
    await journey.is_accepted()
    theirs = {"sub": subject(ANNA.number)}
    assert (await tells(other_browser, logout_token(hostile, **theirs), ELSEWHERE)).status_code == 200
    for token in (
        logout_token(hostile, iss=fake.provider.issuer, **theirs),
        logout_token(fake),
    ):
        assert (await tells(other_browser, token, ELSEWHERE)).status_code == 400
    assert (await tells(other_browser, logout_token(hostile, **theirs))).status_code == 400
    assert await journey.is_signed_in()


ELSEWHERE = "/logga-in/annan/bakvagsutloggning"


# What is not there


async def test_the_access_token_is_used_once_and_kept_nowhere(journey, fake):
    """R8: whoever reads the database finds nothing to ask the provider with."""
    await journey.is_accepted()
    with_it = [request for request in fake.requests if "Bearer" in request.headers.get("authorization", "")]
    assert [request.url.path for request in with_it] == ["/me"]
    for table in APP_CONFIG.table_classes:
        assert f"access {ANNA.number}" not in str(await table.select())


def test_nobody_is_handed_over_to_another_service(composed):
    """R16: not built yet, so there is no address for it, under any of its names."""
    addresses = [route.path_format for route in composed.app.routes]
    assert "/logga-in/{key}/retur" in addresses
    assert not [address for address in addresses if re.search("uthopp|hand-?over|vidare|biljett", address)]
