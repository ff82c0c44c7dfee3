"""OpenID conformance suite, the basic plan for relying parties: one test per module, of the module's name."""

from dataclasses import replace

import httpx
from joserfc.jwk import RSAKey

from app.sign_in.gateways.connections import Connection
from app.sign_in.rules.audiences import PERSONAL_IDENTITY_NUMBER
from app.sign_in.rules.provider import BySecret
from tests.make import ANNA
from tests.sign_in.fake import LEFT_OUT, FakeProvider, new_key, public
from tests.sign_in.forging import unsigned
from tests.sign_in.journey import Journey


async def test_oidcc_client_test(journey):
    await journey.is_accepted()
    assert ANNA.name in (await journey.browser.get("/inkorg")).text


async def test_oidcc_client_test_invalid_iss(journey, fake):
    fake.claims = {"iss": "https://evil.example"}
    await journey.is_refused()


async def test_oidcc_client_test_missing_sub(journey, fake):
    fake.claims = {"sub": LEFT_OUT}
    await journey.is_refused()


async def test_oidcc_client_test_invalid_aud(journey, fake):
    fake.claims = {"aud": "evil-client"}
    await journey.is_refused()


async def test_oidcc_client_test_missing_iat(journey, fake):
    fake.claims = {"iat": LEFT_OUT}
    await journey.is_refused()


async def test_oidcc_client_test_kid_absent_single_jwks(journey, fake):
    fake.header = {"kid": LEFT_OUT}
    await journey.is_accepted()


async def test_oidcc_client_test_kid_absent_multiple_jwks(journey, fake):
    """Keys are not tried in turn."""
    fake.header = {"kid": LEFT_OUT}
    fake.published.append(public(new_key("two")))
    await journey.is_refused()


async def test_oidcc_client_test_idtoken_sig_rs256(journey, fake, rsa_key):
    fake.key, fake.published, fake.header = rsa_key, [public(rsa_key)], {"alg": "RS256"}
    await journey.is_accepted()


async def test_oidcc_client_test_idtoken_sig_none(journey, fake):
    """In the plan for discovery too: that the metadata lists `none` changes nothing."""
    fake.metadata = {"id_token_signing_alg_values_supported": ["none"]}
    fake.forges = unsigned
    await journey.is_refused()


async def test_oidcc_client_test_invalid_sig_rs256(journey, fake, rsa_key):
    fake.published.append(public(rsa_key))
    fake.key, fake.header = RSAKey.generate_key(2048, {"kid": rsa_key.kid}), {"alg": "RS256"}
    await journey.is_refused()


async def test_oidcc_client_test_userinfo_invalid_sub(journey, fake):
    fake.told = {"sub": "bo the evil"}
    await journey.is_refused()


async def test_oidcc_client_test_nonce_invalid(journey, fake):
    fake.claims = {"nonce": "evil"}
    await journey.is_refused()


async def test_oidcc_client_test_scope_userinfo_claims(journey, fake):
    """What the scopes bring comes from UserInfo: the ID token has no number and no name."""
    assert PERSONAL_IDENTITY_NUMBER not in fake.id_token("a nonce")
    fake.signs_userinfo = False
    await journey.is_accepted()
    assert ANNA.name in (await journey.browser.get("/inkorg")).text


async def test_oidcc_client_test_client_secret_basic(
    visitor: httpx.AsyncClient, fake: FakeProvider, switched: Connection
) -> None:
    """For a provider that knows nothing better, by configuration only."""
    simple = FakeProvider(replace(fake.provider, proof=BySecret("a secret of the two of us")), fake.clock)
    vars(switched).update(vars(simple.connection()))
    await Journey(visitor, simple).is_accepted()
    [redeemed] = [request for request in simple.requests if request.url.path == "/token"]
    assert b"client_assertion" not in redeemed.content
    assert b"client_secret" not in redeemed.content
