"""A clinician signs in, in a real browser, at the demo's provider."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.person import at, is_signed_in, signs_in_as_staff
from tests.browser.product import Product

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
pytestmark = pytest.mark.xdist_group("journeys")


@SCRIPTS
async def test_a_clinician_signs_in_sees_their_clinic_and_signs_out(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with at(chromium, product, javascript=javascript) as page:
        await signs_in_as_staff(page, "Disa Lövgren")
        await expect(page.locator(".assignment")).to_contain_text("Knäkliniken")
        await expect(page.locator(".assignment")).to_contain_text("Vård och behandling, Knäkliniken")
        await expect(page.get_by_text("Inloggad som personal: Disa Lövgren")).to_be_visible()

        await page.goto("/inkorg")
        await expect(page.get_by_text("När du loggar in här loggas du ut som personal.")).to_be_visible()
        await page.get_by_role("link", name="Kallelser").click()
        await page.get_by_role("button", name="Logga ut").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Du är utloggad")
        await page.get_by_role("link", name="Logga in igen").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Logga in som personal")


@SCRIPTS
async def test_an_assignment_for_administration_is_told_why_not_and_another_comes_in(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with at(chromium, product, javascript=javascript) as page:
        await page.goto("/personal/kallelser")
        await page.get_by_role("button", name="Logga in med").click()
        await page.get_by_role("button", name="Linnea Rask").click()
        await expect(page.get_by_text("gäller inte vård och behandling")).to_be_visible()

        await page.get_by_role("button", name="Försök igen").click()
        await page.get_by_role("button", name="Tore Granström").click()

        await expect(page.locator(".assignment")).to_contain_text("Hittepå vårdcentral Granås")


async def test_a_resident_at_the_staff_door_is_asked_to_sign_in_as_staff(
    chromium: Browser, product: Product
) -> None:
    async with at(chromium, product) as page:
        await is_signed_in(page, product, "Lars-Erik Öberg")
        await page.goto("/personal")

        await expect(page.get_by_role("heading", level=1)).to_have_text("Logga in som personal")
        await page.get_by_role("link", name="Inkorg").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")
