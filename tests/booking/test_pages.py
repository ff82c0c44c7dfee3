"""Mina tider as a resident meets it: with HTMX, without, refused, and somebody else's."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from app.audit.queries import accesses_to
from app.booking import actions as booking
from app.booking.actions import NewSlot
from app.booking.queries import TimeType, times_for
from app.booking.rules import Policy
from app.inbox import actions as inbox
from app.sessions.principals import CARE_SYSTEM, Actor
from app.summons import actions
from app.summons.queries import case_for
from tests import make
from tests.make import Browser, Clock, Ward

HTMX = {"HX-Request": "true"}


async def cancelled(id: UUID, browser: Browser, now: datetime, *, by: Actor | None = None) -> None:
    resident = browser.resident
    case = await case_for(resident.id, id)
    await actions.cancel(
        id, resident_id=resident.id, seen=case.seen, by=by or resident.actor, language="sv", now=now
    )


async def test_each_says_when_where_what_and_how_it_stands(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    policy = Policy(confirmation="required", confirm_by=now + timedelta(days=2))
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], policy=policy)

    page = await anna.get("/tider")

    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    for words in (
        f'<a href="/inkorg/{sent.thread_id}#summons-{sent.id}"><time',
        ' datetime="2026-11-30T09:30:00+01:00">måndag 30 november 2026 kl. 9.30</time></a>',
        "Knäkliniken",
        "Besök hos läkare",
        "Väntar på att du bekräftar",
        "Svara senast <time",
        "onsdag 25 november 2026 kl. 9.30",
        "<title>Mina tider",
        ".ics",
    ):
        assert words in page.text, words
    assert "Tider som har varit" not in page.text


async def test_the_soonest_comes_first(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    for slot in (times[2], times[0], times[1]):
        await make.a_summons(ward, anna.resident, visits, now=now, slot_id=slot)

    clocks = re.findall(r"kl\. (\d+\.30)</time></a>", (await anna.get("/tider")).text)

    assert clocks == ["9.30", "10.30", "11.30"]


async def test_a_cancelled_time_ahead_stays_and_says_so(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    own = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    theirs = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[1])
    await cancelled(own.id, anna, now)
    await cancelled(theirs.id, anna, now, by=Actor(CARE_SYSTEM, ward.care_system.id))

    page = (await anna.get("/tider")).text

    assert "Avbokad av dig" in page
    assert "Avbokad av mottagningen" in page
    assert page.count("Du ska inte komma den här tiden.") == 2


async def test_what_the_clinic_moved_says_so(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    case = await case_for(anna.resident.id, sent.id)
    await actions.rebook(
        sent.id, resident_id=anna.resident.id, slot_id=times[1], seen=case.seen, accepted=True,
        by=Actor(CARE_SYSTEM, ward.care_system.id), language="sv", now=now,
    )  # fmt: skip

    page = (await anna.get("/tider")).text

    assert "Ombokad av mottagningen" in page
    assert "kl. 10.30" in page
    assert "kl. 9.30</time></a>" not in page


async def test_a_visit_is_ahead_until_it_has_ended(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    now = clock()
    await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], policy=Policy())
    ended = now + timedelta(days=7, minutes=30)
    before = await visits_seen(anna, ended - timedelta(microseconds=1))
    after = await visits_seen(anna, ended)

    assert before == (1, 0)
    assert after == (0, 1)


async def visits_seen(browser: Browser, now: datetime) -> tuple[int, int]:
    times = await times_for(browser.resident, older_than=None, now=now)
    return len(times.upcoming), len(times.past)


async def many_past(browser: Browser, ward: Ward, visits: TimeType, clock: Clock, *, how_many: int) -> None:
    """One each minute, all of them over now. The times are short, so that the session lives on."""
    now = clock()
    starts = [now + timedelta(minutes=1 + number) for number in range(how_many)]
    new = [NewSlot(starts_at=at, ends_at=at + timedelta(minutes=1)) for at in starts]
    slots = await booking.publish(
        new, clinic=ward.clinic, time_type=visits, care_system=ward.care_system, now=now
    )
    for slot in slots:
        await make.a_summons(ward, browser.resident, visits, now=now, slot_id=slot, policy=Policy())
    clock.turn(minutes=how_many + 1)


async def test_what_has_been_comes_latest_first_and_older_is_a_link_away(
    anna: Browser, ward: Ward, visits: TimeType, clock: Clock
) -> None:
    await many_past(anna, ward, visits, clock, how_many=21)

    first = (await anna.get("/tider")).text
    [older] = set(re.findall(r'href="(/tider\?fore=[^"]+)"', first))
    second = (await anna.get(older)).text

    shown = re.findall(r"kl\. 9\.(\d\d)</time></a>", first)
    assert shown == [f"{minute:02}" for minute in range(51, 31, -1)]
    assert "Tider som har varit" in first
    assert re.findall(r"kl\. 9\.(\d\d)</time></a>", second) == ["31"]
    assert "Visa de senaste tiderna" in second
    assert "Kommande tider" not in second
    assert ".ics" not in first


async def test_with_htmx_only_what_has_been_comes(
    anna: Browser, ward: Ward, visits: TimeType, clock: Clock
) -> None:
    await many_past(anna, ward, visits, clock, how_many=1)

    fragment = await anna.get("/tider", headers=HTMX)

    assert fragment.text.lstrip().startswith('<section id="past"')
    assert "<html" not in fragment.text


async def test_no_times_say_what_will_come_and_lead_on(anna: Browser) -> None:
    page = (await anna.get("/tider")).text

    assert "Du har inga kommande tider." in page
    assert 'href="/att-gora"' in page


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%00", "🙂", "A" * 5000, "________________________________"])
async def test_a_page_that_never_was_is_missing(anna: Browser, cursor: str) -> None:
    assert (await anna.get("/tider", params={"fore": cursor})).status_code == 404


async def test_a_deleted_letter_leaves_the_time_and_the_page_of_its_summons(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    await inbox.delete(sent.message_id, resident=anna.resident, now=now)

    assert f'<a href="/kallelser/{sent.id}">' in (await anna.get("/tider")).text


async def test_nobody_signed_in_is_led_to_sign_in_and_back(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/tider")
    fragment = await visitor.get("/tider", headers=HTMX | {"HX-Current-URL": "http://127.0.0.1:8000/tider"})

    assert (page.status_code, page.headers["location"]) == (303, "/logga-in?till=/tider")
    assert fragment.headers["hx-redirect"] == "/logga-in?till=/tider"


async def test_others_times_are_theirs_alone(
    bo: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    await make.a_summons(ward, await make.a_resident(now=now), visits, now=now, slot_id=times[0])

    assert "Du har inga kommande tider." in (await bo.get("/tider")).text


async def test_looking_is_written_down(anna: Browser) -> None:
    await anna.get("/tider")

    [row] = [each for each in await accesses_to(anna.resident.id) if each.action == "appointments.listed"]
    assert (row.actor_kind, row.actor_id, row.outcome) == ("resident", anna.resident.id, "done")
