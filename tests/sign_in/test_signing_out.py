"""Signing out, for good."""

from app.audit.queries import accesses_to
from tests.make import token_in

SWEDISH = {"Accept-Language": "sv"}


async def test_signing_out_ends_the_session_everywhere(anna, other_browser):
    """ASVS 7.4.1: a copied cookie is worth nothing."""
    other_browser.cookies.set("sid", anna.client.cookies["sid"])
    response = await anna.press("/logga-ut", seen_on="/inkorg")
    assert (response.status_code, response.headers["location"]) == (303, "/utloggad")
    assert (await other_browser.get("/inkorg")).status_code == 303


async def test_the_browser_forgets_everything(anna):
    """ASVS 14.3.1"""
    response = await anna.press("/logga-ut", seen_on="/inkorg")
    assert response.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert "sid=" in response.headers["set-cookie"]
    assert "Max-Age=0" in response.headers["set-cookie"]


async def test_the_language_outlives_the_cookies(anna):
    await anna.get("/sprak/en")
    response = await anna.press("/logga-ut", seen_on="/inkorg")
    assert response.headers["location"] == "/sprak/en?till=/utloggad"
    chosen = await anna.get("/sprak/en?till=/utloggad")
    assert chosen.headers["location"] == "/utloggad"


async def test_signing_out_is_audited(anna):
    await anna.press("/logga-ut", seen_on="/inkorg")
    assert "session.ended" in [row.action for row in await accesses_to(anna.resident.id)]


async def test_a_session_that_is_over_is_signed_out_of_all_the_same(anna, clock):
    page = await anna.get("/inkorg")
    clock.turn(hours=9)
    response = await anna.client.post("/logga-ut", data={"_csrf": token_in(page.text)})
    assert response.status_code == 303


async def test_nobody_else_signs_anyone_out(anna):
    """ASVS 3.5.1"""
    assert (await anna.client.post("/logga-ut")).status_code == 403
    assert (await anna.get("/logga-ut")).status_code == 405
    assert (await anna.get("/inkorg")).status_code == 200


async def test_the_page_says_so_and_shows_the_way_back(visitor):
    page = await visitor.get("/utloggad", headers=SWEDISH)
    assert "Du är utloggad" in page.text
    assert 'href="/logga-in"' in page.text
