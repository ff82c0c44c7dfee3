"""What a session changes in every page, on the whole product."""

import httpx
import pytest

from tests.make import Browser, Clock, token_in


@pytest.mark.parametrize("path", ["/", "/finns-inte", "/om", "/inkorg/0195d3a0-0000-7000-8000-000000000001"])
async def test_one_can_sign_out_on_every_page_even_where_nothing_is(anna: Browser, path: str) -> None:
    """ASVS 7.4.4."""
    text = (await anna.get(path)).text

    assert "Inloggad som <bdi>Anna Andersson</bdi>" in text
    assert '<form class="sign-out" action="/logga-ut" method="post">' in text


async def test_nobody_signed_in_sees_no_sign_out(visitor: httpx.AsyncClient) -> None:
    assert "/logga-ut" not in (await visitor.get("/")).text


@pytest.mark.parametrize("token", ["A" * 43, "", "x", "å" * 20, "'; DROP TABLE sessions --"])
async def test_a_made_up_cookie_is_nobody(visitor: httpx.AsyncClient, token: str) -> None:
    """ASVS 7.2.1."""
    answer = await visitor.get("/inkorg", headers={b"cookie": f"sid={token}".encode()})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/logga-in?till=/inkorg"


async def test_an_hour_without_a_click_ends_it(anna: Browser, clock: Clock) -> None:
    """ASVS 7.3.1."""
    clock.turn(minutes=61)

    assert (await anna.get("/inkorg")).status_code == 303


async def test_the_token_of_somebody_elses_session_is_refused(anna: Browser, bo: Browser) -> None:
    """ASVS 3.5.1."""
    theirs = token_in((await bo.get("/om")).text)

    answer = await anna.client.post("/logga-ut", data={"_csrf": theirs})

    assert answer.status_code == 403
    assert (await anna.get("/inkorg")).status_code == 200


async def test_files_and_reports_never_look_at_who_is_signed_in(anna: Browser) -> None:
    answer = await anna.get("/static/finns-inte.css")

    assert answer.status_code == 404
    assert "Anna Andersson" not in answer.text
