"""A summons answered on a phone: confirmed, booked, moved, cancelled, with JavaScript and without."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from app.language import clock_time, day_and_time
from tests.browser.person import at, has_scripts, is_signed_in
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("journeys")
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
TERMS = [["Du betalar om du uteblir", "Du får en faktura på 400 kronor.", ""]]
ANNA, OTHER = "Lars-Erik Öberg", "Gunnar Sjöberg"
numbers = count(1)


@dataclass
class Visit:
    """A person's phone, a summons, and the times of its kind. No two tests' times are on the same day."""

    page: Page
    product: Product
    javascript: bool
    kind: dict[str, str]
    starts: list[datetime]
    slots: list[str]
    sent: dict[str, str]

    async def opens(self) -> None:
        await self.page.goto(f"/inkorg/{self.sent['thread_id']}")
        await self.settles()

    async def settles(self) -> None:
        """With JavaScript, what is pressed before htmx has come is a plain link."""
        if self.javascript:
            await has_scripts(self.page)

    async def presses(self, name: str) -> None:
        """A button, or a link that looks like one."""
        link = self.page.get_by_role("link", name=name, exact=True)
        button = self.page.get_by_role("button", name=name, exact=True)
        await link.or_(button).first.click()

    async def reads(self, heading: str) -> None:
        """With JavaScript the focus has followed there: a screen reader reads it out."""
        found = self.page.get_by_role("heading", name=heading, exact=True)
        await expect(found.first).to_be_visible()
        if self.javascript:
            await expect(found.first).to_be_focused()

    async def arrives(self, heading: str) -> None:
        """After an answer, by a link to the card: focus is there, with scripts and without."""
        await self.stands(heading)
        await expect(self.card).to_be_focused()

    async def chooses(self, number: int) -> None:
        await self.page.locator(f"#slot-{self.slots[number]}").check()

    async def stands(self, heading: str) -> None:
        """On the card, above every receipt, and on the page of its own."""
        await expect(self.card.get_by_role("heading", level=3)).to_have_text(heading)
        for note in await self.page.locator(".note h3").all():
            await expect(note).to_have_text(f"Så är det nu: {heading}")

    @property
    def card(self) -> Locator:
        return self.page.locator(f"#summons-{self.sent['id']}")

    def when(self, number: int) -> str:
        return day_and_time(self.starts[number], "sv")

    def taken_by_another(self, number: int) -> None:
        theirs = self.product.summons(OTHER, **self.kind)
        self.product.orders("take", OTHER, summons=theirs["id"], slot=self.slots[number])


@asynccontextmanager
async def a_visit(
    chromium: Browser, product: Product, *, javascript: bool, timed: bool = True, **summons: Any
) -> AsyncIterator[Visit]:
    """Five times on one day; a timed summons has the first."""
    number = next(numbers)
    kind = {"code": f"besok-{number}", "name": f"Besök {number}"}
    day = (datetime.now(UTC) + timedelta(days=3 + number)).replace(minute=0, second=0, microsecond=0)
    starts = summons.pop("starts", [day.replace(hour=hour) for hour in (7, 9, 10, 12, 13)])
    async with at(chromium, product, javascript=javascript) as page:
        await is_signed_in(page, product, ANNA)
        slots = product.publishes(*starts, **kind)
        kind.pop("name")
        sent = product.summons(ANNA, slot=slots[0] if timed else "", **kind, **summons)
        visit = Visit(page, product, javascript, kind, starts, slots, sent)
        await visit.opens()
        yield visit


@SCRIPTS
async def test_a_timed_summons_is_confirmed(chromium: Browser, product: Product, javascript: bool) -> None:
    async with a_visit(chromium, product, javascript=javascript) as visit:
        await visit.stands("Du är kallad till ett besök")
        for words in (visit.when(0), "Legitimation", "400 kronor", "Plan 2, hiss B", "08-465 004 30"):
            await expect(visit.card).to_contain_text(words)

        await visit.presses("Bekräfta tiden")

        await visit.arrives("Du har bekräftat din tid")
        await expect(visit.page.locator(".letter")).to_have_count(2)
        await expect(visit.page.locator(".letter").last).to_contain_text(visit.when(0))
        await expect(visit.card.get_by_role("button", name="Bekräfta tiden")).to_have_count(0)


@SCRIPTS
async def test_rebooking_when_somebody_else_was_quicker(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with a_visit(chromium, product, javascript=javascript) as visit:
        await visit.presses("Boka om")
        await visit.reads("Välj en ny tid")
        await expect(visit.page.locator(".choice")).to_contain_text(f"Nu har du tiden {visit.when(0)}")
        visit.taken_by_another(2)
        await visit.chooses(2)
        await visit.presses("Gå vidare med tiden")

        notice = visit.page.locator(".choice .notice")
        await expect(notice).to_contain_text("Tiden är upptagen. Välj en annan tid.")
        await expect(notice).to_contain_text("Här är de lediga tider som ligger närmast.")
        if javascript:
            await expect(notice).to_be_focused()
        await expect(visit.page.get_by_role("radio")).to_have_count(3)
        await visit.settles()
        await visit.chooses(1)
        await visit.presses("Gå vidare med tiden")
        await visit.reads("Läs igenom och boka om")
        await expect(visit.page.get_by_text("Vi håller tiden åt dig till kl.")).to_be_visible()
        await visit.settles()
        await visit.presses("Boka om till den här tiden")

        await visit.arrives("Din tid är ombokad")
        await expect(visit.card).to_contain_text(visit.when(1))


@SCRIPTS
async def test_an_open_summons_with_terms_and_a_reason(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with a_visit(
        chromium, product, javascript=javascript, timed=False, details={"terms": TERMS}
    ) as visit:
        await visit.presses("Boka tid")
        await visit.reads("Välj en tid")
        await visit.settles()
        await visit.presses("Gå vidare med tiden")
        await visit.page.get_by_role("link", name="Välj en tid.").click()
        await expect(visit.page.locator(f"#slot-{visit.slots[0]}")).to_be_focused()
        await visit.settles()
        await visit.chooses(1)
        await visit.presses("Gå vidare med tiden")
        await visit.reads("Läs igenom och boka")
        reason = visit.page.get_by_label("Vill du säga något till mottagningen?")
        await reason.fill("Jag behöver tolk.")
        await visit.settles()
        await visit.presses("Välj en annan tid")
        await visit.reads("Välj en tid")
        await expect(visit.page.locator(f"#slot-{visit.slots[1]}")).to_be_checked()
        await visit.settles()
        await visit.chooses(3)
        await visit.presses("Gå vidare med tiden")
        await visit.reads("Läs igenom och boka")
        await expect(reason).to_have_value("Jag behöver tolk.")
        await visit.settles()
        await visit.presses("Boka tiden")
        await expect(visit.page.locator(".error-summary")).to_contain_text("Läs villkoren")
        await expect(reason).to_have_value("Jag behöver tolk.")
        await visit.settles()
        await visit.page.get_by_label("Jag har läst villkoren och godkänner dem.").check()
        await visit.presses("Boka tiden")

        await visit.arrives("Din tid är bokad")
        await expect(visit.page.locator(".letter").last).to_contain_text(visit.when(3))


@SCRIPTS
async def test_cancelling_and_then_the_same_time_again(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with a_visit(chromium, product, javascript=javascript) as visit:
        await visit.presses("Avboka")
        await visit.reads("Vill du avboka tiden?")
        await visit.settles()
        await visit.presses("Behåll tiden")
        await visit.reads("Du är kallad till ett besök")
        await visit.settles()
        await visit.presses("Avboka")
        await visit.page.get_by_label("Vill du säga varför du avbokar?").fill("Jag är sjuk.")
        await visit.settles()
        await visit.presses("Avboka tiden")
        await visit.arrives("Tiden är avbokad")

        await visit.settles()
        await visit.presses("Boka samma tid igen")

        await visit.arrives("Din tid är bokad")
        await expect(visit.card).to_contain_text(visit.when(0))
        await expect(visit.page.locator(".letter")).to_have_count(3)


@SCRIPTS
async def test_after_the_cut_off_there_is_a_number_and_no_button(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    starts = [datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=5 + 6 * javascript)]
    async with a_visit(chromium, product, javascript=javascript, starts=starts) as visit:
        await expect(visit.card).to_contain_text("Det är för sent att boka om eller avboka här.")
        await expect(visit.card.locator(".call-us a")).to_have_text("08-465 004 30")
        await expect(visit.card).to_contain_text("vardagar kl. 8–16")
        for name in ("Boka om", "Avboka"):
            await expect(visit.card.get_by_role("link", name=name, exact=True)).to_have_count(0)


@SCRIPTS
async def test_a_hold_that_is_over_while_the_time_is_free_and_when_it_is_not(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with a_visit(chromium, product, javascript=javascript, timed=False) as visit:
        await visit.presses("Boka tid")
        await visit.settles()
        await visit.chooses(2)
        await visit.presses("Gå vidare med tiden")
        await visit.reads("Läs igenom och boka")
        visit.product.orders("lapse", ANNA, summons=visit.sent["id"], slot=visit.slots[2])
        visit.taken_by_another(2)
        reason = visit.page.get_by_label("Vill du säga något till mottagningen?")
        await reason.fill("Tolk, tack.")
        await visit.settles()
        await visit.presses("Boka tiden")

        await expect(visit.page.locator(".choice .notice")).to_contain_text("Tiden är upptagen.")
        await visit.settles()
        await visit.chooses(3)
        await visit.presses("Gå vidare med tiden")
        await expect(reason).to_have_value("Tolk, tack.")
        visit.product.orders("lapse", ANNA, summons=visit.sent["id"], slot=visit.slots[3])
        await visit.settles()
        await visit.presses("Boka tiden")

        await visit.stands("Din tid är bokad")
        await expect(visit.card).to_contain_text(visit.when(3))


@SCRIPTS
async def test_what_the_clinic_moves_is_seen(chromium: Browser, product: Product, javascript: bool) -> None:
    async with a_visit(chromium, product, javascript=javascript) as visit:
        visit.product.orders("move", ANNA, summons=visit.sent["id"], slot=visit.slots[4])
        await visit.presses("Bekräfta tiden")
        await expect(visit.page.locator(".summons .notice")).to_contain_text("Tiden har ändrats sedan du")

        await visit.stands("Mottagningen har bokat om din tid")
        await expect(visit.card).to_contain_text(visit.when(4))


@SCRIPTS
async def test_the_browsers_own_back_button_keeps_the_choice_and_revives_nothing(
    chromium: Browser, product: Product, javascript: bool
) -> None:
    async with a_visit(chromium, product, javascript=javascript) as visit:
        await visit.presses("Boka om")
        await visit.settles()
        await visit.chooses(2)
        await visit.presses("Gå vidare med tiden")
        await visit.reads("Läs igenom och boka om")
        await visit.page.go_back()
        await expect(visit.page.locator(f"#slot-{visit.slots[2]}")).to_be_checked()
        await visit.page.go_back()
        await visit.stands("Du är kallad till ett besök")
        await visit.settles()
        await visit.presses("Avboka")
        await visit.settles()
        await visit.presses("Avboka tiden")
        await visit.stands("Tiden är avbokad")

        await visit.page.go_back()

        await expect(visit.page.get_by_role("heading", name="Tiden är avbokad").first).to_be_visible()
        await expect(visit.page.get_by_role("radio")).to_have_count(0)
        assert clock_time(visit.starts[0], "sv") in await visit.card.inner_text()


async def test_without_javascript_back_shows_every_step_again(chromium: Browser, product: Product) -> None:
    details = {"terms": TERMS}
    async with a_visit(chromium, product, javascript=False, details=details) as visit:
        reason = visit.page.get_by_label("Vill du säga något till mottagningen?")
        agreed = visit.page.get_by_label("Jag har läst villkoren och godkänner dem.")
        await visit.presses("Boka om")
        await visit.chooses(2)
        await visit.presses("Gå vidare med tiden")
        await reason.fill("Jag behöver tolk.")
        await agreed.check()
        await visit.presses("Välj en annan tid")
        await visit.reads("Välj en ny tid")
        await expect(visit.page.locator(f"#slot-{visit.slots[2]}")).to_be_checked()
        await visit.chooses(3)
        await visit.presses("Gå vidare med tiden")
        await visit.reads("Läs igenom och boka om")
        await expect(reason).to_have_value("Jag behöver tolk.")
        await expect(agreed).to_be_checked()
        await expect(visit.page.locator("main")).not_to_contain_text("Du hade blivit utloggad")

        await visit.page.go_back()

        await visit.reads("Välj en ny tid")
        await expect(visit.page.locator(f"#slot-{visit.slots[3]}")).to_be_checked()
        await visit.presses("Gå vidare med tiden")
        await visit.reads("Läs igenom och boka om")
        for _ in range(3):
            await visit.page.go_back()
        await visit.reads("Välj en ny tid")
        await visit.page.go_back()
        await visit.stands("Du är kallad till ett besök")
