"""Choosing whom to sign in with, in a browser that obeys Clear-Site-Data."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.person import at, chooses_provider
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("journeys")
OTHER = "demo-e-legitimation på en annan enhet"


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
async def test_what_one_signed_in_with_stands_first_next_time(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with at(chromium, product, javascript=javascript) as page:
        await page.goto("/logga-in")
        buttons = page.locator(".providers button")
        await expect(buttons).to_have_text(["Logga in med demo-e-legitimation", f"Logga in med {OTHER}"])
        await chooses_provider(page, OTHER)
        await page.get_by_role("button", name="Lars-Erik Öberg").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")
        await page.get_by_role("button", name="Logga ut").click()
        await page.get_by_role("link", name="Logga in igen").click()

        await expect(buttons.first).to_have_text(f"Logga in med {OTHER}")
        last = re.compile("^Du använde den här senast på den här enheten")
        await expect(buttons.first).to_have_accessible_description(last)
        assert {one["name"] for one in await page.context.cookies()} == {"eid", "visit"}


async def test_who_cancels_may_choose_the_other(chromium: Browser, product: Product) -> None:
    async with at(chromium, product, javascript=False) as page:
        await page.goto("/inkorg")
        await chooses_provider(page, OTHER)
        await page.get_by_role("button", name="Avbryt").click()
        await page.get_by_role("link", name="Välj en annan e-legitimation").click()
        await chooses_provider(page)
        await page.get_by_role("button", name="Lars-Erik Öberg").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")
