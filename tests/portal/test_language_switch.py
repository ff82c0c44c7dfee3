from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.main import create_app


async def test_the_choice_is_kept_and_leads_back(visitor):
    answer = await visitor.get("/sprak/en?till=/om")

    assert (answer.status_code, answer.headers["location"]) == (303, "/om")
    page = await visitor.get("/om", headers={"Accept-Language": "sv"})
    assert '<html lang="en">' in page.text


async def test_the_footer_of_every_page_offers_the_other_language(visitor):
    page = (await visitor.get("/integritet", headers={"Accept-Language": "sv"})).text

    assert '<a href="/sprak/en?till=/integritet" lang="en" hreflang="en">English</a>' in page


async def test_the_cookie_lasts_a_year_and_no_script_reads_it(visitor):
    """ASVS 3.3.2, 3.3.4."""
    cookie = (await visitor.get("/sprak/sv")).headers["set-cookie"].lower()

    assert cookie.startswith("lang=sv")
    for attribute in ("max-age=31536000", "httponly", "samesite=lax", "path=/"):
        assert attribute in cookie
    assert "secure" not in cookie


async def test_over_https_the_cookie_is_secure(db, settings, keyring, clock):
    """ASVS 3.3.1."""
    app: Any = create_app(replace(settings, base_url="https://post.example.se"), keys=keyring, clock=clock)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="https://post.example.se"
    ) as client:
        assert "secure" in (await client.get("/sprak/sv")).headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "javascript:alert(1)", ""],
)
async def test_it_leads_to_our_own_pages_only(visitor, elsewhere):
    """ASVS 3.7.2."""
    answer = await visitor.get("/sprak/en", params={"till": elsewhere})

    assert answer.headers["location"] == "/"


async def test_a_language_we_do_not_speak_is_not_there(visitor):
    answer = await visitor.get("/sprak/fi")

    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
