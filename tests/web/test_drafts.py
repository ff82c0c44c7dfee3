"""What was typed when the session ended is there again after signing in: once, and for the same person."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from app import sessions
from app.database import uuid7
from app.sessions import drafts
from app.sessions.queries import Owner
from app.sessions.tables import Draft
from app.settings import Settings
from app.summons.queries import case_for
from app.tidying import tidy
from app.web.visitor import idle_of
from tests import make
from tests.conftest import BASE_URL
from tests.make import Browser, Clock, Ward, token_in

WHY = "Jag har fått förhinder, och ringer på måndag."
HTMX = {"HX-Request": "true", "HX-Current-URL": f"{BASE_URL}/inkorg/x"}
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
NOTICE = "Det du skrev finns kvar."


@dataclass
class Called:
    """Anna has a summons to a time, and the page where she may call it off."""

    path: str
    summons_id: UUID
    token: str
    ward: Ward


@pytest.fixture
async def called(anna: Browser, now: datetime) -> Called:
    ward = await make.a_ward(now=now)
    visits = await make.a_time_type(ward, now=now)
    [slot, _] = await make.some_slots(ward, visits, now + timedelta(days=7), now + timedelta(days=8), now=now)
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=slot)
    path = f"/kallelser/{sent.id}/avbokning"
    return Called(path, sent.id, token_in((await anna.get(path)).text), ward)


async def sends(anna: Browser, called: Called, **headers: str) -> httpx.Response:
    form = {"_csrf": called.token, "seen": "x", "reason": WHY}
    return await anna.client.post(called.path, data=form, headers=headers)


async def signs_in_again(anna: Browser, clock: Clock, *, who: Browser | None = None) -> None:
    resident = (who or anna).resident
    token = await sessions.start(
        kind="resident",
        subject_id=resident.id,
        level="loa3",
        name=resident.name,
        now=clock(),
        absolute=timedelta(hours=8),
    )
    anna.client.cookies.set("sid", token)


def reason_in(page: str) -> str:
    found = re.search(r'<textarea[^>]*name="reason"[^>]*>\s*([^<]*)</textarea>', page)
    assert found
    return found[1]


async def test_what_was_written_is_there_after_signing_in_again(
    anna: Browser, called: Called, clock: Clock
) -> None:
    clock.turn(minutes=61)
    answer = await sends(anna, called)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/logga-in?till={called.path}")

    await signs_in_again(anna, clock)
    page = await anna.get(called.path)

    assert page.status_code == 200
    assert reason_in(page.text) == WHY
    assert NOTICE in page.text


async def test_nothing_takes_effect_without_a_new_press(anna: Browser, called: Called, clock: Clock) -> None:
    clock.turn(minutes=61)
    await sends(anna, called)
    await signs_in_again(anna, clock)
    page = await anna.get(called.path)

    case = await case_for(anna.resident.id, called.summons_id)
    assert case.visit
    assert case.visit.cancelled_at is None
    form = {"_csrf": token_in(page.text), "seen": case.seen, "reason": reason_in(page.text)}
    assert (await anna.client.post(called.path, data=form)).status_code == 303
    after = await case_for(anna.resident.id, called.summons_id)
    assert after.seen != case.seen


async def test_it_is_there_once(anna: Browser, called: Called, clock: Clock) -> None:
    clock.turn(minutes=61)
    await sends(anna, called)
    await signs_in_again(anna, clock)
    await anna.get(called.path)
    again = await anna.get(called.path)

    assert reason_in(again.text) == ""
    assert NOTICE not in again.text
    assert await Draft.count() == 0


async def test_htmx_leads_to_the_same_place(anna: Browser, called: Called, clock: Clock) -> None:
    clock.turn(minutes=61)
    answer = await sends(anna, called, **HTMX)
    assert answer.headers["hx-redirect"] == f"/logga-in?till={called.path}"

    await signs_in_again(anna, clock)

    assert reason_in((await anna.get(called.path)).text) == WHY


async def test_it_survives_that_the_dead_session_is_swept(
    anna: Browser, called: Called, clock: Clock, settings: Settings
) -> None:
    await tidy(clock.turn(hours=9), idle=idle_of(settings))
    await sends(anna, called)
    await signs_in_again(anna, clock)

    assert reason_in((await anna.get(called.path)).text) == WHY


async def test_somebody_else_who_signs_in_gets_nothing_and_it_is_gone(
    anna: Browser, bo: Browser, called: Called, clock: Clock
) -> None:
    clock.turn(minutes=61)
    await sends(anna, called)
    await signs_in_again(anna, clock, who=bo)
    assert WHY not in (await anna.get(called.path)).text
    assert await Draft.count() == 0

    await signs_in_again(anna, clock)

    assert reason_in((await anna.get(called.path)).text) == ""


async def test_another_page_does_not_get_it(anna: Browser, called: Called, clock: Clock) -> None:
    clock.turn(minutes=61)
    await sends(anna, called)
    await signs_in_again(anna, clock)

    assert NOTICE not in (await anna.get("/synpunkter")).text
    assert reason_in((await anna.get(called.path)).text) == WHY


async def test_a_browsers_guess_does_not_take_it(anna: Browser, called: Called, clock: Clock) -> None:
    clock.turn(minutes=61)
    await sends(anna, called)
    await signs_in_again(anna, clock)
    await anna.get(called.path, headers={"Sec-Purpose": "prefetch"})

    assert reason_in((await anna.get(called.path)).text) == WHY


async def test_it_is_there_for_half_an_hour(
    anna: Browser, called: Called, clock: Clock, settings: Settings
) -> None:
    clock.turn(minutes=61)
    await sends(anna, called)
    clock.turn(minutes=30)
    await signs_in_again(anna, clock)

    assert reason_in((await anna.get(called.path)).text) == ""
    await tidy(clock(), idle=idle_of(settings))
    assert await Draft.count() == 0


async def test_the_cookie_is_short_lived_and_no_script_reads_it(
    anna: Browser, called: Called, clock: Clock
) -> None:
    clock.turn(minutes=61)
    cookie = (await sends(anna, called)).headers["set-cookie"]

    assert cookie.startswith("draft=")
    assert "Max-Age=1800" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_the_database_holds_no_word_of_it(anna: Browser, called: Called, clock: Clock) -> None:
    """ASVS 14.2: neither the text, nor the page, nor what opens it."""
    clock.turn(minutes=61)
    await sends(anna, called)
    [row] = await Draft.select()
    seen = b" ".join(v if isinstance(v, bytes) else str(v).encode() for v in row.values())

    for word in (WHY, called.path, anna.client.cookies["draft"]):
        assert word.encode() not in seen


async def test_nothing_is_kept_of_who_never_had_a_session(visitor: httpx.AsyncClient, called: Called) -> None:
    visitor.cookies.set("sid", "A" * 43)
    page = await visitor.get("/synpunkter")
    answer = await visitor.post(called.path, data={"_csrf": token_in(page.text), "reason": WHY})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/logga-in?till={called.path}")
    assert await Draft.count() == 0


async def test_signed_in_again_in_another_tab_the_old_tab_loses_nothing(
    anna: Browser, called: Called, clock: Clock
) -> None:
    """Its token is of the old session, so nothing happens but that the form comes back."""
    clock.turn(minutes=61)
    await signs_in_again(anna, clock)
    answer = await sends(anna, called, **SAME_SITE)
    assert (answer.status_code, answer.headers["location"]) == (303, called.path)

    page = await anna.get(called.path)

    assert reason_in(page.text) == WHY
    case = await case_for(anna.resident.id, called.summons_id)
    assert case.visit
    assert case.visit.cancelled_at is None


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://evil.example"}],
)
async def test_another_site_puts_no_words_into_a_form(
    anna: Browser, called: Called, headers: dict[str, str]
) -> None:
    """ASVS 3.5.1: without our token, only the browser's own word that it is our page will do."""
    form = {"_csrf": "x", "reason": "Skrivet av någon annan."}
    answer = await anna.client.post(called.path, data=form, headers=headers)

    assert answer.status_code == 403
    assert await Draft.count() == 0


