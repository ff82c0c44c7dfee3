"""What the inbox weighs on the wire (accessibility.md §4). A KB is a thousand bytes, headers included."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.person import PHONE, has_scripts, signs_in
from tests.browser.product import Product

pytestmark = [pytest.mark.screens, pytest.mark.xdist_group("screens")]

WHO = "Elsa Holm"
KB = 1000


@dataclass
class Wire:
    """What was asked for, and what came over the network for it: nothing for what lay in the cache."""

    asked: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)

    def weight(self, kind: str) -> int:
        return sum(size for id, size in self.weights.items() if self.kinds[id] == kind)

    @property
    def travelled(self) -> list[str]:
        return [self.asked[id] for id, size in self.weights.items() if size]


@asynccontextmanager
async def listening(page: Page) -> AsyncIterator[Wire]:
    wire = Wire()
    wiretap = await page.context.new_cdp_session(page)
    await wiretap.send("Network.enable")

    def asks(event: dict[str, Any]) -> None:
        wire.asked[event["requestId"]] = event["request"]["url"]
        wire.kinds[event["requestId"]] = event["type"]

    def ends(event: dict[str, Any]) -> None:
        wire.weights[event["requestId"]] = int(event["encodedDataLength"])

    wiretap.on("Network.requestWillBeSent", asks)
    wiretap.on("Network.loadingFinished", ends)
    yield wire
    await wiretap.detach()


async def test_the_inbox_is_light(chromium: Browser, product: Product) -> None:
    cookies = await _with_twenty_letters(chromium, product)
    context = await chromium.new_context(base_url=product.base_url, viewport=PHONE, storage_state=cookies)
    first, again = await _loaded(context), await _loaded(context)
    await context.close()

    assert len(first.travelled) <= 5, first.travelled
    assert sum(first.weights.values()) <= 25 * KB
    assert 0 < first.weight("Document") <= 8 * KB
    assert 0 < first.weight("Stylesheet") <= 5 * KB
    assert 0 < first.weight("Script") <= 14.5 * KB
    assert first.weight("Font") == 0
    assert all(url.startswith(product.base_url) for url in first.asked.values())
    assert len(again.travelled) == 1, again.travelled
    assert sum(again.weights.values()) <= 8 * KB


async def _with_twenty_letters(chromium: Browser, product: Product) -> Any:
    context = await chromium.new_context(base_url=product.base_url, viewport=PHONE, locale="sv-SE")
    page = await context.new_page()
    await signs_in(page, WHO)
    for number in range(20):
        product.sends(WHO, subject=f"Kallelse till besök nummer {number + 1}", type="summons")
    cookies = await context.storage_state()
    await context.close()
    return cookies


async def _loaded(context: BrowserContext) -> Wire:
    """A page of its own, so that only what the browser kept is kept."""
    page = await context.new_page()
    async with listening(page) as wire:
        await page.goto("/inkorg")
        await has_scripts(page)
        await page.wait_for_load_state("networkidle")
    await expect(page.locator(".thread-list li")).to_have_count(20)
    await page.close()
    return wire
