"""Opening screens in one browser, hearing all that goes wrong on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response

from tests.browser.person import PHONE, signs_in, signs_in_as_staff
from tests.browser.screens import NOBODY, Screen
from tests.browser.stage import CLINICIANS, Stage

LOCALES = {"sv": "sv-SE", "en": "en-GB"}
# An answer that is an error on purpose, and a request that is cut off on purpose.
EXPECTED = ("Failed to load resource", "htmx: htmx:error: Failed to fetch")
PATIENCE = 60_000


@dataclass
class Seen:
    """A page as somebody met it and what was found on the way. `served`: its HTML, then its fragments'."""

    page: Page
    hosts: tuple[str, ...]
    found: list[str] = field(default_factory=list)
    served: list[Response] = field(default_factory=list)

    def arrive(self) -> None:
        for event, hear in self._heard().items():
            self.page.on(event, hear)  # type: ignore[call-overload]

    async def leave(self) -> None:
        """What is said from now on is about another screen; what answered in the product's place is gone."""
        for event, hear in self._heard().items():
            self.page.remove_listener(event, hear)
        await self.page.unroute_all()

    def _heard(self) -> dict[str, Callable[[Any], None]]:
        return {
            "console": self._hear,
            "pageerror": self._fail,
            "request": self._ask,
            "response": self._answer,
        }

    def _fail(self, error: object) -> None:
        self.found.append(f"script: {error}")

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not said.text.startswith(EXPECTED):
            self.found.append(f"console: {said.text}")

    def _ask(self, request: Request) -> None:
        if not request.url.startswith(self.hosts):
            self.found.append(f"another host: {request.url}")

    def _answer(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if is_page:
            self.served.clear()
        if is_page or "hx-request" in response.request.headers:
            self.served.append(response)


class Walk:
    """One browser, and in it a page for each person and language: a new page for each screen, with a process
    of its own where everything is read for the first time, would cost more than what is looked at there."""

    def __init__(self, browser: Browser, stage: Stage) -> None:
        self._browser, self._stage = browser, stage
        self._signed_in: dict[str, Any] = {NOBODY: None}
        self._pages: dict[tuple[str, str], Page] = {}
        self._standing: dict[tuple[str, str], Seen] = {}

    async def sign_in(self, *names: str) -> None:
        for name in names:
            page = await self._page(NOBODY, "sv")
            await (signs_in_as_staff if name in CLINICIANS else signs_in)(page, name)
            self._signed_in[name] = await page.context.storage_state()
            await page.context.clear_cookies()

    async def to(self, screen: Screen, language: str = "sv") -> Seen:
        asked = screen.who, language
        if asked in self._standing:
            await self._standing.pop(asked).leave()
        page = await self._page(*asked)
        seen = self._standing[asked] = Seen(page, (self._stage.product.base_url, self._stage.product.issuer))
        seen.arrive()
        await screen.opening(page, self._stage)
        await page.locator(screen.shows).first.wait_for()
        assert seen.served[0].status == screen.status
        return seen

    async def _page(self, who: str, language: str) -> Page:
        if (who, language) not in self._pages:
            context = await self._browser.new_context(
                base_url=self._stage.product.base_url,
                locale=LOCALES[language],
                storage_state=self._signed_in[who],
                viewport=PHONE,
            )
            page = self._pages[who, language] = await context.new_page()
            page.set_default_timeout(PATIENCE)
        return self._pages[who, language]
