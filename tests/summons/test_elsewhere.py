"""What a resident meets of a time that is booked elsewhere, and of one that nobody was called to."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.audit.queries import denials
from app.booking.queries import TimeType
from app.booking.rules import NewSlot, Policy
from app.summons import actions
from app.summons.actions import Sent
from tests import make
from tests.make import ALLOWED, Browser, Clock, StaffBrowser, Ward
from tests.summons.flow import HTMX, answers, case
from tests.summons.test_cards import buttons, headings

LINK = "https://tider.knakliniken.example.se/boka?kod=7Q2M"
HOST = "tider.knakliniken.example.se"
OUT = f'href="{LINK}" rel="noreferrer noopener"'
LEAVES = "Du lämnar Lärkpost"
DENIED = Policy()


async def invited(ward: Ward, browser: Browser, *, now: datetime, **differently: Any) -> Sent:
    details = {"booking_link": LINK}
    return await make.a_summons(
        ward, browser.resident, None, now=now, policy=DENIED, details=details, **differently
    )


async def told(
    ward: Ward, browser: Browser, sent: Sent, *, now: datetime, days: int = 7, seen: str | None = None
) -> None:
    """The clinic's care system says what was booked."""
    start = now + timedelta(days=days)
    await actions.report(
        sent.id,
        NewSlot(starts_at=start, ends_at=start + make.HOUR / 2, place="Plan 3"),
        resident_id=browser.resident.id,
        seen=seen,
        care_system=ward.care_system,
        language="sv",
        now=now,
    )


@pytest.fixture
async def external(ward: Ward, anna: Browser, now: datetime) -> Sent:
    return await invited(ward, anna, now=now, book_by=now + timedelta(days=5))


async def test_the_card_leads_to_the_clinics_own_booking_and_says_so(anna: Browser, external: Sent) -> None:
    page = (await anna.get(f"/inkorg/{external.thread_id}")).text

    assert headings(page) == ["Du är kallad till ett besök"]
    assert OUT in page
    assert f'{LEAVES} och kommer till <span class="host">{HOST}</span>' in " ".join(page.split())
    assert buttons(page) == ["Boka tid hos mottagningen"]
    assert "Bokningen avser" not in page
    assert "Boka senast" in page


async def test_it_stands_in_att_gora_until_a_time_is_told_of(
    ward: Ward, anna: Browser, external: Sent, now: datetime
) -> None:
    before = (await anna.get("/att-gora")).text
    await told(ward, anna, external, now=now)
    after = (await anna.get("/att-gora")).text

    assert "Boka en tid hos Knäkliniken" in before
    assert "Gäller:" not in before
    assert "Inget väntar på ditt svar" in after


async def test_what_was_booked_there_is_among_the_times_and_in_the_thread(
    ward: Ward, anna: Browser, external: Sent, now: datetime
) -> None:
    await told(ward, anna, external, now=now)

    times = (await anna.get("/tider")).text
    thread = (await anna.get(f"/inkorg/{external.thread_id}")).text
    visit = (await case(anna, external)).visit
    assert visit
    file = await anna.get(f"/tider/{visit.id}.ics")

    assert "måndag 30 november 2026 kl. 9.30" in times
    assert "Bokad" in times
    assert "<p><bdi></bdi></p>" not in times
    assert headings(thread) == ["Din tid är bokad", "Din tid är bokad"]
    assert "Plan 3" in thread
    assert "Mottagningen har talat om för oss" in thread
    assert file.status_code == 200


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
async def test_a_booked_one_cannot_be_changed_here_and_the_page_says_where(
    ward: Ward, anna: Browser, external: Sent, now: datetime, headers: dict[str, str]
) -> None:
    await told(ward, anna, external, now=now)

    page = (await anna.get(f"/kallelser/{external.id}", headers=headers)).text

    assert "Gör det där tiden är bokad" in page
    assert f"{OUT}>Till mottagningens bokning</a>" in page
    assert f"({HOST})" in page
    assert f"{LEAVES}." in page
    assert 'href="tel:' in page
    assert buttons(page) == []
    for step in ("ombokning", "avbokning", "bokning"):
        answer = await anna.get(f"/kallelser/{external.id}/{step}", headers=headers)
        assert "Din tid är bokad" in answer.text
        assert (
            "<form"
            not in answer.text[answer.text.index('<section id="summons-') :].partition("</section>")[0]
        )


