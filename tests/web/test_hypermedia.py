"""One address, two shapes; and where a visitor may be sent."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.web.hypermedia import local_path
from tests.web.conftest import HTMX

RESTORE = HTMX | {"HX-History-Restore-Request": "true"}
Token = Callable[[httpx.AsyncClient], Any]


async def test_a_browser_gets_the_whole_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sida?sagt=hej")

    assert answer.text.startswith("<!doctype html>")
    assert '<section id="thing"' in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_htmx_gets_the_fragment_alone(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sida?sagt=hej", headers=HTMX)

    assert answer.text.startswith('<section id="thing"')
    assert "hx-request" in answer.headers.get_list("vary")


async def test_going_back_in_history_needs_the_whole_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sida", headers=RESTORE)).text.startswith("<!doctype html>")


async def test_a_header_of_another_value_is_not_htmx(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sida", headers={"HX-Request": "1"})).text.startswith("<!doctype html>")


async def test_headers_declared_round_a_handler_are_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/omgiven")

    assert answer.headers["x-declared"] == "round the handler"
    assert (answer.headers["x-own"], answer.headers["x-late"]) == ("å", "too")
    assert "visit=" in answer.headers["set-cookie"]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_form_that_is_done_sends_the_browser_back(client: httpx.AsyncClient, token: Token) -> None:
    answer = await client.post("/formular", data={"_csrf": await token(client), "text": "hej"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/sida")


async def test_a_form_that_is_done_swaps_its_fragment(client: httpx.AsyncClient, token: Token) -> None:
    data = {"_csrf": await token(client), "text": "hej"}

    answer = await client.post("/formular", data=data, headers=HTMX)

    assert answer.status_code == 200
    assert "hej</h2>" in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_an_invalid_form_comes_back_with_what_was_wrong(
    client: httpx.AsyncClient, token: Token, headers: dict[str, str]
) -> None:
    """WCAG 3.3.1: in text, beside the field, and in a summary that gets focus."""
    answer = await client.post("/formular", data={"_csrf": await token(client)}, headers=headers)

    assert answer.status_code == 422
    assert '<a href="#text">Skriv något.</a>' in answer.text
    assert 'tabindex="-1" autofocus data-focus-after-swap' in answer.text
    assert 'aria-describedby="text-hint text-error" aria-invalid="true"' in answer.text
    assert ("<title>Fel: Lämna synpunkter – Lärkpost</title>" in answer.text) == (not headers)


async def test_a_form_without_faults_has_no_summary(client: httpx.AsyncClient) -> None:
    text = (await client.get("/formular")).text

    assert "error-summary" not in text
    assert "<title>Lämna synpunkter – Lärkpost</title>" in text
    assert 'aria-describedby="text-hint"' in text
    assert "aria-invalid" not in text


async def test_the_language_switch_leads_back_to_the_same_page(client: httpx.AsyncClient) -> None:
    text = (await client.get("/sida?sagt=a%26b")).text

    assert 'href="/sprak/en?till=/sida%3Fsagt%3Da%2526b" lang="en" hreflang="en">English</a>' in text


async def test_the_page_is_in_the_language_the_browser_asks_for(client: httpx.AsyncClient) -> None:
    text = (await client.get("/sida", headers={"accept-language": "en-GB,en;q=0.9"})).text

    assert '<html lang="en">' in text
    assert 'lang="sv" hreflang="sv">Svenska</a>' in text


async def test_the_language_a_visitor_chose_comes_first(client: httpx.AsyncClient) -> None:
    client.cookies.set("lang", "sv")

    assert '<html lang="sv">' in (await client.get("/sida", headers={"accept-language": "en"})).text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/inkorg",
        "/inkorg/0195d3a0-0000-7000-8000-000000000001",
        "/sida?sagt=hej&b=c",
        "/sida?till=https://example.se//x",
        "/sida#del",
        "/a.b/c..d",
        "/%C3%A5",
        "/sida?a=../..",
    ],
)
def test_a_path_on_this_site_is_followed(path: str) -> None:
    assert local_path(path, "/inkorg") == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "inkorg",
        "./inkorg",
        "../inkorg",
        "?a=b",
        "#main",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "/a\\b",
        "/a//evil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/a/..//evil.example",
        "/a/../../b",
        "/a/./b",
        "/%2e%2e//evil.example",
        "/a/%2E%2e/b",
        "/.",
        "/..",
        "https://evil.example",
        "https:/evil.example",
        "https:evil.example",
        "http://127.0.0.1:8000/inkorg",
        "HTTPS://evil.example",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mailto:a@example.se",
        "@evil.example",
        "evil.example",
        "/\tevil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/ /evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/a\r\nLocation: https://evil.example",
        "/\x00/evil.example",
        "/\x7f",
        "/å",
        "/\u2028/evil.example",
        "/\uff0fevil.example",
        "\uff0f\uff0fevil.example",
        "//[::1]/",
        "//evil.example/%2f..",
        "//user@evil.example",
        "/" + "a" * 1000,
    ],
)
def test_no_other_address_is_followed(text: str) -> None:
    """ASVS 3.7.2."""
    assert local_path(text, "/inkorg") == "/inkorg"
