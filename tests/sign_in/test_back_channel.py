"""A provider says that somebody has signed out (R14). In brackets: modules of the conformance suite."""

import asyncio
import hmac
import json
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from joserfc.jwk import RSAKey

from app.audit.queries import accesses_to, denials
from app.database import rows
from app.residents.actions import find
from app.sign_in.actions import forget_logout_tokens
from app.sign_in.rules.logout import EVENT
from app.sign_in.tables import ProviderSession, UsedLogoutToken
from tests.make import ANNA, BO, DISA, token_in
from tests.sign_in.fake import LEFT_OUT, key_of, public, subject, without
from tests.sign_in.test_signatures import unsigned
from tests.sign_in.test_signing_in import is_signed_in, signs_in

ADDRESS = "/logga-in/eid/bakvagsutloggning"
AT_THE_STAFF_DOOR = "/personal/logga-in/tjanst/bakvagsutloggning"


class Ending(NamedTuple):
    kind: str
    assignment: str | None
    care_unit: str | None
    resident_id: UUID | None


def logout_claims(fake, person=ANNA, **changed):
    issued = int(fake.clock().timestamp())
    return without(
        {
            "iss": fake.provider.issuer,
            "aud": fake.provider.client_id,
            "sub": subject(key_of(person)),
            "iat": issued,
            "exp": issued + 120,
            "jti": str(uuid4()),
            "events": {EVENT: {}},
        }
        | changed
    )


def logout_token(fake, person=ANNA, *, typ="logout+jwt", **changed):
    before, fake.header = fake.header, fake.header | {"typ": typ}
    token = fake.signed(logout_claims(fake, person, **changed))
    fake.header = before
    return token


async def tells(browser, token, address=ADDRESS):
    browser.cookies.clear()
    return await browser.post(address, data={"logout_token": token})


async def refused(response):
    assert (response.status_code, response.json()) == (400, {"error": "invalid_request"})
    assert response.headers["cache-control"] == "no-store"
    denied = (await denials())[0]
    assert denied.action == "sign-out.refused"
    return str(denied.object_id).rpartition(" ")[2]


@pytest.fixture
async def signed_in(visitor, fake):
    """Anna, signed in by the provider."""
    await signs_in(visitor, fake)
    assert await is_signed_in(visitor)
    return visitor


async def test_the_session_ends(signed_in, other_browser, fake):
    """[oidcc-client-test-rp-backchannel-rpinitlogout]"""
    response = await tells(other_browser, logout_token(fake))
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers
    assert not await is_signed_in(signed_in)
    assert await ProviderSession.count() == 0
    done = [(row.action, row.object_id) for row in await accesses_to(await find(ANNA.number))]
    assert ("session.ended", "eid") in done


async def test_everyone_else_stays(signed_in, other_browser, fake):
    await signs_in(other_browser, fake, BO)
    sid = other_browser.cookies["sid"]
    assert (await tells(other_browser, logout_token(fake))).status_code == 200
    other_browser.cookies.set("sid", sid)
    assert await is_signed_in(other_browser)


async def test_by_subject_every_session_ends_and_by_sid_that_one(visitor, other_browser, fake):
    """R14: the person at every device, or one sign-in."""
    for browser, sid in ((visitor, "at home"), (other_browser, "at the library")):
        fake.claims = {"sid": sid}
        await signs_in(browser, fake)
    cookie = other_browser.cookies["sid"]
    await tells(other_browser, logout_token(fake, sid="at home", sub=LEFT_OUT))
    other_browser.cookies.set("sid", cookie)
    assert (await is_signed_in(visitor), await is_signed_in(other_browser)) == (False, True)
    await tells(other_browser, logout_token(fake, sid="at the library", sub=subject(BO.number)))
    other_browser.cookies.set("sid", cookie)
    assert await is_signed_in(other_browser)
    await tells(other_browser, logout_token(fake))
    other_browser.cookies.set("sid", cookie)
    assert not await is_signed_in(other_browser)


async def test_who_is_not_here_is_signed_out(visitor, fake):
    """The provider need not know who has left already."""
    assert (await tells(visitor, logout_token(fake, BO))).status_code == 200


async def test_the_same_subject_at_another_provider_is_somebody_else(signed_in, other_browser, fake):
    await ProviderSession.update({ProviderSession.issuer: "https://elsewhere.example"}, force=True)
    assert (await tells(other_browser, logout_token(fake))).status_code == 200
    assert await is_signed_in(signed_in)


