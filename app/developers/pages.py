"""Everything a care system's developer needs, without signing in and without JavaScript."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.developers.formats.guides import PAGES, guide
from app.developers.formats.reference import groups, operation
from app.errors import Missing
from app.web.hypermedia import show

Asked = Request[Any, Any, Any]


@get("/", sync_to_thread=False)
def show_developers(request: Asked) -> Response[bytes]:
    return show(request, "developers/page.html")


@get([f"/{page}" for page in PAGES], sync_to_thread=False)
def show_guide(request: Asked) -> Response[bytes]:
    page = request.scope["path"].rpartition("/")[2]
    return show(request, "developers/guide.html", guide=guide(page))


@get("/referens", sync_to_thread=False)
def show_reference(request: Asked) -> Response[bytes]:
    return show(request, "developers/reference.html", groups=groups(_base_url(request)))


@get("/referens/{name:str}", sync_to_thread=False)
def show_operation(request: Asked, name: FromPath[str]) -> Response[bytes]:
    found = operation(_base_url(request), name)
    if found is None:
        raise Missing("operation")
    return show(request, "developers/operation.html", operation=found)


def _base_url(request: Asked) -> str:
    base_url: str = request.app.state.settings.base_url
    return base_url


router = Router("/utvecklare", route_handlers=[show_developers, show_guide, show_reference, show_operation])
