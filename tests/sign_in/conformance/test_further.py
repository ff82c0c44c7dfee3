"""OpenID conformance suite, modules outside the plans that fit a relying party like ours."""

from tests.sign_in.fake import METADATA, new_key


async def test_oidcc_client_test_userinfo_signed(journey, fake):
    """The Swedish profile demands it, and a provider declared so may not leave it out."""
    fake.signs_userinfo = True
    await journey.is_accepted()


async def test_oidcc_client_test_invalid_sig_es256(journey, fake):
    fake.key = new_key("one")
    await journey.is_refused()


async def test_oidcc_client_test_3rd_party_init_login(journey, fake):
    """Somebody else's link opens our page and leads nowhere: it takes a press on the button."""
    link = {
        "iss": fake.provider.issuer,
        "login_hint": "evil",
        "target_link_uri": "https://evil.example/",
    }
    page = await journey.browser.get("/logga-in", params=link)
    assert page.status_code == 200
    assert 'name="till" value="/inkorg"' in page.text
    assert set(fake.asked) == {METADATA}
    assert (await journey.browser.get("/logga-in/eid", params=link)).status_code == 405
    assert (await journey.browser.post("/logga-in/eid", params=link)).status_code == 403
    assert not await journey.is_signed_in()
    await journey.is_accepted()