async def test_staff_too(visitor, other_browser, staff_fake, knee_clinic):
    page = await visitor.get("/personal/logga-in")
    begun = await visitor.post("/personal/logga-in/tjanst", data={"_csrf": token_in(page.text)})
    staff_fake.signs_userinfo = False
    await visitor.get(staff_fake.back(begun.headers["location"], DISA))
    assert (await visitor.get("/personal/kallelser")).status_code == 200
    assert (await tells(other_browser, logout_token(staff_fake, DISA), AT_THE_STAFF_DOOR)).status_code == 200
    assert (await visitor.get("/personal/kallelser")).status_code == 303
    [ended] = await rows(
        Ending,
        "SELECT actor_kind, assignment, care_unit, resident_id FROM audit WHERE action = 'session.ended'",
    )
    assert ended == ("clinician", DISA.assignment, DISA.care_unit, None)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"events": LEFT_OUT}, "events"),
        ({"events": {}}, "events"),
        ({"events": EVENT}, "events"),
        ({"events": {EVENT: True}}, "events"),
        ({"events": {"http://schemas.openid.net/event/other": {}}}, "events"),
        ({"nonce": "of a sign-in"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "someone-else"}, "aud"),
        ({"aud": ["larkpost-test", "someone-else"]}, "aud"),
        ({"aud": LEFT_OUT}, "aud"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": LEFT_OUT}, "iss"),
        ({"sub": LEFT_OUT}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sid": ["a"]}, "sid"),
        ({"jti": LEFT_OUT}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": "x" * 256}, "jti"),
        ({"iat": LEFT_OUT}, "iat"),
        ({"exp": LEFT_OUT}, "exp"),
        ({"exp": True}, "exp"),
        ({"typ": "JWT"}, "typ"),
        ({"typ": LEFT_OUT}, "typ"),
        ({"typ": "at+jwt"}, "typ"),
    ],
)
async def test_a_word_that_is_not_quite_one_ends_nothing(changed, reason, signed_in, other_browser, fake):
    """[-rp-backchannel-rpinitlogout-no-event, -with-nonce, -wrong-aud, -wrong-event, -wrong-iss]"""
    assert await refused(await tells(other_browser, logout_token(fake, **changed))) == reason
    assert await is_signed_in(signed_in)


@pytest.mark.parametrize(
    ("iat", "exp", "reason"),
    [(-151, -31, "exp"), (0, 121, "lifetime"), (0, 0, "lifetime"), (31, 100, "iat"), (-300, 10, "iat")],
)
async def test_a_word_is_two_minutes_old_at_most(iat, exp, reason, signed_in, other_browser, fake):
    """R14; thirty seconds of leeway, as for ID tokens."""
    stamp = int(fake.clock().timestamp())
    token = logout_token(fake, iat=stamp + iat, exp=stamp + exp)
    assert await refused(await tells(other_browser, token)) == reason
    assert await is_signed_in(signed_in)


async def test_nobody_signs_it_with_nothing(signed_in, other_browser, fake):
    """[-rp-backchannel-rpinitlogout-alg-none]"""
    token = unsigned({"alg": "none", "typ": "logout+jwt"}, logout_claims(fake))
    assert await refused(await tells(other_browser, token)) == "alg"
    assert await is_signed_in(signed_in)


async def test_only_our_algorithms_count(signed_in, other_browser, fake):
    """[-rp-backchannel-rpinitlogout-wrong-alg] HS256 with what everybody knows."""
    signed = unsigned({"alg": "HS256", "typ": "logout+jwt"}, logout_claims(fake)).removesuffix(".")
    mark = hmac.digest(fake.provider.client_id.encode(), signed.encode(), "sha256").hex()
    assert await refused(await tells(other_browser, f"{signed}.{mark}")) == "alg"
    assert await is_signed_in(signed_in)


async def test_only_the_providers_key_counts(signed_in, other_browser, fake):
    fake.key = RSAKey.generate_key(2048, {"kid": "one"})
    fake.header = {"alg": "RS256"}
    assert await refused(await tells(other_browser, logout_token(fake))) == "kid"
    fake.published = [public(fake.key), *fake.published]
    assert await is_signed_in(signed_in)


async def test_an_id_token_is_no_word_and_a_word_is_no_id_token(visitor, other_browser, fake):
    """ASVS 9.2.2"""
    token = fake.signed(fake.id_token("nonce"))
    assert await refused(await tells(other_browser, token)) == "typ"
    fake.granted = {"id_token": logout_token(fake)}
    assert (await signs_in(visitor, fake)).status_code == 409


async def test_a_word_counts_once(signed_in, other_browser, fake):
    """R14: who has overheard one cannot sign the person out again."""
    token = logout_token(fake)
    assert (await tells(other_browser, token)).status_code == 200
    await signs_in(signed_in, fake)
    assert await refused(await tells(other_browser, token)) == "sign-in.already-over"
    assert await is_signed_in(signed_in)


async def test_a_word_counts_once_also_when_it_comes_twice_at_once(signed_in, other_browser, fake):
    token = logout_token(fake)
    both = await asyncio.gather(*(tells(other_browser, token) for _ in range(2)))
    assert sorted(response.status_code for response in both) == [200, 400]


async def test_a_used_word_is_forgotten_when_it_could_not_come_again(visitor, fake):
    await tells(visitor, logout_token(fake))
    await forget_logout_tokens(now=fake.clock() + timedelta(seconds=149))
    assert await UsedLogoutToken.count() == 1
    await forget_logout_tokens(now=fake.clock() + timedelta(seconds=150))
    assert await UsedLogoutToken.count() == 0


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"data": {}}, "logout_token"),
        ({"data": {"logout_token": ["a", "b"]}}, "logout_token"),
        ({"data": {"logout_token": "x" * 20_001}}, "size"),
        ({"data": {"logout_token": "no token"}}, "token"),
        ({"json": {"logout_token": "a"}}, "type"),
        ({"content": b"logout_token=a"}, "type"),
        ({"files": {"logout_token": b"a"}}, "type"),
    ],
)
async def test_what_is_no_form_with_one_word_is_refused(sent, reason, visitor):
    if sent == {"data": {}}:
        sent = {"content": b"", "headers": {"content-type": "application/x-www-form-urlencoded"}}
    assert await refused(await visitor.post(ADDRESS, **sent)) == reason


async def test_there_is_no_such_provider(visitor, fake):
    assert (await tells(visitor, logout_token(fake), "/logga-in/tjanst/bakvagsutloggning")).status_code == 404


async def test_a_provider_out_of_reach_is_believed_nothing(signed_in, other_browser, switched, fake):
    fake.down = True
    vars(switched).update(vars(fake.connection()))
    response = await tells(other_browser, logout_token(fake))
    assert json.loads(response.content) == {"error": "invalid_request"}
    assert await is_signed_in(signed_in)
