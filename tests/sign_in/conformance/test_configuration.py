"""OpenID conformance suite, the configuration plan; `idtoken-sig-none` of both plans is in test_basic.py."""

from tests.sign_in.fake import METADATA, public


async def test_oidcc_client_test_discovery_openid_config(journey, fake):
    """The addresses are those of the metadata, not guessed from the issuer."""
    fake.metadata = {"authorization_endpoint": "https://in.example.se/go"}
    assert (await journey.leaves()).startswith("https://in.example.se/go?")
    await journey.is_accepted()
    assert fake.asked[METADATA] == 1


async def test_oidcc_client_test_discovery_jwks_uri_keys(journey, fake):
    await journey.is_accepted()
    assert fake.asked["/jwks"] == 1


async def test_oidcc_client_test_discovery_issuer_mismatch(journey, fake):
    fake.metadata = {"issuer": "https://evil.example"}
    await journey.is_refused()


async def test_oidcc_client_test_signing_key_rotation_just_before_signing(journey, fake, clock):
    """Between the person's leaving and the token; the keys known are those of the sign-in before."""
    await journey.is_accepted()
    journey.browser.cookies.clear()
    clock.turn(minutes=5)
    location = await journey.leaves()
    fake.rotate("two")
    await journey.was_accepted(await journey.returns(location))
    assert fake.asked["/jwks"] == 2


async def test_oidcc_client_test_signing_key_rotation(journey, fake, clock):
    """The new key is beside the old one until everybody has seen it."""
    await journey.is_accepted()
    journey.browser.cookies.clear()
    old = fake.published
    fake.rotate("two")
    fake.published = [*old, public(fake.key)]
    clock.turn(minutes=5)
    await journey.is_accepted()
    assert fake.asked["/jwks"] == 2