async def test_who_moves_or_cancels_there_is_not_named(
    ward: Ward, anna: Browser, external: Sent, now: datetime
) -> None:
    """Whether it was the clinic or the resident is for the other booking to know."""
    await told(ward, anna, external, now=now)
    await told(ward, anna, external, now=now, days=8, seen=(await case(anna, external)).seen)
    moved = (await anna.get("/tider")).text
    await actions.cancel(
        external.id,
        resident_id=anna.resident.id,
        seen=(await case(anna, external)).seen,
        by=ward.care_system.actor,
        language="sv",
        now=now,
    )
    thread = (await anna.get(f"/inkorg/{external.thread_id}")).text
    times = (await anna.get("/tider")).text

    assert '<strong class="state">Ombokad</strong>' in moved
    assert "Din tid är ombokad" in thread
    assert "Din tid är avbokad" in thread
    assert headings(thread)[0] == "Tiden är avbokad"
    assert '<strong class="state">Avbokad</strong>' in times
    assert "av mottagningen" not in thread + times
    assert "Mottagningen har" not in thread.replace("Mottagningen har talat om", "")


async def test_a_forced_form_is_refused_where_the_button_would_be(
    ward: Ward, anna: Browser, external: Sent, now: datetime
) -> None:
    await told(ward, anna, external, now=now)

    answer = await answers(anna, external, "avbokning", reason="")

    assert answer.status_code == 409
    assert "Den här tiden bokar, ändrar och avbokar du hos mottagningen, inte här." in answer.text
    assert (await case(anna, external)).visit


async def test_someone_elses_link_does_not_exist(bo: Browser, external: Sent) -> None:
    answer = await bo.get(f"/kallelser/{external.id}")

    assert answer.status_code == 404
    assert HOST not in answer.text
    assert len(await denials()) == 1


async def test_the_printed_sheet_says_where_to_book(anna: Browser, external: Sent) -> None:
    sheet = (await anna.get(f"/kallelser/{external.id}/utskrift")).text

    assert LINK.replace("&", "&amp;") in sheet
    assert "Mottagningens bokning" in sheet


async def test_staff_neither_book_nor_move_nor_cancel_it_here(
    knee_clinic: object, disa: StaffBrowser, anna: Browser, now: datetime
) -> None:
    ward = await make.a_ward(knee_clinic, now=now)  # type: ignore[arg-type]
    sent = await invited(ward, anna, now=now)
    page = f"/personal/kallelser/{sent.id}"

    opened = (await disa.get(page)).text
    booking = (await disa.get(f"{page}/bokning")).text
    await told(ward, anna, sent, now=now)
    seen = (await case(anna, sent)).seen
    later = await disa.press(f"{page}/avbokning", seen_on=page, form={"seen": seen})

    assert "Öppen kallelse till mottagningens egen bokning" in opened
    assert f'href="{page}/bokning"' not in opened
    assert "i mottagningens egen bokning, inte här." in booking
    assert later.status_code == 409
    visit = (await case(anna, sent)).visit
    assert visit
    assert visit.live


@pytest.fixture
async def booking(ward: Ward, anna: Browser, visits: TimeType, times: list[UUID], now: datetime) -> Sent:
    """A time that was agreed on the phone."""
    policy = replace(ALLOWED, confirmation="none")
    return await make.a_summons(
        ward, anna.resident, visits, now=now, slot_id=times[0], policy=policy, invited=False,
        kind="booking-confirmation", subject="Din tid hos oss",
        details={"subject": "Din tid hos oss"},
    )  # fmt: skip


async def test_a_booking_calls_nobody(anna: Browser, booking: Sent) -> None:
    thread = (await anna.get(f"/inkorg/{booking.thread_id}")).text
    page = (await anna.get(f"/kallelser/{booking.id}")).text
    sheet = (await anna.get(f"/kallelser/{booking.id}/utskrift")).text

    assert headings(thread) == ["Din tid är bokad"]
    assert "Bokningsbekräftelse" in thread
    assert buttons(thread) == ["Boka om", "Avboka"]
    assert "Bokad tid hos" in page
    assert "Skriv ut bokningen" in thread + sheet
    for shown in (thread, page, sheet):
        assert "kallelse" not in re.sub("/kallelser", "", shown).lower()


async def test_a_booking_is_cancelled_by_its_resident(anna: Browser, booking: Sent, clock: Clock) -> None:
    answer = await answers(anna, booking, "avbokning", reason="")
    thread = (await anna.get(f"/inkorg/{booking.thread_id}")).text

    assert answer.status_code == 303
    assert "Du har ändrat din tid." in thread
    assert "Du har svarat på en kallelse" not in thread
    assert "Till bokningen" in thread
    assert "Avbokad av dig" in (await anna.get("/tider")).text


async def test_a_booking_awaits_nothing(anna: Browser, booking: Sent) -> None:
    assert "Inget väntar på ditt svar" in (await anna.get("/att-gora")).text
