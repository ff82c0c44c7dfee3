"""The end of a session as a person meets it, with scripts and without (WCAG 2.2.1, 2.2.5, 2.2.6).

The product is served in this process, so that its clock and the browser's can be turned together.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from app import sessions
from app.main import create_app
from app.sessions.principals import Resident
from app.settings import Settings
from app.summons.queries import case_for
from app.vault.keys import KeyRing
from tests import make
from tests.browser.conftest import launched
from tests.browser.inspection import broken_rules, measured
from tests.browser.person import PHONE, has_scripts, quiet_page
from tests.make import Clock

pytestmark = [pytest.mark.screens, pytest.mark.xdist_group("screens")]

WHY = "Jag har fått förhinder, och ringer på måndag."
WARNING = "Du loggas ut om 2 minuter. Det händer kl. 10.30."


@dataclass
class Served:
    """Anna has a summons, and a page where she may call the visit off and say why."""

    base_url: str
    clock: Clock
    anna: Resident
    summons_id: Any
    absolute: timedelta = timedelta(hours=8)

    @property
    def path(self) -> str:
        return f"/kallelser/{self.summons_id}/avbokning"

    async def signs_in(self, context: BrowserContext) -> None:
        token = await sessions.start(
            kind="resident",
            subject_id=self.anna.id,
            level="loa3",
            name=self.anna.name,
            now=self.clock(),
            absolute=self.absolute,
        )
        await context.add_cookies([{"name": "sid", "value": token, "url": self.base_url}])

    async def is_still_booked(self) -> bool:
        visit = (await case_for(self.anna.id, self.summons_id)).visit
        return visit is not None and visit.cancelled_at is None

    async def turn(self, page: Page, *, minutes: int) -> None:
        """Here and in the browser."""
        self.clock.turn(minutes=minutes)
        await page.clock.fast_forward(minutes * 60_000)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """In the loop of the product."""
    async with launched() as browser:
        yield browser


@pytest.fixture
async def served(
    db: None, clock: Clock, settings: Settings, keyring: KeyRing, now: datetime
) -> AsyncIterator[Served]:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    visits = await make.a_time_type(ward, now=now)
    [slot] = await make.some_slots(ward, visits, now + timedelta(days=7), now=now)
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=slot)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app: Any = create_app(replace(settings, base_url=base_url), keys=keyring, clock=clock)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", lifespan="off"))
        serving = asyncio.create_task(server.serve([listener]))
        yield Served(base_url, clock, anna, sent.id)
        server.should_exit = True
        await serving


@asynccontextmanager
async def at_the_form(chromium: Browser, served: Served, *, javascript: bool = True) -> AsyncIterator[Page]:
    """Anna's phone, with the reason typed and focus where she typed it."""
    context = await chromium.new_context(
        viewport=PHONE, java_script_enabled=javascript, base_url=served.base_url, locale="sv-SE"
    )
    await served.signs_in(context)
    page = await quiet_page(context)
    if javascript:
        await page.clock.install()
    await page.goto(served.path)
    if javascript:
        await has_scripts(page)
    await reason(page).fill(WHY)
    yield page
    await context.close()


def reason(page: Page) -> Locator:
    return page.locator("[name=reason]")


def session(page: Page) -> Locator:
    return page.locator("#session")


