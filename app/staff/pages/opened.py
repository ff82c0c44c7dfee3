"""One summons, and how it is shown after whatever was done with it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.status_codes import HTTP_409_CONFLICT

from app.language import Language, Lazy
from app.language import lazy as _l
from app.sessions.principals import CLINICIAN, Clinician
from app.staff.formats.opened import SummonsView, resident, summons_view
from app.summons import queries
from app.summons.queries import Opened
from app.web.hypermedia import done, show

Asked = Request[Any, Any, Any]

PAGE, FRAGMENT = "staff/case.html", "staff/_case.html"
DONE: dict[str, Lazy] = {
    "bokad": _l("Tiden är bokad. Invånaren har fått ett meddelande om det i sin inkorg."),
    "ombokad": _l("Tiden är ombokad. Invånaren har fått ett meddelande om det i sin inkorg."),
    "avbokad": _l("Tiden är avbokad. Invånaren har fått ett meddelande om det i sin inkorg."),
}


@dataclass(frozen=True)
class Colleagues:
    """What clinicians are called, by id: theirs to say who know who has signed in."""

    names: Callable[[Sequence[UUID]], Awaitable[dict[UUID, str]]]


@get("/kallelser/{summons_id:uuid}")
async def show_summons(
    request: Asked,
    summons_id: FromPath[UUID],
    clinician: NamedDependency[Clinician],
    colleagues: NamedDependency[Colleagues],
    now: NamedDependency[datetime],
    gjort: FromQuery[str] = "",
) -> Response[bytes]:
    opened = await queries.summons_opened_by(clinician, summons_id, now=now)
    language = request.state.language
    return show(
        request,
        PAGE,
        fragment=FRAGMENT,
        resident=resident(opened),
        summons=await view(opened, colleagues, language, now=now),
        notice=DONE[gjort].said(language) if gjort in DONE else "",
        refusal="",
    )


async def view(opened: Opened, colleagues: Colleagues, language: Language, *, now: datetime) -> SummonsView:
    ids = {step.actor_id for step in opened.steps if step.actor_kind == CLINICIAN}
    return summons_view(opened, await colleagues.names(list(ids)), language, now=now)


async def when_done(
    request: Asked, opened: Opened, colleagues: Colleagues, *, now: datetime, what: str
) -> Response[Any]:
    """The summons as it is after `what`, one of `DONE`."""
    language = request.state.language
    return done(
        request,
        fragment=FRAGMENT,
        back_to=f"/personal/kallelser/{opened.case.summons.id}?gjort={what}",
        summons=await view(opened, colleagues, language, now=now),
        notice=DONE[what].said(language),
        refusal="",
    )


async def when_refused(
    request: Asked,
    opened: Opened,
    colleagues: Colleagues,
    *,
    now: datetime,
    why: str,
    status_code: int = HTTP_409_CONFLICT,
) -> Response[bytes]:
    """The summons as it is, since there is nothing to choose any more."""
    return show(
        request,
        PAGE,
        fragment=FRAGMENT,
        status_code=status_code,
        resident=resident(opened),
        summons=await view(opened, colleagues, request.state.language, now=now),
        notice="",
        refusal=why,
    )