async def test_staff_who_post_at_the_residents_door_leave_nothing(
    disa: make.StaffBrowser,
) -> None:
    form = {"reason": WHY}
    answer = await disa.press(f"/kallelser/{uuid7()}/avbokning", seen_on="/om", form=form)

    assert answer.headers["location"].startswith("/logga-in")
    assert await Draft.count() == 0


async def test_a_form_without_words_leads_back_to_its_page(
    anna: Browser, called: Called, clock: Clock
) -> None:
    clock.turn(minutes=61)
    path = called.path.replace("avbokning", "bekraftelse")
    answer = await anna.client.post(path, data={"_csrf": called.token, "seen": "x"})

    assert answer.headers["location"] == f"/logga-in?till={path.rpartition('/')[0]}"
    assert await Draft.count() == 0


async def test_a_chosen_time_and_its_reason_come_back_too(
    anna: Browser, called: Called, clock: Clock
) -> None:
    path = called.path.replace("avbokning", "ombokning")
    page = (await anna.get(path)).text
    found = re.search(r'<input[^>]*name="slot"[^>]*value="([^"]+)"', page)
    assert found
    clock.turn(minutes=61)
    form = {"_csrf": called.token, "slot": found[1], "reason": WHY, "seen": "x"}
    answer = await anna.client.post(path, data=form)
    assert answer.headers["location"] == f"/logga-in?till={path}"

    await signs_in_again(anna, clock)
    again = (await anna.get(path)).text

    assert WHY in again
    assert re.search(rf'value="{found[1]}"[^>]*checked', again)


