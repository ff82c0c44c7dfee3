"""What cannot be done is said in words, in the shape that the asker understands."""

from typing import Any

import httpx
import pytest

from app.errors import CODES
from tests.web.conftest import CANARY, HTMX, LOOPBACK, Small

THREAD = "0195d3a0-0000-7000-8000-000000000001"


async def test_a_refusal_is_a_page_in_words(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused")

    assert answer.status_code == 409
    assert "<h1>Det gick inte</h1>" in answer.text
    assert "Det är för sent. Ring &#34;&#39;&gt;&lt;svg onload=alert(1)&gt;" in answer.text
    assert CANARY not in answer.text


async def test_a_refusal_goes_to_the_live_region(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused", headers=HTMX)

    assert answer.status_code == 409
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#refusal", "innerHTML")
    assert (
        answer.text == "<p>Det är för sent. Ring &#34;&#39;&gt;&lt;svg onload=alert(1)&gt;&amp;{{7*7}}.</p>"
    )


async def test_a_refusal_is_a_problem_document_for_programs(client: httpx.AsyncClient) -> None:
    """RFC 9457."""
    answer = await client.get("/api/refused")

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": f"{LOOPBACK}/utvecklare/problem/web-tests.too-late",
        "title": "Conflict",
        "status": 409,
        "detail": "Det är för sent. Ring 08.",
        "code": "web-tests.too-late",
    }


async def test_what_is_missing_is_404_and_reported(client: httpx.AsyncClient, small: Small) -> None:
    """ASVS 16.3.2: a denied read is heard of once."""
    answer = await client.get(f"/missing/{THREAD}")

    assert answer.status_code == 404
    assert "<h1>Sidan finns inte</h1>" in answer.text
    assert small.denied == [f"thread {THREAD}"]


async def test_htmx_hears_that_something_is_missing(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/missing/{THREAD}", headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (404, "#refusal")


async def test_a_report_that_fails_does_not_hide_the_answer(
    client: httpx.AsyncClient, small: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fails(*_: Any) -> None:
        raise OSError("191212121212")

    small.state.denied = fails

    assert (await client.get(f"/missing/{THREAD}")).status_code == 404
    assert "OSError" in capsys.readouterr().err


async def test_an_address_that_leads_nowhere_is_404(client: httpx.AsyncClient, small: Small) -> None:
    """ASVS 14.2.5."""
    assert (await client.get("/sida/x.css")).status_code == 404
    assert (await client.get("/api/x")).json()["code"] == "request.missing"
    assert small.denied == []


async def test_a_stranger_is_sent_to_sign_in_and_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/stangd?sida=2&a=b")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/logga-in?till=/stangd%3Fsida%3D2%26a%3Db"


async def test_htmx_is_sent_to_sign_in_and_back_to_the_page_it_was_on(client: httpx.AsyncClient) -> None:
    answer = await client.get("/stangd", headers=HTMX)

    assert answer.headers["HX-Redirect"] == "/logga-in?till=/trad%3Fsida%3D2"
    assert answer.text == ""


@pytest.mark.parametrize(
    "current", ["", "//evil.example", "javascript:alert(1)", "http://127.0.0.1:8000//evil"]
)
async def test_a_strange_current_address_is_not_followed(client: httpx.AsyncClient, current: str) -> None:
    answer = await client.get("/stangd", headers=HTMX | {"HX-Current-URL": current})

    assert answer.headers["HX-Redirect"] == "/logga-in"


async def test_a_program_without_a_token_gets_401(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/stangd")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "request.unauthenticated"


@pytest.mark.parametrize("method", ["TRACE", "FOO", "PATCH", "HEAD", "DELETE"])
async def test_other_methods_are_405_and_say_which_are_allowed(
    client: httpx.AsyncClient, method: str
) -> None:
    """ASVS 4.1.4."""
    answer = await client.request(method, "/sida")

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


async def test_a_fault_shows_a_reference_and_nothing_else(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """ASVS 16.5.1, 13.4.2."""
    answer = await client.get("/boom")

    assert answer.status_code == 500
    reference = answer.text.split('class="reference">')[1].split("<")[0]
    assert "ValueError" not in answer.text
    assert "191212121212" not in answer.text
    said = capsys.readouterr().err
    assert f'"request": "{reference}", "fault": ["builtins.ValueError"]' in said
    assert "191212121212" not in said


async def test_a_programs_fault_shows_a_reference_and_nothing_else(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/boom")).json()

    assert set(document) == {"type", "title", "status", "detail", "code", "reference"}
    assert document["code"] == "server.unexpected"


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "said"),
    [
        ("GET", "/api/finns-inte", b"", 404, "What you are looking for is not here."),
        ("PATCH", "/api/refused", b"", 405, "Use one of the methods in the Allow header"),
        ("POST", "/api/stort", b"a" * 1_000_001, 413, "at most 1 MB; a letter's text may be 50 kB"),
        ("GET", "/api/boom", b"", 500, "Something went wrong on our side."),
    ],
)
async def test_programs_are_answered_in_english_whatever_they_accept(
    client: httpx.AsyncClient, method: str, path: str, content: bytes, status: int, said: str
) -> None:
    asked = {"accept-language": "sv", "cookie": "lang=sv"}
    answer = await client.request(method, path, content=content, headers=asked)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


async def test_two_of_one_parameter_are_no_fault(client: httpx.AsyncClient) -> None:
    """ASVS 15.3.7."""
    assert (await client.get("/sida?sagt=a&sagt=b")).status_code == 200


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("path", ["/refused", "/finns-inte", "/boom", f"/missing/{THREAD}"])
async def test_error_pages_are_whole_pages_with_help(
    client: httpx.AsyncClient, path: str, language: str
) -> None:
    text = (await client.get(path, headers={"accept-language": language})).text

    assert f'<html lang="{language}">' in text
    assert text.count("<h1>") == 1
    assert 'href="tel:' in text
    assert 'href="/tillganglighet"' in text


def test_codes_are_unique_words() -> None:
    assert all(code == code.lower() and "." in code for code in CODES)
