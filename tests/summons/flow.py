"""What residents do on the pages of a summons, in few words."""

from typing import Any
from uuid import UUID

import httpx

from app.sessions.principals import Actor
from app.summons import actions
from app.summons.actions import Sent
from app.summons.queries import Case, case_for
from tests.make import Browser, Clock

HTMX = {"HX-Request": "true"}
TERMS = {"terms": [["Du betalar om du uteblir", "Fakturan kommer i brevlådan.", "https://k.example.se/a"]]}


async def case(browser: Browser, sent: Sent) -> Case:
    return await case_for(browser.resident.id, sent.id)


async def answers(browser: Browser, sent: Sent, what: str, **form: str) -> httpx.Response:
    """Press a button that needs no choice, on the summons' own page."""
    seen = (await case(browser, sent)).seen
    page = f"/kallelser/{sent.id}"
    return await browser.press(f"{page}/{what}", seen_on=page, form={"seen": seen} | form)


async def holds(
    browser: Browser, sent: Sent, slot: UUID, *, to: str = "bokning", **more: Any
) -> httpx.Response:
    page = f"/kallelser/{sent.id}/{to}"
    form = {"slot": str(slot)} | more.pop("form", {})
    return await browser.press(f"{page}/tid", seen_on=page, form=form, **more)


async def books(
    browser: Browser, sent: Sent, slot: UUID, *, to: str = "bokning", **more: Any
) -> httpx.Response:
    """The last step, whatever was done before it."""
    page = f"/kallelser/{sent.id}"
    form = {"slot": str(slot), "seen": (await case(browser, sent)).seen} | more.pop("form", {})
    return await browser.press(f"{page}/{to}", seen_on=page, form=form, **more)


async def takes(browser: Browser, sent: Sent, slot: UUID, clock: Clock) -> None:
    """Another resident is quicker, with a summons of their own."""
    by: Actor = browser.resident.actor
    await actions.book(
        sent.id,
        resident_id=browser.resident.id,
        slot_id=slot,
        accepted=True,
        by=by,
        language="sv",
        now=clock(),
    )
