"""The summons made for paper: what is on it, and for whom."""

from datetime import datetime
from uuid import UUID

import httpx
import pytest

from app.audit.queries import accesses_to, denials
from app.booking.queries import TimeType
from app.inbox import actions as inbox
from app.inbox.queries import status_for
from app.summons import actions
from app.summons.queries import case_for
from tests import make
from tests.make import Browser, Ward

HTMX = {"HX-Request": "true"}
TERMS = [["Du betalar om du uteblir", "400 kronor, även om du är sjuk.", ""]]


async def test_the_sheet_has_all_that_is_needed_on_the_day(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(
        ward, anna.resident, visits, now=now, slot_id=times[0], details={"terms": TERMS}
    )
    await inbox.open_thread(sent.thread_id, resident=anna.resident, now=now)

    page = await anna.get(f"/kallelser/{sent.id}/utskrift")

    assert page.status_code == 200
    for words in (
        "måndag 30 november 2026 kl. 9.30",
        "30 minuter",
        "Knäkliniken",
        "Storgatan 1, 111 22 Stockholm",
        "Dr Lo",
        "Besök hos läkare",
        "Legitimation",
        "400 kronor",
        "Du betalar om du uteblir",
        "Boka om eller avboka senast",
        "söndag 29 november 2026 kl. 9.30",
        "08-123 45 67",
        "vardagar 8–16",
        "Välkommen till oss på tisdag.",
        f'<span class="reference">{sent.id}</span>',
        'Utskriven <time datetime="2026-11-23T09:30:00+01:00">',
        "Anna Andersson",
    ):
        assert words in page.text, words


async def test_a_letter_that_is_not_opened_is_not_read_by_printing(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])

    page = (await anna.get(f"/kallelser/{sent.id}/utskrift")).text

    assert "Välkommen till oss på tisdag." not in page
    assert "Du har inte öppnat meddelandet än." in page
    assert (await status_for(ward.care_system, sent.message_id, now=now)).read_at is None


async def test_a_deleted_letter_leaves_the_facts(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    await inbox.open_thread(sent.thread_id, resident=anna.resident, now=now)
    await inbox.delete(sent.message_id, resident=anna.resident, now=now)

    page = (await anna.get(f"/kallelser/{sent.id}/utskrift")).text

    assert "Välkommen till oss på tisdag." not in page
    assert "Du har raderat meddelandet." in page
    assert "Legitimation" in page


async def test_a_cancelled_visit_says_so_on_paper(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    case = await case_for(anna.resident.id, sent.id)
    await actions.cancel(
        sent.id, resident_id=anna.resident.id, seen=case.seen, by=anna.resident.actor, language="sv", now=now
    )

    page = (await anna.get(f"/kallelser/{sent.id}/utskrift")).text

    assert "Tiden är avbokad" in page
    assert "Avbokad tid" in page
    assert "Legitimation" not in page


async def test_without_a_script_words_say_how_to_print(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    page = (await anna.get(f"/kallelser/{sent.id}/utskrift")).text

    assert "Välj Skriv ut i webbläsarens meny." in page
    button = '<template><button class="button" type="button">Skriv ut</button></template>'
    assert button in page, "only a script takes it out"


async def test_with_htmx_only_the_sheet_comes(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    fragment = await anna.get(f"/kallelser/{sent.id}/utskrift", headers=HTMX)

    assert fragment.text.lstrip().startswith('<section id="printout"')
    assert "<html" not in fragment.text


async def test_what_is_printed_is_written_down(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)
    await inbox.open_thread(sent.thread_id, resident=anna.resident, now=now)

    await anna.get(f"/kallelser/{sent.id}/utskrift")

    read = {(each.action, each.object_id) for each in await accesses_to(anna.resident.id)}
    assert {("summons.read", str(sent.id)), ("message.read", str(sent.message_id))} <= read


async def test_nobody_signed_in_is_led_to_sign_in_and_back(
    visitor: httpx.AsyncClient, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, await make.a_resident(now=now), visits, now=now)

    page = await visitor.get(f"/kallelser/{sent.id}/utskrift")

    assert page.status_code == 303
    assert page.headers["location"] == f"/logga-in?till=/kallelser/{sent.id}/utskrift"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without", "with-htmx"])
async def test_somebody_elses_does_not_exist_and_is_written_down(
    bo: Browser, ward: Ward, visits: TimeType, now: datetime, headers: dict[str, str]
) -> None:
    anna = await make.a_resident(now=now)
    sent = await make.a_summons(ward, anna, visits, now=now)

    page = await bo.get(f"/kallelser/{sent.id}/utskrift", headers=headers)

    assert page.status_code == 404
    assert "Legitimation" not in page.text
    [denied] = await denials()
    assert (denied.action, denied.actor_id, denied.object_id) == (
        "summons.denied",
        bo.resident.id,
        str(sent.id),
    )
    assert denied in await accesses_to(anna.id), "Anna sees who tried"
