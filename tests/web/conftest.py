"""A small site with one route for each way a request can end."""

import importlib.util
import re
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Stream

from app.errors import Missing, NotSignedIn, Refused
from app.language import lazy
from app.settings import Settings
from app.vault.keys import KeyRing
from app.web import assets, service
from app.web.forms import NOTHING_WRONG, Invalid, show_again
from app.web.hypermedia import done, show
from app.web.pages import TEMPLATES, Pages
from app.web.shell import Shell
from app.web.site import compose
from tests.make import Clock

CANARY = """"'><svg onload=alert(1)>&{{7*7}}"""
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8000/trad?sida=2"}
LOOPBACK = "http://127.0.0.1:8000"
PUBLIC = "https://post.example.se"

Asked = Request[Any, Any, Any]


class TooLate(Refused):
    code = "web-tests.too-late"
    sentence = lazy("Det är för sent. Ring %(clinic)s.")


@dataclass(frozen=True)
class Form:
    text: str = ""


@get("/sida")
async def page(request: Asked, sagt: FromQuery[str] = "") -> Response[bytes]:
    return show(request, "small/page.html", fragment="small/_thing.html", word=sagt, **NOTHING_WRONG)


@get("/formular")
async def form_page(request: Asked) -> Response[bytes]:
    return show(request, "small/form.html", typed={}, errors={})


@post("/formular", status_code=200)
async def send(request: Asked, data: URLEncodedBody[Form]) -> Response[Any]:
    if not data.text:
        found = Invalid({"text": lazy("Skriv något.")}, {"text": data.text})
        return show_again(request, "small/form.html", found, fragment="small/_form.html")
    if data.text == "sent":
        raise TooLate(clinic="08-12 34 56")
    if data.text == "krasch":
        raise ValueError
    return done(request, fragment="small/_thing.html", back_to="/sida", word=data.text)


@get("/avsluta")
async def leave(request: Asked) -> Response[bytes]:
    return show(
        request, "small/form.html", headers={"x-form-action": "https://legitimation.example"}, **NOTHING_WRONG
    )


@get("/refused")
async def refused() -> None:
    raise TooLate(clinic=CANARY)


@get("/api/refused")
async def refused_program() -> None:
    raise TooLate(clinic="08")


@get("/missing/{id:uuid}")
async def missing(id: FromPath[UUID]) -> None:
    raise Missing("thread", id)


@get("/stangd")
async def closed() -> None:
    raise NotSignedIn


@get("/api/stangd")
async def closed_program() -> None:
    raise NotSignedIn


@get(["/boom", "/api/boom"])
async def boom() -> None:
    raise ValueError("191212121212")


@get("/omgiven", response_headers={"x-declared": "round the handler"})
async def surrounded(request: Asked) -> Response[bytes]:
    response = show(request, "small/form.html", headers={"X-Own": "å"}, **NOTHING_WRONG)
    response.headers["X-Late"] = "too"
    return response


@get("/redirect")
async def redirect() -> Redirect:
    return Redirect("/sida", status_code=303)


@get("/stream")
async def stream() -> Stream:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a" * 400
        yield b"b" * 400

    return Stream(pieces(), media_type="text/plain")


@get("/halvt")
async def half() -> Stream:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        raise ValueError("191212121212")

    return Stream(pieces(), media_type="text/plain")


@get("/text")
async def text(size: FromQuery[int] = 5000) -> Response[bytes]:
    return Response(b"a" * size, media_type="text/plain")


@get("/bild")
async def picture() -> Response[bytes]:
    return Response(b"a" * 5000, media_type="image/png")


@get("/behallet", opt={"cookieless": True})
async def kept() -> Response[bytes]:
    return Response(b"a", media_type="text/plain", headers={"cache-control": "public, max-age=60"})


@post("/api/utan-kakor", opt={"cookieless": True}, status_code=200)
async def cookieless(request: Asked) -> Response[bytes]:
    return Response(str(request.scope["state"]["session"]).encode(), media_type="text/plain")


@post("/api/stort", opt={"cookieless": True}, status_code=200)
async def large(request: Asked) -> Response[bytes]:
    return Response(b"%d" % len(await request.body()), media_type="text/plain")


HANDLERS = [
    *(page, form_page, send, leave, refused, refused_program, missing, closed, closed_program, boom),
    *(surrounded, redirect, stream, half, text, picture, kept, cookieless, large),
]


@dataclass
class Small:
    shell: Shell
    denied: list[str]

    def at(self, base_url: str = LOOPBACK) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=cast(Any, self.shell), raise_app_exceptions=False)
        plain = {"accept-encoding": "identity"}
        return httpx.AsyncClient(transport=transport, base_url=base_url, headers=plain)

    @property
    def state(self) -> State:
        return cast(Litestar, self.shell.app).state


@pytest.fixture(scope="session")
def small_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real layout and error pages, and two pages of our own."""
    folder = tmp_path_factory.mktemp("templates")
    for part in ("errors", "shared"):
        shutil.copytree(TEMPLATES / part, folder / part)
    shutil.copy(TEMPLATES / "layout.html", folder)
    shutil.copytree(Path(__file__).parent / "templates", folder / "small")
    return folder


@pytest.fixture(scope="session")
def pages(small_templates: Path, settings: Settings) -> Pages:
    known = service.read(settings.service)
    return Pages(small_templates, service=known, assets=assets.read(settings.browser_code), demo=True)


@pytest.fixture(scope="session")
def make_small(
    pages: Pages, settings: Settings, keyring: KeyRing, the_clock: Clock
) -> Callable[[str], Small]:
    def made(base_url: str) -> Small:
        denied: list[str] = []

        async def hear(_request: Asked, missing: Missing) -> None:
            denied.append(f"{missing.kind} {missing.id}")

        shell = compose(
            HANDLERS,
            settings=replace(settings, base_url=base_url),
            pages=pages,
            web_key=keyring.web,
            clock=the_clock,
            denied=hear,
            openapi_config=None,
        )
        return Small(shell, denied)

    return made


@pytest.fixture
def small(make_small: Callable[[str], Small]) -> Small:
    return make_small(LOOPBACK)


@pytest.fixture
async def client(small: Small) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on loopback where nobody is signed in."""
    async with small.at() as client:
        yield client


@pytest.fixture
async def public(make_small: Callable[[str], Small]) -> AsyncIterator[httpx.AsyncClient]:
    """The same site behind https."""
    async with make_small(PUBLIC).at(PUBLIC) as client:
        yield client


@pytest.fixture(scope="session")
def token() -> Callable[[httpx.AsyncClient], Any]:
    """The token in a form, as a browser would send it. It asks for the form, so the client has its cookie."""

    async def read(client: httpx.AsyncClient) -> str:
        return token_in((await client.get("/formular")).text)

    return read


def token_in(html: str) -> str:
    match = re.search(r'name="_csrf" value="([^"]+)"', html)
    assert match, html
    return match[1]


@pytest.fixture
def fresh() -> Callable[[str], Any]:
    """A module as it would be in a process that imports it now; the one in use stays as it is."""

    def imported(name: str) -> Any:
        spec = importlib.util.find_spec(name)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return imported
