"""Who signs out here signs out with the provider too, where it offers that (R14, RP-Initiated Logout 1.0)."""

from dataclasses import replace
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.database import rows
from app.sign_in.gateways import federation
from app.sign_in.rules.logout import Kept, hint_of, kept_in, new_state
from app.sign_in.tables import ProviderSession
from tests.conftest import ROOT
from tests.make import DISA, token_in
from tests.sign_in.fake import honest_claims
from tests.sign_in.test_signing_in import SWEDISH, is_signed_in, signs_in

THERE = "http://127.0.0.1:8001/log-out"
KEY = b"k" * 32


class Sealed(NamedTuple):
    id_token_sealed: bytes


@pytest.fixture
async def signed_in(visitor, fake, switched):
    """Anna, by a provider that one can sign out of."""
    offer(fake, switched)
    await signs_in(visitor, fake)
    assert await is_signed_in(visitor)
    return visitor


def offer(fake, connection, endpoint=THERE):
    fake.provider = replace(fake.provider, signs_out=True)
    fake.metadata = {"end_session_endpoint": endpoint}
    vars(connection).update(vars(fake.connection()))


async def signs_out(browser, seen_on="/inkorg", address="/logga-ut"):
    page = await browser.get(seen_on, headers=SWEDISH)
    return await browser.post(address, data={"_csrf": token_in(page.text)}, headers=SWEDISH)


def asked(response):
    refresh = response.headers["refresh"]
    assert refresh.startswith(f"0; url={THERE}?")
    return dict(parse_qsl(urlsplit(refresh.removeprefix("0; url=")).query, strict_parsing=True))


async def test_the_browser_is_sent_on_and_the_session_is_over_first(signed_in, fake, provider):
    """[oidcc-client-test-rp-init-logout]"""
    token = signed_in.cookies["sid"]
    response = await signs_out(signed_in)
    assert response.status_code == 200
    there = asked(response)
    assert there.pop("state")
    hint = there.pop("id_token_hint")
    assert there == {
        "client_id": provider.client_id,
        "post_logout_redirect_uri": "http://127.0.0.1:8000/utloggad",
        "ui_locales": "sv",
    }
    assert hint.count(".") == 2
    assert hint == fake.granted_tokens[-1]
    signed_in.cookies.set("sid", token)
    assert not await is_signed_in(signed_in)
    assert await ProviderSession.count() == 0


async def test_the_page_says_so_and_needs_no_script(signed_in):
    response = await signs_out(signed_in)
    assert "Du är utloggad" in response.text
    assert "Du loggas också ut ur e-legitimation" in response.text
    assert f'href="{THERE}?client_id=' in response.text
    assert "Anna Andersson" not in response.text
    assert response.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert "Max-Age=0" in response.headers["set-cookie"]


async def test_no_page_may_send_forms_elsewhere_for_it(signed_in):
    """The button stands on every page; none of them widens its form-action."""
    page = await signed_in.get("/inkorg")
    assert "form-action 'self';" in page.headers["content-security-policy"]
    assert "form-action 'self';" in (await signs_out(signed_in)).headers["content-security-policy"]


async def test_the_way_back(signed_in):
    """[oidcc-client-test-rp-init-logout]"""
    state = asked(await signs_out(signed_in))["state"]
    back = await signed_in.get("/utloggad", params={"state": state}, headers=SWEDISH)
    assert (back.status_code, back.headers["location"]) == (303, "/utloggad?med=eid")
    page = await signed_in.get(back.headers["location"], headers=SWEDISH)
    assert "Du är utloggad" in page.text
    assert "eid=eid" in page.headers["set-cookie"], "the device knows the provider used last"


@pytest.mark.parametrize("query", ["", "?state=", "?state=forged", "?state=1.en.x.y", "?state=a&state=b"])
async def test_the_way_back_without_our_state_is_the_same_page(query, visitor):
    """[oidcc-client-test-rp-init-logout-no-state, -other-state] The person has done nothing wrong."""
    page = await visitor.get(f"/utloggad{query}", headers=SWEDISH)
    assert page.status_code == 200
    assert "Du är utloggad" in page.text


async def test_the_language_outlives_the_way_there(signed_in):
    await signed_in.get("/sprak/en")
    response = await signs_out(signed_in)
    assert "You are signed out" in response.text
    there = asked(response)
    assert there["ui_locales"] == "en"
    signed_in.cookies.clear()
    back = await signed_in.get("/utloggad", params={"state": there["state"]}, headers=SWEDISH)
    assert (back.status_code, back.headers["location"]) == (303, "/sprak/en?till=/utloggad%3Fmed%3Deid")


