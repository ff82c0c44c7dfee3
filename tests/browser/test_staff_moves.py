"""A clinician moves a visit, books one and cancels it; the resident sees each in the thread, and answers."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.person import at, is_signed_in, is_signed_in_as_staff
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("journeys")
SCRIPTS = pytest.mark.parametrize(
    ("javascript", "name"),
    [(True, "Maria Fernanda García Villanueva"), (False, "Anna Andersson")],
    ids=["with-javascript", "without"],
)


@SCRIPTS
async def test_what_staff_do_is_seen_in_the_thread(
    chromium: Browser, product: Product, javascript: bool, name: str
) -> None:
    code = f"flytt-{javascript}"
    start = (datetime.now(UTC) + timedelta(days=20)).replace(hour=9, minute=0, second=0, microsecond=0)
    first, second, third = product.publishes(
        start, start + timedelta(hours=1), start + timedelta(days=1), code=code, name="Återbesök"
    )
    async with (
        at(chromium, product, javascript=javascript) as staff,
        at(chromium, product, javascript=javascript) as resident,
    ):
        await is_signed_in(resident, product, name)
        sent = product.summons(name, slot=first, code=code, after_cancellation="clinic")
        thread = f"/inkorg/{sent['thread_id']}"
        await is_signed_in_as_staff(staff, product, "Disa Lövgren")
        await staff.get_by_role("link", name=name).first.click()
        await expect(staff.get_by_text("Inte läst")).to_be_visible()
        await resident.goto(thread)
        await staff.reload()
        await expect(staff.get_by_text("Kallelsen läst av invånaren")).to_be_visible()

        await _moves(staff, second)
        await expect(staff.get_by_text("Tiden är ombokad.")).to_be_visible()
        await expect(staff.get_by_text("Ombokad av mottagningen")).to_be_visible()
        await expect(staff.get_by_text("Disa Lövgren, uppdrag SE2329990002-U101")).to_be_visible()
        await _sees(
            resident, thread, "Mottagningen har bokat om din tid", "Mottagningen har bokat om din tid"
        )

        await staff.get_by_role("link", name="Avboka åt invånaren").click()
        await expect(staff.get_by_text("mottagningen hör av sig om en ny tid")).to_be_visible()
        await staff.get_by_role("button", name="Avboka tiden").click()
        await expect(staff.get_by_text("Tiden är avbokad.")).to_be_visible()
        await _sees(resident, thread, "Mottagningen har avbokat din tid", "Mottagningen har avbokat tiden")

        await staff.get_by_role("link", name="Boka en tid åt invånaren").click()
        await staff.locator(f"input[value='{third}']").check()
        await staff.get_by_role("button", name="Boka vald tid").click()
        await expect(staff.get_by_text("Tiden är bokad.")).to_be_visible()
        await _sees(resident, thread, "Mottagningen har bokat en tid åt dig", "Din tid är bokad")


@SCRIPTS
async def test_a_time_that_is_taken_meanwhile_is_told_and_another_chosen(
    chromium: Browser, product: Product, javascript: bool, name: str
) -> None:
    code = f"upptagen-{javascript}"
    start = (datetime.now(UTC) + timedelta(days=30 + javascript)).replace(
        hour=9, minute=0, second=0, microsecond=0
    )
    first, second, third = product.publishes(
        *(start + timedelta(hours=hours) for hours in range(3)), code=code, name="Kontroll"
    )
    others = product.summons("Ingrid Lindqvist", code=code)
    sent = product.summons(name, slot=first, code=code)
    async with at(chromium, product, javascript=javascript) as staff:
        await is_signed_in_as_staff(staff, product, "Disa Lövgren")
        await staff.goto(f"/personal/kallelser/{sent['id']}")
        await staff.get_by_role("link", name="Boka om åt invånaren").click()
        await staff.locator(f"input[value='{second}']").check()
        product.orders("take", "Ingrid Lindqvist", summons=others["id"], slot=second)
        await staff.get_by_role("button", name="Boka om till vald tid").click()

        await expect(staff.get_by_text("Tiden är upptagen. Välj en annan tid.")).to_be_visible()
        await expect(staff.locator(f"input[value='{second}']")).to_have_count(0)
        await _chooses(staff, third)
        await expect(staff.get_by_text("Tiden är ombokad.")).to_be_visible()


@SCRIPTS
async def test_the_list_is_picked_through(
    chromium: Browser, product: Product, javascript: bool, name: str
) -> None:
    [slot] = product.publishes(
        datetime.now(UTC) + timedelta(days=40), code=f"urval-{javascript}", name=f"Urval {javascript}"
    )
    product.summons(name, slot=slot, code=f"urval-{javascript}")
    async with at(chromium, product, javascript=javascript) as staff:
        await is_signed_in_as_staff(staff, product, "Disa Lövgren")
        await staff.get_by_label("Läst av invånaren").select_option("Inte läst")
        await _picks(staff, "Väntar på svar")
        line = staff.locator(".summons-table tbody tr").filter(has_text=f"Urval {javascript}")
        await expect(line).to_contain_text(name)
        await expect(staff).to_have_url(f"{product.base_url}/personal/kallelser?lage=vantar&last=olast")

        await _picks(staff, "Besöket har varit")
        await expect(line).to_have_count(0)
        await staff.get_by_role("link", name="Visa alla").click()
        await expect(line).to_contain_text(name)
        await expect(staff.get_by_label("Status")).to_have_value("")


async def _picks(staff: Page, status: str) -> None:
    """The page says that it is the new one by what it has chosen itself."""
    await staff.get_by_label("Status").select_option(status)
    await staff.get_by_role("button", name="Visa urvalet").click()
    await expect(staff.locator("#lage option[selected]")).to_have_text(status, timeout=20_000)


async def _moves(staff: Page, slot: str) -> None:
    await staff.get_by_role("link", name="Boka om åt invånaren").click()
    await _chooses(staff, slot)


async def _chooses(staff: Page, slot: str) -> None:
    await staff.locator(f"input[value='{slot}']").check()
    await staff.get_by_role("button", name="Boka om till vald tid").click()


async def _sees(resident: Page, thread: str, words: str, state: str) -> None:
    """In the message that came, and on the card of the summons itself."""
    await resident.goto(thread)
    await expect(resident.locator(".letter").last).to_contain_text(words)
    await expect(resident.locator(".letter").first.locator(".summons-state")).to_contain_text(state)
