"""From what there is to do to the time in one's calendar and the summons on paper."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.async_api import Browser, Page, expect

from tests.browser.person import at, signs_in
from tests.browser.product import ALLOWED, ROOT, Product

pytestmark = pytest.mark.xdist_group("browser")
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
LETTER = ROOT / "demo" / "letters" / "kna-kallelse-besok.xml"
# As the demo fills in the letter's gaps.
GAPS = {
    "{day:14}": "måndag 7 december 2026",
    "{clinic}": "Knäkliniken Lärkholmen",
    "{address}": "Kajgatan 4, 123 45 Lärkholmen",
    "{phone}": "08-465 004 30",
    "{hours}": "vardagar kl. 8–16",
}
SHEET = re.compile(rb"/Type\s*/Page\b")


def noon(*, days: int) -> datetime:
    return datetime.now(UTC).replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=days)


@SCRIPTS
async def test_what_there_is_to_do_leads_to_the_letter_and_the_time_to_a_calendar(
    chromium: Browser, product: Product, tmp_path: Path, javascript: bool
) -> None:
    name = "Yusuf Demir" if javascript else "Karin Dahl"
    starts_at = noon(days=20 if javascript else 21)
    [slot] = product.publishes(starts_at)
    sent = product.summons(name, slot=slot)
    async with at(chromium, product, javascript=javascript) as page:
        await signs_in(page, name)
        await page.get_by_role("link", name="Att göra").click()
        todo = page.get_by_role("listitem").filter(has_text="Bekräfta din tid hos Knäkliniken")
        await expect(page.get_by_role("link", name="Att göra")).to_have_attribute("aria-current", "page")
        await todo.get_by_role("link").click()
        await expect(page).to_have_url(re.compile(f"/inkorg/{sent['thread_id']}#summons-{sent['id']}$"))

        await page.get_by_role("link", name="Mina tider").click()
        line = page.locator(".visits li").filter(has_text="Återbesök hos läkare")
        await expect(line).to_contain_text("Väntar på att du bekräftar")
        async with page.expect_download() as downloading:
            await line.get_by_role("link", name="Lägg till i kalendern").click()
        download = await downloading.value
        await download.save_as(tmp_path / "tid.ics")

    assert download.suggested_filename == f"tid-{starts_at:%Y-%m-%d}.ics"
    [event] = Calendar.from_ical((tmp_path / "tid.ics").read_bytes()).walk("VEVENT")
    assert event.decoded("dtstart") == starts_at


@SCRIPTS
async def test_a_button_prints_where_a_script_can_and_words_say_how_elsewhere(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    sent = product.summons("Elsa Holm")
    async with at(chromium, product, javascript=javascript) as page:
        await signs_in(page, "Elsa Holm")
        await page.goto(f"/kallelser/{sent['id']}/utskrift")
        button, words = page.get_by_role("button", name="Skriv ut"), page.get_by_text("Välj Skriv ut i")
        if not javascript:
            await expect(button).to_have_count(0)
            await expect(words).to_be_visible()
            return
        await expect(words).to_have_count(0)
        await page.evaluate("() => { window.print = () => { window.printed = true } }")

        await button.click()

        assert await page.evaluate("() => window.printed")


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_the_demos_summons_fits_on_one_a4(chromium: Browser, product: Product, language: str) -> None:
    text = LETTER.read_text("utf-8")
    for gap, filling in GAPS.items():
        text = text.replace(gap, filling)
    [slot] = product.publishes(noon(days=30 if language == "sv" else 31))
    terms = [["Du betalar om du uteblir", "Avboka senast 24 timmar före.", ""]]
    by = {"confirm_by": noon(days=10).isoformat()}
    sent = product.summons(
        "Nils Åkesson", slot=slot, docbook=text, policy=ALLOWED | by, details={"terms": terms}
    )
    async with at(chromium, product) as page:
        await signs_in(page, "Nils Åkesson")
        await page.goto(f"/inkorg/{sent['thread_id']}")
        await page.goto(f"/sprak/{language}?till=/kallelser/{sent['id']}/utskrift")
        await expect(page.locator(".letter-body")).to_contain_text("Henrik Falk")

        sheets = SHEET.findall(await page.pdf(format="A4"))

        assert len(sheets) == 1
        await page.emulate_media(media="print")
        await expect(page.get_by_text("Vi tar först bilder av knät.")).to_be_visible()
        for name in (".site-header", ".site-footer", ".back", ".how-to-print"):
            await expect(page.locator(name)).to_be_hidden()
        assert await _smallest_letters(page) >= 11 * 96 / 72 - 0.01, "eleven points"


async def _smallest_letters(page: Page) -> float:
    """In CSS pixels, of what is on the paper."""
    smallest: float = await page.evaluate(
        """() => Math.min(...[...document.querySelectorAll("main *")]
            .filter((element) => element.checkVisibility() && element.textContent.trim())
            .map((element) => Number.parseFloat(getComputedStyle(element).fontSize)))"""
    )
    return smallest
