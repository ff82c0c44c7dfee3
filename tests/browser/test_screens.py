"""Every page and state, in every size and colour scheme: axe-core, html-validate, and what can be measured.

Two rules of html-validate are set in .htmlvalidate.json (accessibility.md §8): `doctype-style` wants small
letters, as we write; `tel-non-breaking` is off, since the stylesheet keeps phone numbers on one line.
"""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, async_playwright

from app.main import create_app
from app.settings import Settings
from app.vault.keys import KeyRing
from tests.browser import markup
from tests.browser.conftest import AS_ROOT, CHROMIUM, QUIET
from tests.browser.faults import PLANTED, Check
from tests.browser.inspection import (
    ARRANGED,
    COLOURS,
    adapted,
    broken_rules,
    by_keyboard,
    in_one_language,
    measured,
)
from tests.browser.markup import WRAPPED, Validator
from tests.browser.person import PHONE
from tests.browser.product import ROOT, Product
from tests.browser.screens import SCREENS, Screen
from tests.browser.stage import PEOPLE, Stage
from tests.browser.walk import Seen, Walk

pytestmark = [
    pytest.mark.screens,
    pytest.mark.xdist_group("screens"),
    pytest.mark.asyncio(loop_scope="module"),
]
once = pytest_asyncio.fixture(scope="module", loop_scope="module")
NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}
FEEDBACK = next(screen for screen in SCREENS if screen.name == "feedback")


def each_of(screens: Sequence[Screen]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("screen", screens, ids=lambda screen: screen.name)


@once
async def walk(product: Product, settings: Settings, keyring: KeyRing) -> AsyncIterator[Walk]:
    stage = Stage(product, await _broken(settings, keyring))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET + AS_ROOT)
        walk = Walk(browser, stage)
        await walk.sign_in(*PEOPLE)
        stage.fill()
        yield walk
        await browser.close()


async def _broken(settings: Settings, keyring: KeyRing) -> dict[str, str]:
    """The page for what we did wrong, by language. No visitor can bring it about; a clock that stops does."""

    def stopped() -> Any:
        raise RuntimeError("The clock has stopped.")

    app: Any = create_app(settings, keys=keyring, clock=stopped)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=settings.base_url) as client:
        answers = {
            each: await client.get("/logga-in", headers={"Accept-Language": each}) for each in ("sv", "en")
        }
    assert {answer.status_code for answer in answers.values()} == {500}
    return {language: answer.text for language, answer in answers.items()}


@once
async def html_validate() -> AsyncIterator[Validator]:
    async with markup.validator() as validator:
        yield validator


@each_of(SCREENS)
async def test_nothing_is_found_in_any_size_and_colour_scheme(
    walk: Walk, html_validate: Validator, screen: Screen
) -> None:
    seen = await walk.to(screen)
    page, found = seen.page, [*seen.found, *await _said(seen, screen, "sv", html_validate)]
    for size, look in ((NARROW, _schemes), (WIDE, _schemes), (PHONE, _arrangement)):
        await page.set_viewport_size(size)
        found += [f"{size['width']}: {each}" for each in await look(page)]
    found += await adapted(page) + await by_keyboard(page)

    assert not found, "\n".join(found)


@each_of([screen for screen in SCREENS if screen.in_english])
async def test_nothing_is_found_in_english(walk: Walk, html_validate: Validator, screen: Screen) -> None:
    """What other words change: markup, language, and what fits."""
    seen = await walk.to(screen, "en")
    found = [*seen.found, *await _said(seen, screen, "en", html_validate)]
    found += await measured(seen.page)

    assert not found, "\n".join(found)


async def _said(seen: Seen, screen: Screen, language: str, validator: Validator) -> list[str]:
    title = await seen.page.title()
    ours = title.endswith(" – Lärkpost") or not screen.ours
    found = [] if ours else [f"title: {title}"]
    return found + await validator.served(seen.served, language) + await in_one_language(seen.page, language)


async def _schemes(page: Page) -> list[str]:
    """What colours do not change is looked at in one of them."""
    await page.emulate_media(color_scheme="dark")
    found = [f"dark, {each}" for each in await broken_rules(page, COLOURS)]
    await page.emulate_media(color_scheme="light")
    return found + [f"light, {each}" for each in await broken_rules(page) + await measured(page)]


async def _arrangement(page: Page) -> list[str]:
    """What may lie otherwise than on a narrower page; whatever else there is to find was found there."""
    return await broken_rules(page, ARRANGED) + await measured(page)


async def test_no_style_tells_a_phone_from_a_narrower_page() -> None:
    """So that what does not hang on where things lie is looked at in one of them, and so is the dark."""
    conditions = [
        condition
        for file in (ROOT / "static" / "css").rglob("*.css")
        for condition in re.findall(r"@(?:media|container)[^{]*", file.read_text("utf-8"))
        if re.search(r"width|inline-size|aspect|height|block-size|orientation", condition)
    ]
    widths = [re.search(r"^@media \(min-width: (\d+)rem\) $", condition) for condition in conditions]

    assert widths
    assert all(width and int(width[1]) * 16 > PHONE["width"] for width in widths), conditions
    scripts = "".join(file.read_text("utf-8") for file in (ROOT / "static" / "js").rglob("*.js"))
    assert not re.search(r"matchMedia|innerWidth|clientWidth|ResizeObserver", scripts)


@pytest.mark.parametrize(("check", "plant", "says"), PLANTED, ids=[says for _, _, says in PLANTED])
async def test_a_planted_fault_is_found(walk: Walk, check: Check, plant: str, says: str) -> None:
    """Or the silence of the tests above would mean nothing."""
    page = (await walk.to(FEEDBACK)).page
    assert await check(page) == []

    await page.evaluate(f"() => {{ {plant} }}")

    assert any(each.startswith(says) for each in await check(page))


async def test_bad_markup_is_found(html_validate: Validator) -> None:
    html = WRAPPED.format(language="sv", fragment='<div role="button" tabindex="0">a</div>')

    assert [each.split()[1] for each in await html_validate.findings(html)] == ["prefer-native-element:"]


async def test_what_the_policy_stops_and_who_else_is_asked_is_heard(walk: Walk, product: Product) -> None:
    elsewhere = product.base_url.replace("127.0.0.1", "localhost")

    async def misled(page: Page, _stage: Stage) -> None:
        await page.goto("/om")
        await page.evaluate("() => { document.body.append(document.createElement('style')) }")
        await page.evaluate("() => { document.querySelector('style').textContent = 'p { color: red }' }")
        await page.goto(f"{elsewhere}/")

    seen = await walk.to(Screen("misled", misled, ".lead"))

    assert f"another host: {elsewhere}/" in seen.found
    assert any(each.startswith("console: ") and "style" in each for each in seen.found)
