"""OpenID conformance suite, RP-initiated logout: Anna signs out here, and the provider sends her back."""

import httpx
import pytest

from app.sign_in.gateways.connections import Connection
from tests.sign_in.fake import FakeProvider
from tests.sign_in.journey import NEVER_PRINTED, SWEDISH, Journey
from tests.sign_in.test_signing_out_there import asked, offer, signs_out


class WayBack:
    """Anna, who reads English, has signed out here and stands at the provider's page."""

    def __init__(self, journey: Journey, state: str) -> None:
        self.journey, self.state = journey, state

    async def is_accepted(self, **query: str) -> None:
        """What the state remembers counts: language and provider, since her cookies are gone."""
        response = await self._returns(query)
        assert response.status_code == 303
        assert response.headers["location"] == "/sprak/en?till=/utloggad%3Fmed%3Deid"

    async def is_refused(self, **query: str) -> None:
        """She is signed out all the same, and is told so, but nothing of the answer counts."""
        response = await self._returns(query)
        assert response.status_code == 200
        assert "Du är utloggad" in response.text
        await self.journey.is_accepted()

    async def _returns(self, query: dict[str, str]) -> httpx.Response:
        response = await self.journey.browser.get("/utloggad", params=query, headers=SWEDISH)
        # The links that change the language keep the page's own address.
        said = response.text.partition("<main")[2].partition("</main")[0]
        assert not [words for words in NEVER_PRINTED if words in said]
        assert not await self.journey.is_signed_in()
        return response


@pytest.fixture
async def way_back(journey: Journey, fake: FakeProvider, switched: Connection) -> WayBack:
    offer(fake, switched)
    await journey.is_accepted()
    await journey.browser.get("/sprak/en")
    state = asked(await signs_out(journey.browser))["state"]
    journey.browser.cookies.clear()
    return WayBack(journey, state)


async def test_oidcc_client_test_rp_init_logout(way_back):
    await way_back.is_accepted(state=way_back.state)


async def test_oidcc_client_test_rp_init_logout_no_state(way_back):
    await way_back.is_refused()


async def test_oidcc_client_test_rp_init_logout_other_state(way_back):
    await way_back.is_refused(state=way_back.state.replace(".en.", ".evil."))
