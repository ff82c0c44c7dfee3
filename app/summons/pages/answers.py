"""Confirming, cancelling, and booking the cancelled time once more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.status_codes import HTTP_200_OK

from app.booking.queries import Visit
from app.errors import Refused
from app.sessions.principals import Resident
from app.summons import actions, queries
from app.summons.formats.card import head
from app.summons.formats.steps import Typed, cancellation
from app.summons.pages.card import Asked, answered, show_as_it_stands, show_refused
from app.summons.pages.choosing import ANOTHER_TIME, offer_times
from app.summons.pages.fields import errors_in
from app.summons.queries import Case
from app.summons.rules import SameTimeGone, TermsNotAccepted
from app.web.forms import NOTHING_WRONG, Invalid, cleaned, show_again
from app.web.hypermedia import show

CANCELLATION, CANCELLATION_FORM = "summons/cancellation.html", "summons/_cancellation.html"


@dataclass(frozen=True)
class AnswerForm:
    """`seen` is what the page said; an old page changes nothing."""

    seen: str = ""
    accepted: str = ""


@dataclass(frozen=True)
class CancellationForm:
    seen: str = ""
    reason: str = ""

    def read(self) -> str | Invalid:
        reason = cleaned(self.reason)
        errors = errors_in(reason)
        return Invalid(errors, {"reason": self.reason}) if errors else reason


@post("/{summons_id:uuid}/bekraftelse", status_code=HTTP_200_OK)
async def create_confirmation(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    data: URLEncodedBody[AnswerForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    case = await queries.case_opened_by(resident, summons_id, now=now)
    if case.visit and case.visit.may_confirm(now) and _lacks_tick(case, data):
        return await _without_tick(request, case, now)
    try:
        await actions.confirm(
            summons_id,
            resident_id=resident.inbox_of,
            seen=data.seen,
            accepted=bool(data.accepted),
            by=resident.actor,
            language=request.state.language,
            now=now,
        )
    except Refused as refusal:
        return await show_refused(request, resident, summons_id, refusal, now=now)
    return answered(request, case, now=now)


@get("/{summons_id:uuid}/avbokning")
async def show_cancellation(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    case = await queries.case_opened_by(resident, summons_id, now=now)
    visit = case.visit
    if visit is None or not visit.may_cancel(now):
        return await show_as_it_stands(request, case, now=now)
    context = _context(request, case, visit) | NOTHING_WRONG
    headers = {"hx-push-url": request.scope["path"]}
    return show(request, CANCELLATION, fragment=CANCELLATION_FORM, headers=headers, **context)


@post("/{summons_id:uuid}/avbokning", status_code=HTTP_200_OK)
async def create_cancellation(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    data: URLEncodedBody[CancellationForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    case = await queries.case_opened_by(resident, summons_id, now=now)
    reason, visit = data.read(), case.visit
    if visit is None:
        return await show_as_it_stands(request, case, now=now)
    if isinstance(reason, Invalid):
        context = _context(request, case, visit)
        return show_again(request, CANCELLATION, reason, fragment=CANCELLATION_FORM, **context)
    try:
        await actions.cancel(
            summons_id,
            resident_id=resident.inbox_of,
            seen=data.seen,
            by=resident.actor,
            language=request.state.language,
            now=now,
            reason=reason,
        )
    except Refused as refusal:
        return await show_refused(request, resident, summons_id, refusal, now=now)
    return answered(request, case, now=now)


@post("/{summons_id:uuid}/samma-tid", status_code=HTTP_200_OK)
async def create_repeat(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    data: URLEncodedBody[AnswerForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    case = await queries.case_opened_by(resident, summons_id, now=now)
    if case.may_take_back(now) and _lacks_tick(case, data):
        return await _without_tick(request, case, now)
    try:
        await actions.take_back(
            summons_id,
            resident_id=resident.inbox_of,
            seen=data.seen,
            accepted=bool(data.accepted),
            by=resident.actor,
            language=request.state.language,
            now=now,
        )
    except ANOTHER_TIME as refusal:
        if case.visit is None or not case.may_book(now):
            return await show_refused(request, resident, summons_id, SameTimeGone(), now=now)
        return await offer_times(request, case, Typed(case.visit.slot_id), now=now, refusal=refusal)
    except Refused as refusal:
        return await show_refused(request, resident, summons_id, refusal, now=now)
    return answered(request, case, now=now)


def _lacks_tick(case: Case, data: AnswerForm) -> bool:
    return bool(case.details().terms) and not data.accepted


async def _without_tick(request: Asked, case: Case, now: datetime) -> Response[Any]:
    wrong = {"accepted": TermsNotAccepted.sentence.said(request.state.language)}
    return await show_as_it_stands(request, case, now=now, errors=wrong)


def _context(request: Asked, case: Case, visit: Visit) -> dict[str, Any]:
    language = request.state.language
    return {"cancellation": cancellation(case, visit, language), "head": head(case, language)}
