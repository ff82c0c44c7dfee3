"""What a person does in a browser, in the words that stand on the page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.product import Product

PHONE: ViewportSize = {"width": 390, "height": 844}
STOPPED = "Refused to"
# Milliseconds; a machine that does much else is slow.
PATIENCE = 20_000

expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def at(browser: Browser, product: Product, *, javascript: bool = True) -> AsyncIterator[Page]:
    """A phone. Whatever the security policy stops, or breaks in a script, fails the test."""
    context = await browser.new_context(
        viewport=PHONE, java_script_enabled=javascript, base_url=product.base_url, locale="sv-SE"
    )
    try:
        yield await quiet_page(context)
    finally:
        await context.close()


async def quiet_page(context: BrowserContext) -> Page:
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)

    def complain(text: str) -> None:
        raise AssertionError(text)

    page.on("console", lambda said: complain(said.text) if STOPPED in said.text else None)
    page.on("pageerror", lambda error: complain(str(error)))
    return page


async def has_scripts(page: Page) -> None:
    """Wait for htmx. `wait_for_function` asks a second time with an eval() that our policy stops."""
    async with asyncio.timeout(PATIENCE / 1000):
        while not await page.evaluate("() => Boolean(window.htmx)"):  # noqa: ASYNC110 - it is the browser's
            await asyncio.sleep(0.05)


async def signs_in_as_staff(page: Page, name: str) -> None:
    """From the staff door, through the e-ID provider, to the clinic's summonses."""
    await page.goto("/personal")
    await page.get_by_role("button", name="Logga in med").click()
    await page.get_by_role("button", name=name).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Kallelser")


async def is_signed_in_as_staff(page: Page, product: Product, name: str) -> None:
    """As `is_signed_in`, at the staff door."""
    await _is_back(page, product, name, "/personal", signs_in_as_staff)


async def chooses_provider(page: Page, name: str = "demo-e-legitimation") -> None:
    """On a resident's sign-in page."""
    await page.get_by_role("button", name=f"Logga in med {name}", exact=True).click()


async def signs_in(page: Page, name: str) -> None:
    """From the start page, through the e-ID provider, to the inbox."""
    await page.goto("/")
    await page.get_by_role("link", name="Logga in").click()
    await chooses_provider(page)
    await page.get_by_role("button", name=name).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")


async def is_signed_in(page: Page, product: Product, name: str) -> None:
    """At the inbox. Who has come the whole way before comes back with the cookies that they got then."""
    await _is_back(page, product, name, "/inkorg", signs_in)


async def _is_back(
    page: Page, product: Product, name: str, path: str, comes: Callable[[Page, str], Awaitable[None]]
) -> None:
    if name in product.cookies:
        await page.context.add_cookies(product.cookies[name])
        await page.goto(path)
    else:
        await comes(page, name)
        product.cookies[name] = await page.context.cookies()
    await expect(page.get_by_text("Inloggad som").first).to_be_visible()
