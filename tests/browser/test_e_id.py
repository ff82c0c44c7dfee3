"""Signing in at an honest provider that others wrote, and out of both, in a real browser."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import product as products
from tests.browser.person import at, signs_in
from tests.browser.product import LOA4, Product

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
# What the provider does is the same on either engine.
pytestmark = [pytest.mark.screens, pytest.mark.xdist_group("peer")]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """With npm oidc-provider in the Swedish profile, which remembers who has signed in where."""
    folder = tmp_path_factory.mktemp("peer")
    with ExitStack() as stack:
        yield products.start(folder, f"sqlite:///{folder / 'product.sqlite'}", stack, peer=True)


@SCRIPTS
async def test_somebody_signs_in_and_out_of_the_provider_too(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with at(chromium, product, javascript=javascript) as page:
        await signs_in(page, "Anna Andersson")
        await page.get_by_role("button", name="Logga ut").click()
        await confirms(page)

        await expect(page.get_by_role("heading", level=1)).to_have_text("Du är utloggad")
        await is_signed_out(page)


@SCRIPTS
async def test_who_is_asked_for_more_identifies_anew_and_comes_to_the_page(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    """Step-up (R13), as a page that asks for a higher level leads to it."""
    async with at(chromium, product, javascript=javascript) as page:
        await signs_in(page, "Bo Bengtsson")
        before = await session_of(page)
        await page.goto(f"/logga-in?till=/tider&niva={LOA4}")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Legitimera dig igen")
        await page.get_by_role("button", name="Logga in med").click()
        await page.get_by_role("button", name="Bo Bengtsson").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Mina tider")
        assert await session_of(page) != before
        # At that level one is not asked again.
        await page.goto(f"/logga-in?till=/tider&niva={LOA4}")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Mina tider")


async def session_of(page: Page) -> str:
    [cookie] = [each["value"] for each in await page.context.cookies() if each["name"] == "sid"]
    return str(cookie)


async def test_who_signs_out_at_the_provider_is_signed_out_here(chromium: Browser, product: Product) -> None:
    """Back-channel: the provider tells us, and the browser does not. It names that sign-in and no other."""
    async with at(chromium, product, javascript=False) as phone, at(chromium, product) as computer:
        await signs_in(phone, "Olena Kovalenko")
        await signs_in(computer, "Olena Kovalenko")
        await signs_out_there(phone, product)

        await is_signed_out(phone)
        await computer.goto("/inkorg")
        await expect(computer.get_by_role("heading", level=1)).to_have_text("Inkorg")


async def signs_out_there(page: Page, product: Product) -> None:
    await page.goto(f"{product.issuer}/session/end")
    await confirms(page)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Utloggad här")


async def confirms(page: Page) -> None:
    """On the provider's page."""
    await page.get_by_role("button", name="Ja, logga ut").click()


async def is_signed_out(page: Page) -> None:
    await page.goto("/inkorg")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