async def test_staff_come_back_to_their_own_page(visitor, staff_fake, staff_switched, knee_clinic):
    offer(staff_fake, staff_switched)
    page = await visitor.get("/personal/logga-in")
    begun = await visitor.post("/personal/logga-in/tjanst", data={"_csrf": token_in(page.text)})
    await visitor.get(staff_fake.back(begun.headers["location"], DISA))
    response = await signs_out(visitor, "/personal/kallelser", "/personal/logga-ut")
    assert asked(response)["post_logout_redirect_uri"] == "http://127.0.0.1:8000/personal/utloggad"


async def is_only_here(browser):
    response = await signs_out(browser)
    return (response.status_code, response.headers["location"]) == (303, "/utloggad?med=eid")


async def test_it_is_for_providers_that_the_operator_says_it_of(visitor, fake, switched):
    """BankID and its like have no sign-out that a person would expect."""
    fake.metadata = {"end_session_endpoint": THERE}
    vars(switched).update(vars(fake.connection()))
    await signs_in(visitor, fake)
    assert [row.id_token_sealed for row in await sealed()] == [b""]
    assert await is_only_here(visitor)


async def sealed():
    return await rows(Sealed, "SELECT id_token_sealed FROM provider_sessions")


async def test_a_provider_without_such_an_address_is_not_asked(visitor, fake, switched):
    fake.provider = replace(fake.provider, signs_out=True)
    vars(switched).update(vars(fake.connection()))
    await signs_in(visitor, fake)
    assert await is_only_here(visitor)


async def test_a_provider_that_is_down_keeps_nobody_signed_in(signed_in, fake, switched):
    fake.down = True
    vars(switched).update(vars(fake.connection()))
    assert await is_only_here(signed_in)
    assert not await is_signed_in(signed_in)


@pytest.mark.parametrize("endpoint", ["http://eid.example.se/out", "javascript:alert(1)", 7])
async def test_nobody_is_sent_to_an_unsafe_address(endpoint, signed_in, fake, switched):
    """R12"""
    offer(fake, switched, endpoint)
    assert await is_only_here(signed_in)


async def test_a_provider_that_was_taken_out_of_the_file_is_not_asked(signed_in):
    await ProviderSession.update({ProviderSession.provider: "gone"}, force=True)
    assert await is_only_here(signed_in)


async def test_only_the_cookie_opens_the_id_token(signed_in, fake):
    """ASVS 14.2: neither the database nor a copy of it has the token."""
    [row] = await sealed()
    assert row.id_token_sealed
    assert not any(token.encode() in row.id_token_sealed for token in fake.granted_tokens)
    assert b"eyJ" not in row.id_token_sealed


@pytest.mark.parametrize(
    "tells", [{"name": "Anna"}, {"https://id.oidc.se/claim/personalIdentityNumber": "191212121212"}]
)
async def test_a_token_that_tells_who_it_is_stands_in_no_address(tells, visitor, fake, switched):
    """R16: then the provider asks the person."""
    offer(fake, switched)
    fake.claims = tells
    await signs_in(visitor, fake)
    there = asked(await signs_out(visitor))
    assert "id_token_hint" not in there
    assert there["client_id"] == fake.provider.client_id


def test_a_number_under_the_providers_own_name_stands_in_none_either(provider, now):
    there = replace(
        provider, signs_out=True, spelled={"https://id.oidc.se/claim/personalIdentityNumber": "pnr"}
    )
    claims = honest_claims(there, now, "nonce")
    assert hint_of("a.b.c", claims, there) == "a.b.c"
    assert hint_of("a.b.c", claims | {"pnr": "191212121212"}, there) == ""
    assert hint_of("a" * 4001, claims, there) == ""
    assert hint_of("a.b.c", claims, provider) == ""


@pytest.mark.parametrize(
    ("line", "signs_out"), [("", False), ("logout = true", True), ("logout = false", False)]
)
def test_the_operator_says_so_in_the_providers_file(line, signs_out, tmp_path, keyring):
    declared = (ROOT / "tests" / "providers.toml").read_text().replace("trusted = true", line)
    path = tmp_path / "providers.toml"
    path.write_text(declared)
    found = federation.read(path, base_url="http://127.0.0.1:8000", client_key=keyring.eid_client, demo=False)
    assert [provider.signs_out for provider in found] == [signs_out, False]


def test_a_state_is_ours_for_ten_minutes(clock):
    kept = Kept("en", "eid")
    state = new_state(KEY, kept, now=clock())
    assert kept_in(state, KEY, now=clock()) == kept
    assert kept_in(state, b"x" * 32, now=clock()) is None
    assert kept_in(state.replace(".en.", ".sv."), KEY, now=clock()) is None
    assert kept_in(state, KEY, now=clock.turn(minutes=9, seconds=59)) == kept
    assert kept_in(state, KEY, now=clock.turn(seconds=2)) is None
    assert new_state(KEY, kept, now=clock()) != new_state(KEY, kept, now=clock())
