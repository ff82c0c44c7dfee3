"""Every answer carries the security headers with exactly these values, however it came about."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.web.conftest import HTMX, Small

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-to csp"
)
EXPECTED = {
    "reporting-endpoints": 'csp="/csp-report"',
    "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), "
        "publickey-credentials-get=()"
    ),
}
THREAD = "/missing/0195d3a0-0000-7000-8000-000000000001"

TOO_MUCH = {"text": "a" * 1_000_001}
ENDINGS: dict[str, tuple[int, str, str, dict[str, Any]]] = {
    "a page": (200, "GET", "/sida", {}),
    "a fragment": (200, "GET", "/sida", {"headers": HTMX}),
    "a redirect": (303, "GET", "/redirect", {}),
    "a malformed request": (400, "GET", "/text?size=x", {}),
    "somebody else's form": (403, "POST", "/formular", {}),
    "no such address": (404, "GET", "/finns-inte", {}),
    "no such thing": (404, "GET", THREAD, {}),
    "no such id": (404, "GET", "/missing/1", {}),
    "no such file": (404, "GET", "/static/finns-inte.css", {}),
    "the wrong method": (405, "TRACE", "/sida", {}),
    "a method nobody knows": (405, "FOO", "/sida", {}),
    "a refusal": (409, "GET", "/refused", {}),
    "too much": (
        413,
        "POST",
        "/formular",
        {"data": {"text": "a" * 1_000_001}, "headers": {"cookie": "visit=x"}},
    ),
    "a fault": (500, "GET", "/boom", {}),
    "a problem": (409, "GET", "/api/refused", {}),
    "a program's fault": (500, "GET", "/api/boom", {}),
    "nobody signed in": (303, "GET", "/stangd", {}),
    "a stream": (200, "GET", "/stream", {}),
    "the icon": (200, "GET", "/favicon.ico", {}),
    "a question about methods": (204, "OPTIONS", "/sida", {}),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, ending: str) -> None:
    """ASVS 3.4.1–3.4.8, 4.1.4."""
    status, method, path, more = ENDINGS[ending]

    answer = await client.request(method, path, **more)

    assert answer.status_code == status
    assert {name: answer.headers.get_list(name) for name in EXPECTED} == {
        name: [value] for name, value in EXPECTED.items()
    }
    assert answer.headers.get_list("content-security-policy") == [POLICY]
    assert len(answer.headers.get_list("cache-control")) == 1
    assert "access-control-allow-origin" not in answer.headers


async def test_an_invalid_form_carries_them_too(client: httpx.AsyncClient, token: Callable[..., Any]) -> None:
    answer = await client.post("/formular", data={"_csrf": await token(client)})

    assert answer.status_code == 422
    assert answer.headers["content-security-policy"] == POLICY


async def test_a_stylesheet_may_be_kept_for_ever_and_carries_them_too(
    client: httpx.AsyncClient, small: Small
) -> None:
    answer = await client.get(small.state.pages.assets.css)

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert {name: answer.headers[name] for name in EXPECTED} == EXPECTED


@pytest.mark.parametrize("path", ["/sida", "/finns-inte", "/boom", "/redirect", "/api/refused", "/stream"])
async def test_nothing_is_stored_unless_the_route_says_so(client: httpx.AsyncClient, path: str) -> None:
    """ASVS 14.3.2."""
    assert (await client.get(path)).headers["cache-control"] == "no-store"


async def test_a_route_may_allow_storing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/behallet")).headers["cache-control"] == "public, max-age=60"


async def test_a_form_may_lead_on_to_the_origins_its_route_names(client: httpx.AsyncClient) -> None:
    answer = await client.get("/avsluta")

    assert "form-action 'self' https://legitimation.example;" in answer.headers["content-security-policy"]
    assert "x-form-action" not in answer.headers
    assert len(answer.headers.get_list("content-security-policy")) == 1


async def test_a_fault_outside_all_handlers_is_still_an_answer(
    small: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    """ASVS 16.5.4: what even the error page cannot take is caught by the shell."""
    del small.state["pages"]

    async with small.at() as client:
        answer = await client.get("/boom")

    assert answer.status_code == 500
    assert "Försök igen om en stund." in answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert '"fault"' in capsys.readouterr().err


async def test_half_an_answer_is_broken_off_without_its_values(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await client.get("/halvt")

    assert answer.text == "a"
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "191212121212" not in said
