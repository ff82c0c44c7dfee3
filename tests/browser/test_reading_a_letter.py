"""A letter's whole way: sent by a care system, read on a phone, known by the sender, deleted."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.person import at, chooses_provider, has_scripts, is_signed_in, signs_in
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("journeys")
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])


@SCRIPTS
async def test_from_the_first_sign_in_to_the_deleted_copy(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    name = "Yusuf Demir" if javascript else "Karin Dahl"
    async with at(chromium, product, javascript=javascript) as page:
        await signs_in(page, name)
        await expect(page.get_by_text("Du har inga meddelanden")).to_be_visible()
        sent = product.sends(name)
        assert product.care_system.status(sent["id"])["status"] == "delivered"

        await page.reload()
        line = page.get_by_role("listitem").filter(has_text="Inför ditt besök")
        await expect(line).to_contain_text("Oläst")
        await expect(line).to_contain_text("Knäkliniken")
        await line.get_by_role("link").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Inför ditt besök")
        await expect(page.locator(".box-information")).to_contain_text("Viktigt inför ditt besök")
        await expect(page.locator(".box-observe")).to_contain_text("Ta med legitimation")
        hidden = page.get_by_text("Läkaren känner på ditt knä")
        await expect(hidden).to_be_hidden()
        await page.get_by_text("Så går undersökningen till").click()
        await expect(hidden).to_be_visible()
        await expect(page.locator(".host")).to_have_text("(larkholmen.example.se)")
        await expect(page.get_by_text("Du har en tid hos oss.")).to_be_visible()
        status = product.care_system.status(sent["id"])
        assert (status["status"], status["read_at"] is not None) == ("read", True)

        await page.get_by_role("link", name="Radera meddelandet").click()
        await expect(page.get_by_text("har kvar sitt eget exemplar")).to_be_visible()
        await page.get_by_role("button", name="Radera för alltid").click()
        await expect(page.get_by_text("Meddelandet är raderat").first).to_be_visible()
        await page.goto("/inkorg")
        await expect(page.get_by_text("Du har inga meddelanden")).to_be_visible()
        assert product.care_system.status(sent["id"])["read_at"] == status["read_at"]

        await page.get_by_role("button", name="Logga ut").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Du är utloggad")
        await page.go_back()
        await page.reload()
        await expect(page.get_by_text("Inloggad som")).to_have_count(0)


@SCRIPTS
async def test_keeping_a_message_after_all(chromium: Browser, product: Product, javascript: bool) -> None:
    async with at(chromium, product, javascript=javascript) as page:
        await is_signed_in(page, product, "Gunnar Sjöberg")
        sent = product.sends("Gunnar Sjöberg", subject="Behåll mig")
        await page.goto(f"/inkorg/{sent['thread_id']}")
        await page.get_by_role("link", name="Radera meddelandet").click()

        await page.get_by_role("link", name="Behåll meddelandet").click()

        await expect(page.get_by_text("Välkommen till Knäkliniken")).to_be_visible()


async def test_focus_follows_what_is_put_in_its_place(chromium: Browser, product: Product) -> None:
    """accessibility.md §3: a removed button must not drop the focus to the top of the page."""
    async with at(chromium, product) as page:
        await is_signed_in(page, product, "Elsa Holm")
        sent = product.sends("Elsa Holm", subject="Fokus")
        await page.goto(f"/inkorg/{sent['thread_id']}")
        await has_scripts(page)
        await page.get_by_role("link", name="Radera meddelandet").focus()
        await page.keyboard.press("Enter")
        question = page.get_by_role("heading", name="Vill du radera meddelandet för alltid?")
        await expect(question).to_be_focused()

        await page.get_by_role("button", name="Radera för alltid").focus()
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("heading", name="Meddelandet är raderat")).to_be_focused()
        assert f"/inkorg/{sent['thread_id']}" in page.url, "nothing but the message was swapped"


@SCRIPTS
async def test_older_messages(chromium: Browser, product: Product, javascript: bool) -> None:
    name = "Nils Åkesson" if javascript else "Margareta Wallin"
    async with at(chromium, product, javascript=javascript) as page:
        await is_signed_in(page, product, name)
        for number in range(21):
            product.sends(name, subject=f"Brev {number:02}")
        await page.reload()
        await expect(page.locator(".thread-list li")).to_have_count(20)

        await page.get_by_role("link", name="Visa äldre meddelanden").click()

        await expect(page.locator(".thread-list li")).to_have_count(1)
        await expect(page.get_by_role("link", name="Brev 00")).to_be_visible()
        await page.get_by_role("link", name="Visa de nyaste meddelandena").click()
        await expect(page.locator(".thread-list li")).to_have_count(20)


async def test_cancelling_at_the_provider_says_what_to_do(chromium: Browser, product: Product) -> None:
    async with at(chromium, product) as page:
        await page.goto("/logga-in")
        await chooses_provider(page)
        await page.get_by_role("button", name="Avbryt").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Inloggningen gick inte")
        await page.get_by_role("button", name="Försök igen").click()
        await page.get_by_role("button", name="Anna Andersson").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")


async def test_a_link_to_a_thread_leads_there_after_signing_in(chromium: Browser, product: Product) -> None:
    async with at(chromium, product) as page:
        await is_signed_in(page, product, "Sara Länta")
        sent = product.sends("Sara Länta", subject="Direkt hit")
    async with at(chromium, product) as page:
        await page.goto(f"/inkorg/{sent['thread_id']}")
        await chooses_provider(page)
        await page.get_by_role("button", name="Sara Länta").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Direkt hit")


@SCRIPTS
async def test_anyone_leaves_a_remark_and_gets_a_reference(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with at(chromium, product, javascript=javascript) as page:
        await page.goto("/")
        await page.get_by_role("link", name="Lämna synpunkter").click()
        await page.get_by_role("button", name="Skicka synpunkter").click()
        await expect(page.locator(".error-summary")).to_be_visible()

        await page.get_by_label("Vad vill du säga?").fill("Texten är för liten.")
        await page.get_by_role("button", name="Skicka synpunkter").click()

        await expect(page.locator(".reference")).to_have_text(re.compile("^LP-"))


@SCRIPTS
async def test_the_language_is_changed_from_the_footer(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with at(chromium, product, javascript=javascript) as page:
        await page.goto("/tillganglighet")
        await page.get_by_role("link", name="English").click()

        await expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url.endswith("/tillganglighet")
        await page.get_by_role("link", name="Svenska").click()
        await expect(page.locator("html")).to_have_attribute("lang", "sv")
