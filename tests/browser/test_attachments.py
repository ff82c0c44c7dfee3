"""What a letter encloses, in a real browser: listed, opened in a sandbox, downloaded whole."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.attachments.files import a_pdf, an_image
from tests.browser.person import at, is_signed_in
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("journeys")


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
async def test_a_document_is_downloaded_and_an_image_opens(
    chromium: Browser, product: Product, javascript: bool, tmp_path: Path
) -> None:
    document, image = a_pdf(pages=3), an_image("PNG", (300, 200))
    sender = product.care_system
    ids = [
        sender.attach("Råd efter besöket.pdf", document, "application/pdf")["id"],
        sender.attach("Karta.png", image, "image/png")["id"],
    ]
    async with at(chromium, product, javascript=javascript) as page:
        await is_signed_in(page, product, "Gunnar Sjöberg")
        sent = product.sends("Gunnar Sjöberg", subject="Bilagor", attachments=ids)
        await page.goto(f"/inkorg/{sent['thread_id']}")
        await expect(page.get_by_role("heading", name="Bilagor", level=3)).to_be_visible()

        for name, content in (
            ("Ladda ner Råd efter besöket.pdf (PDF, 2 kB)", document),
            ("Ladda ner Karta.png", image),
        ):
            async with page.expect_download() as coming:
                await page.get_by_role("link", name=name, exact=True).click()
            download = await coming.value
            await download.save_as(tmp_path / "file")
            assert (tmp_path / "file").read_bytes() == content
            assert download.suggested_filename in name

        await page.get_by_role("link", name="Öppna Karta.png").click()
        shown = page.locator("img")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [300, 200]
        assert await page.evaluate("() => window.origin") == "null"
        await page.go_back()
        await expect(page.get_by_role("heading", name="Bilagor", level=3)).to_be_visible()
