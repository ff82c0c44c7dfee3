"""How long one stays signed in, in words; asking is no visit, and one press makes it longer (WCAG 2.2.1)."""

from datetime import datetime

import httpx
import pytest

from app.sessions.tables import Session
from tests.make import Browser, Clock, StaffBrowser, token_in

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8000/synpunkter?fran=/om"}


async def seen_at() -> datetime:
    [row] = await Session.select(Session.last_seen_at)
    at: datetime = row["last_seen_at"]
    return at


async def test_every_page_says_when_one_is_signed_out(anna: Browser, clock: Clock) -> None:
    """Without scripts too: half past nine in Stockholm, and an hour."""
    assert "Du loggas ut kl. 10.30 om du inte gör något." in (await anna.get("/om")).text

    clock.turn(minutes=20)

    assert "Du loggas ut kl. 10.50 om du inte gör något." in (await anna.get("/inkorg")).text


async def test_staff_are_told_of_their_half_hour(disa: StaffBrowser) -> None:
    page = (await disa.get("/personal/kallelser")).text

    assert "Du loggas ut kl. 10.00 om du inte gör något." in page
    assert 'data-ask="1680"' in page


async def test_nobody_signed_in_is_told_nothing(visitor: httpx.AsyncClient) -> None:
    assert 'id="session"' not in (await visitor.get("/om")).text


async def test_the_page_asks_two_minutes_before_the_end(anna: Browser) -> None:
    assert f'data-ask="{58 * 60}"' in (await anna.get("/om")).text


async def test_asking_is_no_visit(anna: Browser, clock: Clock) -> None:
    """ASVS 7.3.1: a page left open keeps nobody signed in."""
    before = await seen_at()
    for _ in range(58):
        clock.turn(minutes=1)
        await anna.get("/inloggning", headers=HTMX)
    clock.turn(minutes=1)
    answer = await anna.get("/inloggning", headers=HTMX)
    assert await seen_at() == before
    assert "Du loggas ut om en minut. Det händer kl. 10.30." in answer.text

    clock.turn(minutes=1)

    assert "Du har loggats ut." in (await anna.get("/inloggning", headers=HTMX)).text


@pytest.mark.parametrize(("seconds", "near"), [(57 * 60 + 59, False), (58 * 60, True)])
async def test_the_warning_comes_with_two_minutes_left(
    anna: Browser, clock: Clock, seconds: int, near: bool
) -> None:
    clock.turn(seconds=seconds)
    answer = await anna.get("/inloggning", headers=HTMX)

    assert ("Du loggas ut om 2 minuter. Det händer kl. 10.30." in answer.text) is near
    assert ('role="alert"' in answer.text) is near
    assert ('action="/inloggning/forlangning"' in answer.text) is near


async def test_one_press_makes_it_longer(anna: Browser, clock: Clock) -> None:
    clock.turn(minutes=59)
    warning = await anna.get("/inloggning", headers=HTMX)
    answer = await anna.client.post(
        "/inloggning/forlangning", data={"_csrf": token_in(warning.text)}, headers=HTMX
    )

    assert "Du loggas ut kl. 11.29 om du inte gör något." in answer.text
    assert answer.text.lstrip().startswith("<div id="), "the fragment alone"
    assert await seen_at() == clock()


async def test_without_scripts_the_press_leads_to_a_page(anna: Browser) -> None:
    answer = await anna.press("/inloggning/forlangning", seen_on="/om")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_session_can_be_made_longer_often_but_not_for_ever(anna: Browser, clock: Clock) -> None:
    """WCAG 2.2.1 asks for ten times; ASVS 7.3.2 for an end. Then there is nothing to press."""
    token = token_in((await anna.get("/om")).text)
    for _ in range(13):
        clock.turn(minutes=34)
        await anna.client.post("/inloggning/forlangning", data={"_csrf": token}, headers=HTMX)
    clock.turn(minutes=34)
    answer = await anna.client.post("/inloggning/forlangning", data={"_csrf": token}, headers=HTMX)
    assert "Du loggas ut kl. 17.30.<" in answer.text

    clock.turn(minutes=2)
    warning = (await anna.get("/inloggning", headers=HTMX)).text

    assert "Du loggas ut om 2 minuter. Det händer kl. 17.30." in warning
    assert "Sedan behöver du logga in igen. Det du har skrivit finns kvar." in warning
    assert "forlangning" not in warning


async def test_nobody_else_makes_it_longer(anna: Browser, clock: Clock) -> None:
    """ASVS 3.5.1."""
    clock.turn(minutes=30)

    assert (await anna.client.post("/inloggning/forlangning", headers=HTMX)).status_code == 403


async def test_a_dead_session_is_not_made_longer(anna: Browser, clock: Clock) -> None:
    token = token_in((await anna.get("/om")).text)
    clock.turn(minutes=60)
    answer = await anna.client.post("/inloggning/forlangning", data={"_csrf": token}, headers=HTMX)

    assert "Du har loggats ut. Det du har skrivit finns kvar." in answer.text
    assert 'href="/logga-in?till=/synpunkter"' in answer.text
    assert (await anna.get("/inkorg")).status_code == 303


async def test_staff_go_back_in_at_their_own_door(disa: StaffBrowser, clock: Clock) -> None:
    clock.turn(minutes=30)
    there = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8000/personal/kallelser"}
    answer = await disa.get("/inloggning", headers=there)

    assert 'href="/personal/logga-in?till=/personal/kallelser"' in answer.text


async def test_the_address_leads_on_for_who_types_it(anna: Browser) -> None:
    answer = await anna.get("/inloggning")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_it_is_told_in_english(anna: Browser, clock: Clock) -> None:
    clock.turn(minutes=58)
    answer = await anna.get("/inloggning", headers=HTMX | {"Accept-Language": "en"})

    assert "You will be signed out in 2 minutes. It happens at 10.30." in answer.text


async def test_a_dead_cookie_is_left_to_the_browser(anna: Browser, clock: Clock) -> None:
    """It opens nothing, and says whose a form was that came too late (`visitor.forget_everything`)."""
    clock.turn(minutes=60)
    answer = await anna.get("/inkorg")

    assert "clear-site-data" not in answer.headers
    assert "set-cookie" not in answer.headers