async def signs_in_again(page: Page, served: Served) -> None:
    """From the sign-in page, which knows where to lead; the sign-in itself is tested with the provider."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    till = await page.locator("[name=till]").first.get_attribute("value")
    await served.signs_in(page.context)
    await page.goto(cast(str, till))


async def test_the_warning_is_said_and_takes_nothing_from_who_writes(
    chromium: Browser, served: Served
) -> None:
    async with at_the_form(chromium, served) as page:
        await served.turn(page, minutes=57)
        await expect(session(page)).to_have_text("Du loggas ut kl. 10.30 om du inte gör något.")
        await served.turn(page, minutes=1)

        await expect(page.get_by_role("alert").filter(has_text=WARNING)).to_be_in_viewport()
        await expect(reason(page)).to_be_focused()
        await expect(reason(page)).to_have_value(WHY)


async def test_one_press_is_enough_and_one_goes_on_where_one_was(chromium: Browser, served: Served) -> None:
    async with at_the_form(chromium, served) as page:
        await served.turn(page, minutes=58)
        await page.get_by_role("button", name="Fortsätt vara inloggad").click()

        await expect(session(page)).to_have_text("Du loggas ut kl. 11.28 om du inte gör något.")
        await expect(reason(page)).to_be_focused()
        await expect(reason(page)).to_have_value(WHY)

        await served.turn(page, minutes=58)
        await expect(session(page)).to_contain_text("Det händer kl. 11.28.")


async def test_the_button_lies_above_the_cards_of_the_inbox(chromium: Browser, served: Served) -> None:
    async with at_the_form(chromium, served) as page:
        await page.goto("/inkorg")
        await has_scripts(page)
        # So low that the card, all of which is a link, ends where the warning comes.
        card = await page.locator(".thread-list li").bounding_box()
        assert card
        await page.set_viewport_size({"width": 390, "height": round(card["y"] + card["height"])})
        await served.turn(page, minutes=58)
        await page.get_by_role("button", name="Fortsätt vara inloggad").click(timeout=5_000)

        await expect(session(page)).to_have_text("Du loggas ut kl. 11.28 om du inte gör något.")


async def test_the_button_is_reached_by_keyboard(chromium: Browser, served: Served) -> None:
    async with at_the_form(chromium, served) as page:
        await served.turn(page, minutes=58)
        button = page.get_by_role("button", name="Fortsätt vara inloggad")
        await expect(button).to_be_visible()
        for _ in range(20):
            await page.keyboard.press("Shift+Tab")
            if await button.evaluate("(button) => button === document.activeElement"):
                break
        await page.keyboard.press("Enter")

        await expect(session(page)).to_contain_text("11.28")


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_the_warning_has_no_faults(chromium: Browser, served: Served, width: int) -> None:
    async with at_the_form(chromium, served) as page:
        await page.set_viewport_size({"width": width, "height": 640})
        await served.turn(page, minutes=58)
        await expect(session(page)).to_contain_text(WARNING)

        assert await broken_rules(page) + await measured(page) == []


async def test_a_page_left_open_keeps_nobody_signed_in(chromium: Browser, served: Served) -> None:
    """ASVS 7.3.1: its own questions are no visits."""
    async with at_the_form(chromium, served) as page:
        await served.turn(page, minutes=58)
        await expect(session(page)).to_contain_text(WARNING)
        await served.turn(page, minutes=3)
        await expect(session(page)).to_contain_text("Du har loggats ut.")

        await page.goto("/inkorg")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")


async def test_a_visit_in_another_tab_counts_here(chromium: Browser, served: Served) -> None:
    async with at_the_form(chromium, served) as page:
        await served.turn(page, minutes=30)
        other = await page.context.new_page()
        await other.goto("/inkorg")
        await served.turn(page, minutes=28)

        await expect(session(page)).to_have_text("Du loggas ut kl. 11.00 om du inte gör något.")


async def test_what_stands_on_the_page_when_it_ends_comes_back(chromium: Browser, served: Served) -> None:
    async with at_the_form(chromium, served) as page:
        await served.turn(page, minutes=58)
        await expect(session(page)).to_contain_text(WARNING)
        await served.turn(page, minutes=3)
        await expect(reason(page)).to_have_value(WHY)
        await page.get_by_role("link", name="Logga in igen").click()
        await signs_in_again(page, served)

        await expect(reason(page)).to_have_value(WHY)
        await expect(page.locator("main > .notice")).to_contain_text("Läs igenom och skicka igen.")
        assert await served.is_still_booked()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
async def test_a_form_sent_too_late_comes_back(chromium: Browser, served: Served, javascript: bool) -> None:
    async with at_the_form(chromium, served, javascript=javascript) as page:
        served.clock.turn(minutes=61)
        await page.get_by_role("button", name="Avboka tiden").click()
        await signs_in_again(page, served)
        await expect(reason(page)).to_have_value(WHY)
        await expect(page.locator("main > .notice")).to_be_focused()
        assert await served.is_still_booked()

        await page.get_by_role("button", name="Avboka tiden").click()
        await expect(page.locator("#main")).to_contain_text("avbokad")
        assert not await served.is_still_booked()


async def test_without_scripts_the_page_says_when(chromium: Browser, served: Served) -> None:
    async with at_the_form(chromium, served, javascript=False) as page:
        await expect(session(page)).to_have_text("Du loggas ut kl. 10.30 om du inte gör något.")


async def test_the_last_end_cannot_be_put_off_and_says_so(chromium: Browser, served: Served) -> None:
    served.absolute = timedelta(minutes=30)
    async with at_the_form(chromium, served) as page:
        await expect(session(page)).to_have_text("Du loggas ut kl. 10.00.")
        await served.turn(page, minutes=28)

        await expect(session(page)).to_contain_text("Sedan behöver du logga in igen.")
        await expect(session(page).get_by_role("button")).to_have_count(0)


async def test_a_press_that_does_not_get_through_is_said(chromium: Browser, served: Served) -> None:
    async with at_the_form(chromium, served) as page:
        await served.turn(page, minutes=58)
        await expect(session(page)).to_contain_text(WARNING)
        await page.context.set_offline(True)
        await page.get_by_role("button", name="Fortsätt vara inloggad").click()

        await expect(page.locator("#refusal")).to_contain_text("Kontrollera din uppkoppling")
        await expect(reason(page)).to_have_value(WHY)
