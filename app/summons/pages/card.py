"""The summons itself: its card in a thread, and the page it has of its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from app.booking.queries import free_again
from app.errors import Refused
from app.inbox.formats import Card
from app.inbox.queries.traces import seen_by
from app.language import Language
from app.sessions.principals import Resident
from app.summons import queries
from app.summons.formats.addresses import address
from app.summons.formats.card import Shown, head, shown
from app.summons.queries import Case
from app.web.hypermedia import leave_for, show

Asked = Request[Any, Any, Any]

PAGE, CARD = "summons/page.html", "summons/_summons.html"


async def cards(
    resident: Resident, ids: Sequence[UUID], *, language: Language, now: datetime
) -> dict[UUID, Card]:
    """What a thread's messages are about. The thread's own row in the audit says that they were read."""
    cases = await queries.cases_for(resident.inbox_of, ids, seen=seen_by(resident, "m"))
    views = await _shown(cases.values(), language, now)
    return {
        id: Card(
            home=case.summons.message_id,
            full=CARD,
            short="summons/_note.html",
            kept="summons/_kept.html",
            shown=views[id],
        )
        for id, case in cases.items()
    }


@get("/{summons_id:uuid}")
async def show_summons(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    case = await queries.case_opened_by(resident, summons_id, now=now)
    return await show_as_it_stands(request, case, now=now)


async def show_refused(
    request: Asked, resident: Resident, summons_id: UUID, refusal: Refused, *, now: datetime
) -> Response[bytes]:
    """Where the button was: why it did not happen, and how things stand, asked for afresh."""
    case = await queries.case_opened_by(resident, summons_id, now=now)
    return await show_as_it_stands(request, case, now=now, refusal=refusal.said(request.state.language))


async def show_as_it_stands(
    request: Asked, case: Case, *, now: datetime, errors: dict[str, str] | None = None, refusal: str = ""
) -> Response[bytes]:
    """Also in place of a step that cannot be taken any more, and of one that somebody left."""
    language = request.state.language
    view = (await _shown([case], language, now))[case.summons.id]
    request.state.here = view.url
    return show(
        request,
        PAGE,
        fragment=CARD,
        status_code=_status(errors, refusal),
        headers={} if errors else {"hx-push-url": address(case.summons.place)},
        card=view._replace(errors=errors or {}, refusal=refusal),
        head=head(case, language),
        errors=errors or {},
    )


def _status(errors: dict[str, str] | None, refusal: str) -> int:
    return HTTP_422_UNPROCESSABLE_ENTITY if errors else HTTP_409_CONFLICT if refusal else HTTP_200_OK


def answered(request: Asked, case: Case, *, now: datetime) -> Response[Any]:
    """To the card as it now stands. A receipt has come too, and what other messages say is different."""
    milliseconds = round(now.timestamp() * 1000)
    return leave_for(request, address(case.summons.place, answered=str(milliseconds)))


async def _shown(cases: Iterable[Case], language: Language, now: datetime) -> dict[UUID, Shown]:
    found = list(cases)
    taken_back = [case.visit.id for case in found if case.visit and case.may_take_back(now)]
    free = await free_again(taken_back, now=now)
    return {
        case.summons.id: shown(
            case, language, now=now, free_again=case.visit is not None and case.visit.id in free
        )
        for case in found
    }
