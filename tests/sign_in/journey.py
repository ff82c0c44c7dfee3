"""A person at our door, through the whole product: from the form to the provider and back."""

from typing import Any

import httpx

from tests.make import ANNA, Person, token_in
from tests.sign_in.fake import FakeProvider

SWEDISH = {"Accept-Language": "sv"}
UNTRUSTED = "lita på"
UNAVAILABLE = "Vi når inte e-legitimationen"
OVER = "redan avslutad"
TOO_LOW = "inte tillräckligt säker"
# In all that a hostile provider says stands one of these.
NEVER_PRINTED = ("lurad", "evil")
SAID = "Ring 0900-lurad nu"


class Journey:
    """`fake` is whom `browser` faces behind the button of the provider `key`."""

    def __init__(self, browser: httpx.AsyncClient, fake: FakeProvider, key: str = "eid") -> None:
        self.browser, self.fake, self.key = browser, fake, key

    async def presses(self) -> httpx.Response:
        """The button on the page of e-IDs."""
        return await self._presses(await self.browser.get("/logga-in", headers=SWEDISH))

    async def leaves(self) -> str:
        """Where the provider is asked."""
        pressed = await self.presses()
        assert pressed.status_code == 303
        return pressed.headers["location"]

    async def returns(self, location: str, person: Person = ANNA, **changed: Any) -> httpx.Response:
        return await self.browser.get(self.fake.back(location, person, **changed), headers=SWEDISH)

    async def goes(self, person: Person = ANNA, **changed: Any) -> httpx.Response:
        """The whole way, or as far as it goes."""
        pressed = await self.presses()
        if pressed.status_code != 303:
            return pressed
        return await self.returns(pressed.headers["location"], person, **changed)

    async def is_accepted(self, person: Person = ANNA, **changed: Any) -> None:
        await self.was_accepted(await self.goes(person, **changed))

    async def was_accepted(self, response: httpx.Response) -> None:
        assert (response.status_code, response.headers["location"]) == (303, "/inkorg")
        assert await self.is_signed_in()

    async def is_refused(self, sentence: str = UNTRUSTED, **changed: Any) -> None:
        """In our words and with nobody signed in; and who tries again comes in."""
        told = {"error_description": SAID} | changed
        await self.was_refused(await self.goes(**told), sentence)

    async def was_refused(self, response: httpx.Response, sentence: str = UNTRUSTED) -> None:
        assert response.status_code == 409
        assert sentence in response.text
        assert not [words for words in NEVER_PRINTED if words in response.text]
        assert not await self.is_signed_in()
        self.fake.behaves()
        pressed = await self._presses(response)
        assert (await self.returns(pressed.headers["location"])).status_code == 303
        assert await self.is_signed_in()

    async def is_signed_in(self) -> bool:
        return (await self.browser.get("/inkorg")).status_code == 200

    async def _presses(self, page: httpx.Response) -> httpx.Response:
        form = {"_csrf": token_in(page.text), "till": "/inkorg"}
        return await self.browser.post(f"/logga-in/{self.key}", data=form, headers=SWEDISH)
