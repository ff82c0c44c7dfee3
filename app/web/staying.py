"""How long one stays signed in: asked without counting as a visit, and made longer by one press."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from app.errors import NotSignedIn
from app.sessions.principals import RESIDENT
from app.web import drafts
from app.web.hypermedia import done, show, wants_fragment
from app.web.visitor import provide_now, session_of

Asked = Request[Any, Any, Any]

FRAGMENT = "shared/_session.html"


@get("/inloggning", opt={"background": True})
async def show_session(request: Asked) -> Response[Any]:
    """For scripts; without them every page says it."""
    if not wants_fragment(request):
        return Redirect("/", status_code=HTTP_303_SEE_OTHER)
    return await _shown(request)


@post("/inloggning/forlangning", status_code=HTTP_200_OK)
async def create_extension(request: Asked) -> Response[Any]:
    """Every visit makes the session longer; this one does nothing else."""
    if not wants_fragment(request):
        return done(request, fragment=FRAGMENT, back_to="/")
    return await _shown(request)


@post("/utkast")
async def create_draft(request: Asked) -> Response[Any]:
    """Keeps the form that was on the page when the session ended, and leads by the sign-in back to it."""
    owner = await drafts.owner_of(request)
    if owner is None or session_of(request) is None:
        raise NotSignedIn(owner.kind if owner else RESIDENT)
    await drafts.keep(request, owner, provide_now(request))
    response = Redirect(drafts.page_of(request), status_code=HTTP_303_SEE_OTHER)
    return drafts.remember(request, response)


async def _shown(request: Asked) -> Response[Any]:
    """Whose session it was decides at which door they come in again."""
    owner = await drafts.owner_of(request) if session_of(request) is None else None
    request.scope["state"]["door"] = owner.kind if owner else RESIDENT
    return show(request, FRAGMENT)


router = Router("/", route_handlers=[show_session, create_extension, create_draft], include_in_schema=False)
