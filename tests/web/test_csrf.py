"""Forms from our own pages only (ASVS 3.5.1), and no secret in a page for compression to leak (BREACH)."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.web import csrf
from tests.web.conftest import HTMX, LOOPBACK, Small, token_in

Token = Callable[[httpx.AsyncClient], Any]


async def test_a_form_from_our_page_goes_through(client: httpx.AsyncClient, token: Token) -> None:
    answer = await client.post("/formular", data={"_csrf": await token(client), "text": "hej"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sida"


async def test_the_token_may_come_in_a_header(client: httpx.AsyncClient, token: Token) -> None:
    headers = HTMX | {"X-CSRF-Token": await token(client)}

    assert (await client.post("/formular", data={"text": "hej"}, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [{"Origin": LOOPBACK}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
async def test_what_browsers_say_of_our_own_forms_is_let_through(
    client: httpx.AsyncClient, token: Token, origin: dict[str, str]
) -> None:
    """Our Referrer-Policy makes browsers send `Origin: null` even with our own forms."""
    data = {"_csrf": await token(client), "text": "hej"}

    assert (await client.post("/formular", data=data, headers=origin)).status_code == 303


@pytest.mark.parametrize(
    "origin",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://127.0.0.1:8000.evil.example"},
        {"Origin": "https://127.0.0.1:8000"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": LOOPBACK},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    ],
)
async def test_another_sites_form_is_refused_even_with_the_right_token(
    client: httpx.AsyncClient, token: Token, origin: dict[str, str]
) -> None:
    data = {"_csrf": await token(client), "text": "hej"}

    assert (await client.post("/formular", data=data, headers=origin)).status_code == 403


@pytest.mark.parametrize("wrong", ["", "x", "å", "A" * 43, "A" * 10_000, "=" * 44, "null"])
async def test_a_wrong_token_is_refused(client: httpx.AsyncClient, token: Token, wrong: str) -> None:
    await token(client)

    assert (await client.post("/formular", data={"_csrf": wrong, "text": "hej"})).status_code == 403


async def test_no_token_and_no_cookie_is_refused_in_words(client: httpx.AsyncClient) -> None:
    answer = await client.post("/formular", data={"text": "hej"})

    assert answer.status_code == 403
    assert "Sidan har varit öppen för länge. Ladda om den och försök igen." in answer.text


async def test_htmx_hears_of_it_in_the_live_region(client: httpx.AsyncClient) -> None:
    answer = await client.post("/formular", data={"text": "hej"}, headers=HTMX)

    assert answer.status_code == 403
    assert answer.headers["HX-Retarget"] == "#refusal"
    assert answer.text == "<p>Sidan har varit öppen för länge. Ladda om den och försök igen.</p>"


async def test_another_visitors_token_is_refused(
    client: httpx.AsyncClient, small: Small, token: Token
) -> None:
    async with small.at() as other:
        theirs = await token(other)
    await token(client)

    assert (await client.post("/formular", data={"_csrf": theirs, "text": "hej"})).status_code == 403


async def test_a_token_from_before_the_sign_in_is_refused(
    client: httpx.AsyncClient, db: None, token: Token
) -> None:
    before = await token(client)
    client.cookies.set("sid", "A" * 43)

    assert (await client.post("/formular", data={"_csrf": before, "text": "hej"})).status_code == 403


async def test_a_token_sent_as_a_file_is_refused(client: httpx.AsyncClient, token: Token) -> None:
    sent = {"_csrf": ("token.txt", (await token(client)).encode())}

    assert (await client.post("/formular", files=sent)).status_code == 403


async def test_a_token_looks_different_each_time_it_is_printed(client: httpx.AsyncClient) -> None:
    first = token_in((await client.get("/formular")).text)
    second = token_in((await client.get("/formular")).text)

    assert first != second
    for token in (first, second):
        answer = await client.post("/formular", data={"_csrf": token, "text": "hej"})
        assert answer.status_code == 303


def test_no_two_maskings_share_a_beginning() -> None:
    seen = {csrf.masked(b"k" * 32, "secret")[:8] for _ in range(1000)}

    assert len(seen) == 1000


async def test_the_cookie_is_not_in_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/formular")

    assert client.cookies["visit"] not in answer.text


async def test_handlers_without_cookies_need_no_token_and_see_nobody(client: httpx.AsyncClient) -> None:
    client.cookies.set("sid", "A" * 43)

    answer = await client.post("/api/utan-kakor", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 200
    assert answer.text == "None"
