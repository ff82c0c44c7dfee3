"""A form that came after its session's end is not lost: it waits, sealed, at the page it came from.

Nothing takes effect. The person signs in again, finds the form as they left it, and presses once more.

What is typed in one step of several waits for the next in the same way (`go_on`).
"""

from datetime import datetime
from typing import Any

from litestar import Litestar, Request, Response
from litestar.response import Redirect
from litestar.routes import HTTPRoute
from litestar.status_codes import HTTP_303_SEE_OTHER

from app import sessions
from app.errors import NotSignedIn
from app.sessions import drafts
from app.sessions.queries import Owner
from app.settings import Settings
from app.web.asked import cookie, header
from app.web.csrf import FIELD, SAFE, NotFromOurPage
from app.web.hypermedia import local_path
from app.web.visitor import draft_cookie, session_cookie, session_of, set_cookie

Asked = Request[Any, Any, Any]

# In a draft that came in time. No form can say so: it is ours.
IN_TIME = "_in-time"
# What a page writes into its forms for itself.
OURS = frozenset({FIELD, "seen", "till", IN_TIME})
MOST_FIELDS = 30
LONGEST = 20_000
KEEPING = "/utkast"


async def keep_late(request: Asked, exception: Exception) -> None:
    """Before the answer to a form that was not let in, whose handler never ran.

    A form without our token is kept for a browser that itself says it is from our own page. Whose it is, the
    cookie says, also when its session is over; of nobody we know, nothing is kept.
    """
    if request.scope["method"] in SAFE or not _is_late(request, exception):
        return
    request.scope["state"]["form_page"] = page_of(request)
    owner = await owner_of(request)
    if owner:
        await keep(request, owner, request.app.state.clock())


async def keep(request: Asked, owner: Owner, now: datetime) -> None:
    fields = _written(request)
    if fields:
        state = request.scope["state"]
        state["draft"] = await drafts.keep(page_of(request), fields, owner=owner, now=now)
        state["draft_kind"] = owner.kind


async def go_on(request: Asked, page: str, *, now: datetime) -> Response[Any]:
    """To the next step at its own address, so that the browser's back button can show it again.

    What this form says is filled in there, once. It stands in no address.
    """
    owner, fields = await owner_of(request), _written(request)
    if owner and fields:
        kept = fields | {IN_TIME: "1"}
        request.scope["state"]["draft"] = await drafts.keep(page, kept, owner=owner, now=now)
    return remember(request, Redirect(page, status_code=HTTP_303_SEE_OTHER))


async def owner_of(request: Asked) -> Owner | None:
    signed = session_of(request)
    if signed:
        return Owner(signed.kind, signed.subject_id)
    settings: Settings = request.app.state.settings
    token = cookie(request.scope, session_cookie(settings))
    return await sessions.owner_of(token) if token else None


async def restore(request: Asked) -> None:
    """The draft of the page that is asked for, once, by who is signed in. A browser's guess opens nothing."""
    signed = session_of(request)
    settings: Settings = request.app.state.settings
    token = cookie(request.scope, draft_cookie(settings))
    if not token or not signed or request.scope["method"] != "GET":
        return
    if header(request.scope, b"sec-purpose"):
        return
    found = await drafts.take(
        token,
        page=request.scope["path"],
        by=Owner(signed.kind, signed.subject_id),
        now=request.app.state.clock(),
    )
    if found:
        request.scope["state"]["late"] = not found.pop(IN_TIME, "")
        request.scope["state"]["restored"] = found


def restored(request: Asked) -> dict[str, str]:
    found: dict[str, str] = request.scope["state"].get("restored", {})
    return found


def remember(request: Asked, response: Response[Any]) -> Response[Any]:
    """Gives the browser what opens the draft. Lax: it comes back by way of the provider's site."""
    token = request.scope["state"].get("draft")
    if token:
        settings: Settings = request.app.state.settings
        seconds = int(drafts.LIFETIME.total_seconds())
        set_cookie(response, draft_cookie(settings), token, settings=settings, max_age=seconds)
    return response


def page_of(request: Asked) -> str:
    """Where a form can be filled in again: its own address, or the nearest above it that can be shown."""
    path: str = request.scope["path"]
    if path == KEEPING:
        return local_path(request.query_params.get("till", ""), "/").partition("?")[0]
    shown, template = request.app.state.shown, str(request.scope["path_template"])
    while template.count("/") > 1 and template not in shown:
        template, path = template.rpartition("/")[0], path.rpartition("/")[0]
    return path if template in shown else "/"


def addresses_shown(app: Litestar) -> frozenset[str]:
    """Of all that can be asked for, without saying how an id looks."""
    return frozenset(
        route.path_format
        for route in app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.route_handler_map
    )


def _is_late(request: Asked, exception: Exception) -> bool:
    if isinstance(exception, NotSignedIn):
        return session_of(request) is None
    is_ours = header(request.scope, b"sec-fetch-site") == "same-origin"
    return isinstance(exception, NotFromOurPage) and is_ours


def _written(request: Asked) -> dict[str, str]:
    form: dict[str, Any] = request.scope["state"].get("form", {})
    found = {
        name: value
        for name, value in list(form.items())[:MOST_FIELDS]
        if isinstance(value, str) and value and name not in OURS
    }
    return found if sum(map(len, found.values())) <= LONGEST else {}