async def test_no_form_says_itself_that_it_came_in_time(anna: Browser, called: Called, clock: Clock) -> None:
    clock.turn(minutes=61)
    form = {"_csrf": called.token, "reason": WHY, "_in-time": "1"}
    await anna.client.post(called.path, data=form)
    await signs_in_again(anna, clock)

    assert NOTICE in (await anna.get(called.path)).text


async def test_the_scripts_way_keeps_and_does_nothing(anna: Browser, called: Called, clock: Clock) -> None:
    clock.turn(minutes=61)
    form = {"_csrf": called.token, "reason": WHY}
    answer = await anna.client.post(f"/utkast?till={called.path}", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/logga-in?till={called.path}")

    await signs_in_again(anna, clock)

    assert reason_in((await anna.get(called.path)).text) == WHY


async def test_the_scripts_way_of_who_is_signed_in_leads_straight_back(anna: Browser, called: Called) -> None:
    form = {"_csrf": called.token, "reason": WHY}
    answer = await anna.client.post(f"/utkast?till={called.path}", data=form)

    assert answer.headers["location"] == called.path
    assert reason_in((await anna.get(called.path)).text) == WHY


@pytest.mark.parametrize("till", ["https://evil.example/", "//evil.example", "/a/../b", ""])
async def test_it_leads_nowhere_else(anna: Browser, called: Called, till: str) -> None:
    """ASVS 3.7.2."""
    form = {"_csrf": called.token, "reason": WHY}
    answer = await anna.client.post("/utkast", params={"till": till}, data=form)

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("how", [{"reason": "a" * 20_001}, {f"f{n}": "" for n in range(40)}])
async def test_what_no_form_of_ours_sends_is_not_kept(
    anna: Browser, called: Called, clock: Clock, how: dict[str, str]
) -> None:
    clock.turn(minutes=61)
    await anna.client.post(called.path, data={"_csrf": called.token} | how)

    assert await Draft.count() == 0


async def test_one_person_has_only_so_many(anna: Browser, called: Called, clock: Clock) -> None:
    clock.turn(minutes=61)
    for _ in range(drafts.MOST + 3):
        await sends(anna, called)

    assert await Draft.count() == drafts.MOST


async def test_signing_out_takes_it_from_the_browser(anna: Browser, called: Called, clock: Clock) -> None:
    answer = await anna.press("/logga-ut", seen_on="/om")

    assert "cookies" in answer.headers["clear-site-data"]


async def test_it_is_taken_once(db: None, now: datetime) -> None:
    owner = Owner("resident", uuid7())
    token = await drafts.keep("/x", {"a": "b"}, owner=owner, now=now)

    assert await drafts.take(token, page="/x", by=owner, now=now) == {"a": "b"}
    assert await drafts.take(token, page="/x", by=owner, now=now) is None
