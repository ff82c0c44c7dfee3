"""`__Host-` and Secure behind https; plain names on loopback only; never readable by scripts (ASVS 3.3)."""

from dataclasses import replace

import httpx
import pytest
from litestar import Response

from app.errors import Unconfigured
from app.settings import Settings, read
from app.web.visitor import forget_session_cookie, session_cookie, set_session_cookie
from tests.web.conftest import PUBLIC


def cookies_of(response: Response[bytes]) -> list[str]:
    return [cookie.to_header(header="") for cookie in response.cookies]


@pytest.fixture
def public_settings(settings: Settings) -> Settings:
    return replace(settings, base_url=PUBLIC)


def test_the_session_cookie_belongs_to_this_host_alone(public_settings: Settings) -> None:
    response = Response(b"")

    set_session_cookie(response, "t" * 43, settings=public_settings)

    assert cookies_of(response) == [f"__Host-sid={'t' * 43}; HttpOnly; Path=/; SameSite=lax; Secure"]


def test_on_loopback_it_has_a_plain_name_since_browsers_refuse_the_other(settings: Settings) -> None:
    response = Response(b"")

    set_session_cookie(response, "t" * 43, settings=settings)

    assert cookies_of(response) == [f"sid={'t' * 43}; HttpOnly; Path=/; SameSite=lax"]


def test_plain_http_is_refused_anywhere_but_on_loopback(settings: Settings) -> None:
    environ = {
        "LARKPOST_ENVIRONMENT": "test",
        "LARKPOST_DATABASE": "sqlite:///x",
        "LARKPOST_BASE_URL": "http://post.example.se",
        "LARKPOST_KEYS": "x",
        "LARKPOST_SERVICE": "x",
        "LARKPOST_PROVIDERS": "x",
    }

    with pytest.raises(Unconfigured, match="LARKPOST_BASE_URL is http"):
        read(environ)


def test_a_forgotten_cookie_is_taken_back_with_the_same_attributes(public_settings: Settings) -> None:
    """Browsers ignore a deletion of a `__Host-` cookie that is not Secure itself."""
    response = Response(b"")

    forget_session_cookie(response, settings=public_settings)

    (cookie,) = cookies_of(response)
    assert cookie.startswith("__Host-sid=")
    assert {"Max-Age=0", "Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))


def test_the_names(settings: Settings, public_settings: Settings) -> None:
    assert (session_cookie(settings), session_cookie(public_settings)) == ("sid", "__Host-sid")


async def test_a_page_without_a_form_sets_no_cookie(client: httpx.AsyncClient) -> None:
    assert "set-cookie" not in (await client.get("/sida")).headers


async def test_a_form_sets_a_visit_cookie_once(public: httpx.AsyncClient) -> None:
    first, second = await public.get("/formular"), await public.get("/formular")

    (cookie,) = first.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-visit=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "set-cookie" not in second.headers


async def test_a_cookie_of_the_plain_name_means_nothing_behind_https(
    public: httpx.AsyncClient, db: None
) -> None:
    """Else anyone who can set a cookie for a neighbouring host could choose somebody's session."""
    await public.get("/formular")
    answer = await public.get("/formular", headers={"cookie": "visit=known"})

    assert "__Host-visit=" in answer.headers["set-cookie"]
