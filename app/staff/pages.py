"""What a clinic's staff see."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from app.sessions.principals import Clinician
from app.web.hypermedia import show

Asked = Request[Any, Any, Any]

SUMMONSES = "/personal/kallelser"


@get("/")
async def show_door(clinician: NamedDependency[Clinician]) -> Redirect:  # noqa: ARG001 - only staff go on
    return Redirect(SUMMONSES, status_code=HTTP_303_SEE_OTHER)


@get("/kallelser")
async def show_summonses(request: Asked, clinician: NamedDependency[Clinician]) -> Response[bytes]:
    return show(request, "staff/page.html", fragment="staff/_summonses.html", clinician=clinician)


router = Router("/personal", route_handlers=[show_door, show_summonses])
