"""OpenID conformance suite, back-channel logout: what a provider may say to end a session, and what not."""

from dataclasses import replace

import httpx
import pytest

from app.sign_in.gateways.connections import Connection
from app.sign_in.rules.logout import EVENT
from tests.sign_in.fake import LEFT_OUT, FakeProvider, public
from tests.sign_in.forging import unsigned
from tests.sign_in.journey import Journey
from tests.sign_in.test_back_channel import logout_claims, logout_token, tells


class Word:
    """The provider's that Anna has signed out, while she is signed in."""

    def __init__(self, journey: Journey, provider: httpx.AsyncClient) -> None:
        self.journey, self.provider = journey, provider

    async def is_accepted(self, token: str) -> None:
        assert (await tells(self.provider, token)).status_code == 200
        assert not await self.journey.is_signed_in()

    async def is_refused(self, token: str) -> None:
        """She stays, and a proper word ends her session afterwards."""
        response = await tells(self.provider, token)
        assert (response.status_code, response.json()) == (400, {"error": "invalid_request"})
        assert await self.journey.is_signed_in()
        self.journey.fake.behaves()
        await self.is_accepted(logout_token(self.journey.fake))


@pytest.fixture
def fake(fake: FakeProvider) -> FakeProvider:
    """One that was declared with ES256 alone, as the suite's is registered with one algorithm."""
    return FakeProvider(replace(fake.provider, algorithms=frozenset({"ES256"})), fake.clock)


@pytest.fixture
async def word(journey: Journey, other_browser: httpx.AsyncClient, connection: Connection) -> Word:
    await journey.is_accepted()
    return Word(journey, other_browser)


async def test_oidcc_client_test_rp_backchannel_rpinitlogout(word, fake):
    await word.is_accepted(logout_token(fake))


async def test_oidcc_client_test_rp_backchannel_rpinitlogout_alg_none(word, fake):
    await word.is_refused(unsigned({"typ": "logout+jwt"}, logout_claims(fake)))


async def test_oidcc_client_test_rp_backchannel_rpinitlogout_no_event(word, fake):
    await word.is_refused(logout_token(fake, events=LEFT_OUT))


async def test_oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce(word, fake):
    await word.is_refused(logout_token(fake, nonce="of a sign-in"))


async def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg(word, fake, rsa_key):
    """RS256 by a key that is published: not what was agreed."""
    fake.published.append(public(rsa_key))
    fake.key, fake.header = rsa_key, {"alg": "RS256"}
    await word.is_refused(logout_token(fake))


async def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud(word, fake):
    await word.is_refused(logout_token(fake, aud="evil-client"))


async def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event(word, fake):
    await word.is_refused(logout_token(fake, events={f"{EVENT}-evil": {}}))


async def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss(word, fake):
    await word.is_refused(logout_token(fake, iss="https://evil.example"))
