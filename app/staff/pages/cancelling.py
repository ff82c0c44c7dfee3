"""Cancelling for a resident: asked first, with what follows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT

from app.errors import Refused
from app.sessions.principals import Clinician
from app.staff import actions
from app.staff.formats.cancellations import cancellation_view
from app.staff.formats.opened import resident
from app.staff.formats.words import CANCEL, why_not, why_refused
from app.staff.pages.opened import Colleagues, when_done, when_refused
from app.summons import queries
from app.summons.queries import Opened
from app.web.hypermedia import show

Asked = Request[Any, Any, Any]

PAGE, FRAGMENT = "staff/calling_off.html", "staff/_calling_off.html"


@dataclass(frozen=True)
class CancellationForm:
    """`oppna`: others may book the time."""

    seen: str = ""
    oppna: str = ""


@get("/kallelser/{summons_id:uuid}/avbokning")
async def show_cancellation(
    request: Asked,
    summons_id: FromPath[UUID],
    clinician: NamedDependency[Clinician],
    colleagues: NamedDependency[Colleagues],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    opened = await queries.summons_opened_by(clinician, summons_id, now=now)
    if why := why_not(opened.case, request.state.language, now=now, errand=CANCEL):
        return await when_refused(request, opened, colleagues, now=now, why=why, status_code=HTTP_200_OK)
    return _asked(request, opened)


@post("/kallelser/{summons_id:uuid}/avbokning", status_code=HTTP_200_OK)
async def create_cancellation(
    request: Asked,
    summons_id: FromPath[UUID],
    clinician: NamedDependency[Clinician],
    colleagues: NamedDependency[Colleagues],
    data: URLEncodedBody[CancellationForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    refused = None
    try:
        await actions.cancel(
            summons_id, clinician=clinician, seen=data.seen, keep_slot=bool(data.oppna), now=now
        )
    except Refused as no:
        refused = no
    opened = await queries.summons_opened_by(clinician, summons_id, now=now)
    if not refused:
        return await when_done(request, opened, colleagues, now=now, what="avbokad")
    language = request.state.language
    why = why_refused(refused, language)
    if why_not(opened.case, language, now=now, errand=CANCEL):
        return await when_refused(request, opened, colleagues, now=now, why=why)
    return _asked(request, opened, data, status_code=HTTP_409_CONFLICT, refusal=why)


def _asked(
    request: Asked,
    opened: Opened,
    data: CancellationForm | None = None,
    *,
    status_code: int = HTTP_200_OK,
    refusal: str = "",
) -> Response[bytes]:
    opens = bool(data and data.oppna)
    return show(
        request,
        PAGE,
        fragment=FRAGMENT,
        status_code=status_code,
        resident=resident(opened),
        cancellation=cancellation_view(opened.case, request.state.language, opens=opens, refusal=refusal),
    )
