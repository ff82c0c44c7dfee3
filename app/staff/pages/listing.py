"""The clinic's summonses."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from app.sessions.principals import Clinician
from app.staff.formats.lines import SUMMONSES, cursor_from, filters, row
from app.summons import queries
from app.web.hypermedia import show

Asked = Request[Any, Any, Any]


@get("/")
async def show_door(clinician: NamedDependency[Clinician]) -> Redirect:  # noqa: ARG001 - only staff go on
    return Redirect(SUMMONSES, status_code=HTTP_303_SEE_OTHER)


@get("/kallelser")
async def show_summonses(
    request: Asked,
    clinician: NamedDependency[Clinician],
    now: NamedDependency[datetime],
    lage: FromQuery[str] = "",
    last: FromQuery[str] = "",
    fore: FromQuery[str] = "",
) -> Response[bytes]:
    chosen, older_than = filters(lage, last), cursor_from(fore) if fore else None
    found = await queries.summonses_by(clinician, wanted=chosen.wanted, older_than=older_than, now=now)
    language = request.state.language
    return show(
        request,
        "staff/page.html",
        fragment="staff/_summonses.html",
        clinician=clinician,
        rows=[row(line, language, now=now) for line in found.lines],
        states=chosen.states(language),
        reads=chosen.reads(language),
        filtered=bool(chosen),
        newest="" if not fore else chosen.url,
        older=chosen.older(found.older) if found.older else "",
    )
