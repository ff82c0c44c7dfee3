"""Opening screens in one browser, hearing all that goes wrong on the way."""

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

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

    def listen(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        self.page.on("request", self._ask)
        self.page.on("response", self._answer)

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
    """One browser; a context for each person and language, kept from screen to screen."""

    def __init__(self, browser: Browser, stage: Stage) -> None:
        self._browser, self._stage = browser, stage
        self._signed_in: dict[str, Any] = {NOBODY: None}
        self._contexts: dict[tuple[str, str], BrowserContext] = {}

    async def sign_in(self, *names: str) -> None:
        for name in names:
            page = await (await self._context(NOBODY, "sv")).new_page()
            page.set_default_timeout(PATIENCE)
            await (signs_in_as_staff if name in CLINICIANS else signs_in)(page, name)
            self._signed_in[name] = await page.context.storage_state()
            await page.context.clear_cookies()
            await page.close()

    async def to(self, screen: Screen, language: str = "sv") -> Seen:
        page = await (await self._context(screen.who, language)).new_page()
        page.set_default_timeout(PATIENCE)
        seen = Seen(page, (self._stage.product.base_url, self._stage.product.issuer))
        seen.listen()
        await screen.opening(page, self._stage)
        await page.locator(screen.shows).first.wait_for()
        assert seen.served[0].status == screen.status
        return seen

    async def _context(self, who: str, language: str) -> BrowserContext:
        if (who, language) not in self._contexts:
            self._contexts[who, language] = await self._browser.new_context(
                base_url=self._stage.product.base_url,
                locale=LOCALES[language],
                storage_state=self._signed_in[who],
                viewport=PHONE,
            )
        return self._contexts[who, language]
