"""The clinic's list: what stands in it, what is picked out, and what is older."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.audit.queries import accesses_to
from app.booking.queries import TimeType
from app.inbox import actions as inbox
from app.sessions.principals import Resident
from app.summons import actions
from app.summons.queries import case_for
from app.summons.queries import clinic as module
from tests import make
from tests.make import Clock, StaffBrowser, Ward
from tests.staff.conftest import Summons

HTMX = {"HX-Request": "true"}
SWEDISH = {"Accept-Language": "sv"}
LIST = "/personal/kallelser"


async def test_a_line_says_who_about_what_when_and_how_it_stands(
    disa: StaffBrowser, calls: Summons, times: list[UUID]
) -> None:
    sent = await calls(slot_id=times[0])

    page = await disa.get(LIST, headers=SWEDISH)

    for words in (
        f'href="{LIST}/{sent.id}"',
        "Anna Andersson",
        "19121212-1212",
        "Besök hos läkare",
        "måndag 30 november 2026 kl. 9.30",
        "måndag 23 november 2026 kl. 9.30",
        "Inte läst",
        "Väntar på att invånaren bekräftar",
        "Bokad av vårdsystemet",
        "1 kallelse visas",
        "<caption>Kallelser från Knäkliniken, nyast först</caption>",
        '<th scope="col">Status</th>',
        '<th scope="row">',
    ):
        assert words in page.text, words


async def test_what_the_resident_has_done_is_said(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, clock: Clock
) -> None:
    sent = await calls(slot_id=times[0])
    await inbox.open_thread(sent.thread_id, resident=resident, now=clock.turn(minutes=5))
    seen = (await case_for(resident.id, sent.id)).seen
    await actions.confirm(
        sent.id, resident_id=resident.id, seen=seen, accepted=True, by=resident.actor, language="sv",
        now=clock(),
    )  # fmt: skip

    page = await disa.get(LIST, headers=SWEDISH)

    assert "<strong>Bekräftad av invånaren</strong>" in page.text
    assert "måndag 23 november 2026 kl. 9.35" in page.text
    assert "<strong>Inte läst</strong>" not in page.text


async def test_with_htmx_only_the_list_comes(disa: StaffBrowser, calls: Summons) -> None:
    await calls()

    fragment = await disa.get(LIST, headers=HTMX)

    assert fragment.text.lstrip().startswith('<section id="summonses"')
    assert "Anna Andersson" in fragment.text
    assert "hx-request" in fragment.headers["vary"]
    assert fragment.headers["cache-control"] == "no-store"


async def test_in_english_it_says_the_same(disa: StaffBrowser, calls: Summons) -> None:
    await calls()

    page = await disa.get(LIST, headers={"Accept-Language": "en"})

    for words in ("1 summons shown", "Waiting for the resident to book", "Not read"):
        assert words in page.text, words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"open", "timed", "cancelled"}),
        ("?lage=vantar", {"open", "timed"}),
        ("?lage=avbokad", {"cancelled"}),
        ("?lage=bekraftad", set()),
        ("?last=last", {"timed"}),
        ("?last=olast", {"open", "cancelled"}),
        ("?lage=vantar&last=olast", {"open"}),
        ("?lage=hittepå&last=hittepå", {"open", "timed", "cancelled"}),
    ],
)
async def test_a_choice_picks_out_those_that_match(
    disa: StaffBrowser,
    calls: Summons,
    times: list[UUID],
    resident: Resident,
    now: datetime,
    asked: str,
    found: set[str],
) -> None:
    sent = {
        "open": await calls(),
        "timed": await calls(slot_id=times[0]),
        "cancelled": await calls(slot_id=times[1]),
    }
    await inbox.open_thread(sent["timed"].thread_id, resident=resident, now=now)
    gone = sent["cancelled"]
    seen = (await case_for(resident.id, gone.id)).seen
    await actions.cancel(
        gone.id, resident_id=resident.id, seen=seen, by=resident.actor, language="sv", now=now
    )

    page = (await disa.get(LIST + asked, headers=SWEDISH)).text

    assert {name for name, one in sent.items() if f"{LIST}/{one.id}" in page} == found
    if not found:
        assert "Ingen kallelse passar urvalet" in page
        assert "Visa alla" in page


async def test_the_form_shows_what_was_chosen(disa: StaffBrowser) -> None:
    page = (await disa.get(f"{LIST}?lage=vantar&last=olast", headers=SWEDISH)).text

    assert '<option value="vantar" selected>Väntar på svar</option>' in page
    assert '<option value="olast" selected>Inte läst</option>' in page


async def test_older_ones_are_a_link_away_and_the_choice_goes_with_it(
    disa: StaffBrowser, calls: Summons, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    sent = [await calls(now=clock.turn(seconds=1)) for _ in range(5)]

    shown, page, address = [], "", f"{LIST}?last=olast"
    while address:
        page = (await disa.get(address, headers=SWEDISH)).text
        shown += re.findall(rf"{LIST}/([0-9a-f-]{{36}})", page)
        older = re.search(r'href="([^"]*fore=[^"]*)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
        assert "last=olast" in address or not address

    assert shown == [str(one.id) for one in reversed(sent)]
    assert "Visa de nyaste" in page
    assert "1 kallelse visas" in page


async def test_a_full_page_without_anything_older_offers_nothing_more(
    disa: StaffBrowser, calls: Summons, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    for _ in range(2):
        await calls(now=clock.turn(seconds=1))

    assert "Visa äldre" not in (await disa.get(LIST, headers=SWEDISH)).text


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%00", "🙂", "A" * 5000, "________________________________"])
async def test_a_page_that_never_was_is_missing(disa: StaffBrowser, cursor: str) -> None:
    assert (await disa.get(LIST, params={"fore": cursor})).status_code == 404


async def test_another_clinics_summonses_are_not_in_it(
    disa: StaffBrowser, other_clinician: StaffBrowser, calls: Summons
) -> None:
    sent = await calls()

    assert str(sent.id) in (await disa.get(LIST)).text
    assert str(sent.id) not in (await other_clinician.get(LIST)).text


async def test_every_name_that_was_shown_is_written_down(
    disa: StaffBrowser, calls: Summons, resident: Resident
) -> None:
    """HSLF-FS 2016:40 4 kap. 9 §: who, in which assignment, whose, from which care unit."""
    sent = await calls()
    await disa.get(LIST)

    looked = next(row for row in await accesses_to(resident.id) if row.action == "summons.listed")

    assert (looked.actor_kind, looked.actor_id) == ("clinician", disa.clinician.id)
    assert (looked.care_unit, looked.object_id) == (make.HSA_ID, str(sent.id))


async def test_no_name_or_number_is_in_an_address(
    disa: StaffBrowser, calls: Summons, times: list[UUID]
) -> None:
    sent = await calls(slot_id=times[0])
    pages = [LIST, f"{LIST}/{sent.id}", f"{LIST}/{sent.id}/flytt", f"{LIST}/{sent.id}/avbokning"]

    for path in pages:
        addresses = re.findall(r'(?:href|action)="([^"]*)"', (await disa.get(path)).text)
        assert not [one for one in addresses if "1212" in one.replace(str(sent.id), "") or "Anna" in one]


async def test_what_a_clinic_calls_things_is_only_text(
    disa: StaffBrowser, ward: Ward, resident: Resident, now: datetime
) -> None:
    """ASVS 1.1.2: the canary stands in every field and comes out as text."""
    canary = "\"'><svg onload=alert(1)>"
    odd: TimeType = await make.a_time_type(ward, now=now, code="odd", name=canary)
    starts = now + timedelta(days=7)
    one, _other = await make.some_slots(ward, odd, starts, starts + make.HOUR, now=now, practitioner=canary)
    sent = await make.a_summons(
        ward, resident, odd, now=now, slot_id=one, subject=canary, details={"subject": canary}
    )
    seen = (await case_for(resident.id, sent.id)).seen
    base = f"{LIST}/{sent.id}"

    pages = [(await disa.get(path)).text for path in (LIST, base, f"{base}/flytt", f"{base}/avbokning")]
    await actions.cancel(
        sent.id, resident_id=resident.id, seen=seen, by=resident.actor, language="sv", now=now, reason=canary
    )
    pages += [(await disa.get(path)).text for path in (base, f"{base}/bokning")]

    for page in pages:
        assert "<svg" not in page
        assert "&lt;svg" in page
