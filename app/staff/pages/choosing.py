"""Choosing a time for a resident: another one, or a first."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT

from app.booking.queries import fitting_slots
from app.errors import Refused
from app.sessions.principals import Clinician
from app.staff import actions
from app.staff.formats.choices import ChoiceForm, ChoiceView, Chosen, choice_view, since
from app.staff.formats.opened import resident
from app.staff.formats.words import BOOK, MOVE, why_not, why_refused
from app.staff.pages.opened import Colleagues, when_done, when_refused
from app.summons import queries
from app.summons.queries import Case, Opened
from app.web.forms import Invalid, show_again
from app.web.hypermedia import show

Asked = Request[Any, Any, Any]

PAGE, FRAGMENT = "staff/new_time.html", "staff/_new_time.html"
DONE_BY = {MOVE: "ombokad", BOOK: "bokad"}
# How many times are shown at once; a date leads to those after.
MOST = 60


@get("/kallelser/{summons_id:uuid}/flytt")
async def show_move(
    request: Asked,
    summons_id: FromPath[UUID],
    clinician: NamedDependency[Clinician],
    colleagues: NamedDependency[Colleagues],
    now: NamedDependency[datetime],
    fran: FromQuery[str] = "",
) -> Response[bytes]:
    opened = await queries.summons_opened_by(clinician, summons_id, now=now)
    return await _choose(request, opened, colleagues, errand=MOVE, fran=fran, now=now)


@get("/kallelser/{summons_id:uuid}/bokning")
async def show_booking(
    request: Asked,
    summons_id: FromPath[UUID],
    clinician: NamedDependency[Clinician],
    colleagues: NamedDependency[Colleagues],
    now: NamedDependency[datetime],
    fran: FromQuery[str] = "",
) -> Response[bytes]:
    opened = await queries.summons_opened_by(clinician, summons_id, now=now)
    return await _choose(request, opened, colleagues, errand=BOOK, fran=fran, now=now)


@post("/kallelser/{summons_id:uuid}/flytt", status_code=HTTP_200_OK)
async def create_move(
    request: Asked,
    summons_id: FromPath[UUID],
    clinician: NamedDependency[Clinician],
    colleagues: NamedDependency[Colleagues],
    data: URLEncodedBody[ChoiceForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return await _answer(request, summons_id, clinician, colleagues, data, errand=MOVE, now=now)


@post("/kallelser/{summons_id:uuid}/bokning", status_code=HTTP_200_OK)
async def create_booking(
    request: Asked,
    summons_id: FromPath[UUID],
    clinician: NamedDependency[Clinician],
    colleagues: NamedDependency[Colleagues],
    data: URLEncodedBody[ChoiceForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return await _answer(request, summons_id, clinician, colleagues, data, errand=BOOK, now=now)


async def _choose(
    request: Asked, opened: Opened, colleagues: Colleagues, *, errand: str, fran: str, now: datetime
) -> Response[bytes]:
    if why := why_not(opened.case, request.state.language, now=now, errand=errand):
        return await when_refused(request, opened, colleagues, now=now, why=why, status_code=HTTP_200_OK)
    choice = await _view(request, opened.case, ChoiceForm(fran=fran), errand=errand, now=now)
    return show(request, PAGE, fragment=FRAGMENT, resident=resident(opened), choice=choice, errors={})


async def _answer(
    request: Asked,
    summons_id: UUID,
    clinician: Clinician,
    colleagues: Colleagues,
    data: ChoiceForm,
    *,
    errand: str,
    now: datetime,
) -> Response[Any]:
    chosen, refused = data.read(), None
    if not isinstance(chosen, Invalid):
        refused = await _refusal(summons_id, clinician, chosen, errand=errand, now=now)
    opened = await queries.summons_opened_by(clinician, summons_id, now=now)
    if not refused and not isinstance(chosen, Invalid):
        return await when_done(request, opened, colleagues, now=now, what=DONE_BY[errand])
    why = why_refused(refused, request.state.language) if refused else ""
    if why_not(opened.case, request.state.language, now=now, errand=errand):
        return await when_refused(request, opened, colleagues, now=now, why=why)
    choice = await _view(request, opened.case, data, errand=errand, now=now, refusal=why)
    if isinstance(chosen, Invalid):
        return show_again(request, PAGE, chosen, fragment=FRAGMENT, resident=resident(opened), choice=choice)
    return show(
        request,
        PAGE,
        fragment=FRAGMENT,
        status_code=HTTP_409_CONFLICT,
        resident=resident(opened),
        choice=choice,
        errors={},
    )


async def _refusal(
    summons_id: UUID, clinician: Clinician, chosen: Chosen, *, errand: str, now: datetime
) -> Refused | None:
    try:
        if errand == MOVE:
            await actions.move(
                summons_id,
                clinician=clinician,
                slot_id=chosen.slot_id,
                seen=chosen.seen,
                keep_old=chosen.keep_old,
                now=now,
            )
        else:
            await actions.book(summons_id, clinician=clinician, slot_id=chosen.slot_id, now=now)
    except Refused as refused:
        return refused
    return None


async def _view(
    request: Asked, case: Case, data: ChoiceForm, *, errand: str, now: datetime, refusal: str = ""
) -> ChoiceView:
    summons = case.summons
    free = await fitting_slots(
        summons.time_type_id,
        resident_id=summons.resident_id,
        errand_id=summons.id,
        now=now,
        since=since(data.fran),
        limit=MOST + 1,
    )
    return choice_view(
        case, free[:MOST], request.state.language, errand=errand, more=len(free) > MOST, form=data,
        refusal=refusal,
    )  # fmt: skip
