"""One URL, two shapes: a whole page, or the fragment that HTMX swaps in."""

import re
from typing import Any

from litestar import Request, Response
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from app.web.asked import header
from app.web.csrf import visit_cookie
from app.web.frame import Frame
from app.web.ready import Page
from app.web.visitor import draft_cookie, set_cookie

HTML = "text/html"

_LONGEST_PATH = 1000
_LOCAL = re.compile(r"/[!-\[\]-~]*")


def wants_fragment(request: Request[Any, Any, Any]) -> bool:
    """A history restore carries the HTMX header too, but needs the whole page."""
    scope = request.scope
    return header(scope, b"hx-request") == "true" and header(scope, b"hx-history-restore-request") is None


def show(
    request: Request[Any, Any, Any],
    page: str,
    /,
    *,
    fragment: str = "",
    status_code: int = HTTP_200_OK,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response[bytes]:
    """Render `page`, or only its `fragment` when HTMX asks for it. Templates get `frame` beside `context`."""
    pages = request.app.state.pages
    frame = Frame(request, pages.service)
    name = fragment if fragment and wants_fragment(request) else page
    restored: dict[str, str] = request.scope["state"].get("restored", {})
    if restored and context.get("typed") == {} and not context.get("errors"):
        context["typed"] = restored
        frame.is_late = request.scope["state"]["late"]
    body = pages.render(name, frame.language, {"frame": frame, **context})
    response = Page(
        body,
        status_code=status_code,
        media_type=HTML,
        headers={"vary": "hx-request", **(headers or {})},
    )
    if frame.new_visit:
        settings = request.app.state.settings
        name = visit_cookie(settings)
        set_cookie(response, name, frame.new_visit, settings=settings, samesite="strict")
    if restored:
        settings = request.app.state.settings
        set_cookie(response, draft_cookie(settings), "", settings=settings, max_age=0)
    return response


def done(request: Request[Any, Any, Any], *, fragment: str, back_to: str, **context: Any) -> Response[Any]:
    """After a form: the changed fragment for HTMX, post/redirect/get without it."""
    if wants_fragment(request):
        return show(request, fragment, **context)
    return Redirect(back_to, status_code=HTTP_303_SEE_OTHER)


def leave_for(request: Request[Any, Any, Any], address: str) -> Response[Any]:
    """After a form that has changed more than its part of the page: a whole page, in both shapes."""
    if wants_fragment(request):
        headers = {"hx-redirect": address, "vary": "hx-request"}
        return Response(b"", status_code=HTTP_200_OK, media_type=HTML, headers=headers)
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


def local_path(text: str, default: str) -> str:
    """`text` when it is an absolute path on this site in plain ASCII, else `default` (ASVS 3.7.2).

    Double slashes, backslashes and dot segments are refused: browsers and proxies read them differently.
    """
    path = text.partition("?")[0].partition("#")[0]
    if len(text) > _LONGEST_PATH or not _LOCAL.fullmatch(text) or "//" in path:
        return default
    return default if {".", ".."} & set(path.lower().replace("%2e", ".").split("/")) else text
