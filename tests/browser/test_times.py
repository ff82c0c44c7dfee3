"""From what there is to do to the time in one's calendar and the summons on paper."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.async_api import Browser, Page, expect

from tests.browser.person import at, is_signed_in
from tests.browser.product import ALLOWED, ROOT, Product

pytestmark = pytest.mark.xdist_group("journeys")
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
LETTERS = ROOT / "demo" / "letters"
SUMMONSES: dict[str, dict[str, Any]] = tomllib.loads((LETTERS / "summonses.toml").read_text("utf-8"))[
    "summons"
]
# As the demo fills in a letter's gaps.
GAPS = {
    "{clinic}": "Knäkliniken Lärkholmen",
    "{address}": "Kajgatan 4, 123 45 Lärkholmen",
    "{phone}": "08-465 004 30",
    "{hours}": "vardagar kl. 8–16",
}
SHEET = re.compile(rb"/Type\s*/Page\b")
# The texts that lie on another text, or outside the box that they are in.
OVERPRINTED = """() => {
    const lines = [];
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { currentNode: text } = walker;
        if (!text.data.trim() || !text.parentElement.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const around = text.parentElement.closest(".box, .collapsible") ?? document.documentElement;
        const boxes = [...around.getClientRects()];
        for (const line of range.getClientRects()) lines.push({ text: text.data.trim(), line, boxes });
    }
    const shared = (a, b) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
    const inside = ({ line, boxes }) => boxes.some(
        (box) => line.top > box.top - 1 && line.bottom < box.bottom + 1 && line.right < box.right + 1);
    const covered = (one, index) => lines.slice(index + 1).some((other) => shared(one.line, other.line));
    return lines
        .filter((one, index) => !inside(one) || covered(one, index))
        .map(({ text }) => text);
}"""


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
        await is_signed_in(page, product, name)
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
        await is_signed_in(page, product, "Elsa Holm")
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


@pytest.mark.screens
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_each_of_the_demos_summonses_fits_on_one_a4(
    chromium: Browser, product: Product, language: str
) -> None:
    first = 30 if language == "sv" else 60
    sent = {
        letter: _summons_of_the_demo(product, letter, starts_at=noon(days=day))
        for day, letter in enumerate(SUMMONSES, first)
    }
    async with at(chromium, product) as page:
        await is_signed_in(page, product, "Nils Åkesson")
        await page.goto(f"/sprak/{language}?till=/inkorg")
        for letter, ids in sent.items():
            await page.goto(f"/inkorg/{ids['thread_id']}")
            await page.goto(f"/kallelser/{ids['id']}/utskrift")
            await expect(page.locator(".letter-body")).to_be_visible()

            sheets = SHEET.findall(await page.pdf(format="A4", prefer_css_page_size=True))

            assert len(sheets) == 1, letter
            await _is_whole_on_paper(page, letter)


@pytest.mark.screens
@pytest.mark.parametrize("times", [2, 3])
async def test_a_longer_letter_flows_onto_the_next_sheet(
    chromium: Browser, product: Product, times: int
) -> None:
    letter = "kna-kallelse-operation"
    sent = _summons_of_the_demo(product, letter, starts_at=noon(days=90 + times), times=times)
    async with at(chromium, product) as page:
        await is_signed_in(page, product, "Nils Åkesson")
        await page.goto(f"/inkorg/{sent['thread_id']}")
        await page.goto(f"/kallelser/{sent['id']}/utskrift")

        sheets = SHEET.findall(await page.pdf(format="A4", prefer_css_page_size=True))

        assert len(sheets) == 2
        await _is_whole_on_paper(page, letter)


def _summons_of_the_demo(
    product: Product, letter: str, *, starts_at: datetime, times: int = 1
) -> dict[str, str]:
    """With what the demo adds to the letter, all that a clinic can allow, and the body so many times over."""
    added = SUMMONSES[letter]
    text = re.sub(r"\{day:\d+\}", "måndag 7 december 2026", (LETTERS / f"{letter}.xml").read_text("utf-8"))
    for gap, filling in GAPS.items():
        text = text.replace(gap, filling)
    sections = text[text.find("<section>") : text.rfind("</section>") + len("</section>")]
    [slot] = product.publishes(starts_at)
    terms = [[term["heading"], term["text"], ""] for term in added.get("terms", [])]
    return product.summons(
        "Nils Åkesson",
        slot=slot,
        docbook=text.replace("</article>", sections * (times - 1) + "</article>"),
        policy=ALLOWED | {"confirm_by": noon(days=10).isoformat()},
        details={"terms": terms, "bring": added["bring"], "cost": added.get("cost", "")},
    )


async def _is_whole_on_paper(page: Page, letter: str) -> None:
    """Every text shows, above the next, and no letter is small; what leads elsewhere does not show."""
    await page.set_viewport_size({"width": round(186 / 25.4 * 96), "height": round(273 / 25.4 * 96)})
    await page.emulate_media(media="print")
    for name in (".site-header", ".site-footer", ".back", ".how-to-print"):
        await expect(page.locator(name)).to_be_hidden()
    for collapsible in await page.locator(".collapsible > :not(summary)").all():
        await expect(collapsible).to_be_visible()
    assert await page.evaluate(OVERPRINTED) == [], letter
    assert await _smallest_letters(page) >= 11 * 96 / 72 - 0.01, "eleven points"
    await page.emulate_media(media="null")


async def _smallest_letters(page: Page) -> float:
    """In CSS pixels, of what is on the paper."""
    smallest: float = await page.evaluate(
        """() => Math.min(...[...document.querySelectorAll("main *")]
            .filter((element) => element.checkVisibility() && element.textContent.trim())
            .map((element) => Number.parseFloat(getComputedStyle(element).fontSize)))"""
    )
    return smallest
