"""What the few scripts do, in a real Chromium under the real policy; and that pages work without them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.web.conftest import Small

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]


pytestmark = pytest.mark.asyncio(loop_scope="module")

# A form that is refused or cut off is what these tests are about.
EXPECTED = ("Failed to load resource", "htmx: htmx:error: Failed to fetch")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(make_small: Callable[[str], Small]) -> AsyncIterator[str]:
    """The small site on a port of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(make_small(base_url).shell, log_level="critical", ws="none", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listener]))
        yield base_url
        server.should_exit = True
        await serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(chromium: Browser, url: str, *, scripts: bool = True) -> AsyncIterator[Page]:
    """Fails when the browser complains of anything but an answer that is an error on purpose."""
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=scripts, locale="sv-SE"
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(url)
    yield page
    assert [each for each in complaints if not each.startswith(EXPECTED)] == []
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def form(chromium: Browser, address: str) -> AsyncIterator[Page]:
    async with opened(chromium, f"{address}/formular") as page:
        await page.locator("form[data-htmx-powered]").wait_for(state="attached")
        yield page


async def send(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.click("button.button[type=submit]")


async def test_a_form_is_swapped_and_focus_follows(form: Page) -> None:
    await send(form, "hej")

    await expect(form.locator("#thing-heading")).to_be_focused()
    assert await form.title() == "Lämna synpunkter – Lärkpost"


async def test_an_invalid_form_is_swapped_and_its_summary_gets_focus(form: Page) -> None:
    await send(form, "")

    await expect(form.locator(".error-summary")).to_be_focused()
    await expect(form.locator("#text-error")).to_contain_text("Skriv något.")


async def test_a_corrected_form_goes_through(form: Page) -> None:
    await send(form, "")
    await expect(form.locator(".error-summary")).to_be_visible()
    await send(form, "hej")

    await expect(form.locator("#thing-heading")).to_have_text("hej")


async def test_a_refusal_is_said_and_the_form_keeps_its_text(form: Page) -> None:
    await send(form, "sent")

    await expect(form.locator("#refusal")).to_have_text("Det är för sent. Ring 08-12 34 56.")
    await expect(form.locator("#refusal")).to_be_in_viewport()
    await expect(form.locator("#text")).to_have_value("sent")


async def test_a_refusal_goes_away_with_the_next_try(form: Page) -> None:
    await send(form, "sent")
    await expect(form.locator("#refusal p")).to_be_visible()
    await send(form, "hej")

    await expect(form.locator("#thing-heading")).to_be_visible()
    await expect(form.locator("#refusal")).to_be_empty()


async def test_a_fault_is_said_with_prepared_words(form: Page) -> None:
    await send(form, "krasch")

    await expect(form.locator("#refusal")).to_contain_text("Det gick inte att nå tjänsten.")
    await expect(form.locator("#text")).to_have_value("krasch")


async def test_a_lost_connection_is_said_with_the_same_words(form: Page) -> None:
    await form.context.set_offline(True)
    await send(form, "hej")

    await expect(form.locator("#refusal")).to_contain_text("Kontrollera din uppkoppling")
    await expect(form.locator("#text")).to_have_value("hej")


async def test_a_form_from_before_a_sign_in_is_said_to_be_stale(form: Page) -> None:
    await form.context.clear_cookies()
    await send(form, "hej")

    await expect(form.locator("#refusal")).to_contain_text("Ladda om den")


async def test_nothing_is_kept_in_the_browser(form: Page) -> None:
    """ASVS 14.3.3."""
    await send(form, "hej")
    await expect(form.locator("#thing-heading")).to_be_visible()

    assert await form.evaluate("localStorage.length + sessionStorage.length") == 0
    assert await form.evaluate("document.cookie") == ""


async def test_without_scripts_an_invalid_form_comes_back_with_focus_on_the_summary(
    chromium: Browser, address: str
) -> None:
    async with opened(chromium, f"{address}/formular", scripts=False) as page:
        await send(page, "")

        await expect(page.locator(".error-summary")).to_be_focused()
        assert await page.title() == "Fel: Lämna synpunkter – Lärkpost"
        await send(page, "hej")
        await page.wait_for_url("**/sida")


async def test_htmx_comes_after_everything_that_can_be_seen(chromium: Browser, address: str) -> None:
    asked: list[str] = []
    context = await chromium.new_context()
    page = await context.new_page()
    page.on("request", lambda request: asked.append(request.url.removeprefix(address).split(".")[0]))
    await page.goto(f"{address}/sida", wait_until="networkidle")

    assert asked[0] == "/sida"
    assert asked.index("/static/htmx") > max(asked.index("/static/style"), asked.index("/static/behaviors"))
    assert sorted(set(asked)) == [
        "/sida",
        "/static/behaviors",
        "/static/htmx",
        "/static/icon",
        "/static/style",
    ]
    await context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_long_words_at_double_text_size_stay_in_the_page(
    chromium: Browser, address: str, width: int
) -> None:
    """WCAG 1.4.4, 1.4.10."""
    async with opened(chromium, f"{address}/sida?sagt={'tillgänglighetsredogörelse' * 3}") as page:
        await page.set_viewport_size({"width": width, "height": 700})
        await page.evaluate("document.documentElement.style.fontSize = '200%'")

        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_everything_one_presses_is_large_enough(chromium: Browser, address: str) -> None:
    """WCAG 2.5.5: 44 by 44 CSS pixels; links in running text excepted."""
    async with opened(chromium, f"{address}/formular") as page:
        small = await page.evaluate(
            """[...document.querySelectorAll('a, button, input:not([type=hidden]), textarea')]
            .filter(e => !e.matches('.skip') && e.checkVisibility())
            .map(e => [e.outerHTML, e.getBoundingClientRect()])
            .filter(([_, box]) => box.width < 44 || box.height < 44).map(([html]) => html)"""
        )

    assert small == []
