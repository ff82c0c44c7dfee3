"""Choosing a time: to book it, or to move to it. The steps are the same, and so are their handlers.

What was chosen and written goes along from step to step in the forms, never in an address. Without HTMX each
step is a page of its own, which the browser's back button can show again; what was written waits as a draft.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_303_SEE_OTHER,
    HTTP_409_CONFLICT,
    HTTP_422_UNPROCESSABLE_ENTITY,
)

from app.booking.queries import FreeSlot, fitting_slots, free_slot, held_slot, slot_start
from app.booking.rules import AlreadyOccupied, NotBooked, TimePassed, TimeTaken, TimeWithdrawn
from app.errors import Refused, Sentence
from app.sessions.principals import Resident
from app.summons import actions, queries
from app.summons.formats.card import head
from app.summons.formats.steps import Typed, choice, errand, review
from app.summons.pages.card import Asked, answered, show_as_it_stands, show_refused
from app.summons.pages.fields import NOT_CHOSEN, errors_in, uuid_in
from app.summons.queries import Case
from app.web.drafts import go_on, restored
from app.web.forms import NOTHING_WRONG, Invalid, cleaned, show_again
from app.web.hypermedia import show, wants_fragment

CHOICE, CHOICE_FORM = "summons/choice.html", "summons/_choice.html"
REVIEW, REVIEW_FORM = "summons/review.html", "summons/_review.html"
MOST_TIMES = 300
MOST_DAYS = 400
# Another time helps against these; against every other refusal it does not.
ANOTHER_TIME = (TimeTaken, TimeWithdrawn, TimePassed, AlreadyOccupied)

BOOKING, REBOOKING = "/{summons_id:uuid}/bokning", "/{summons_id:uuid}/ombokning"


@dataclass(frozen=True)
class ChoiceForm:
    """`days` is how many days to show, sent by the button that asks for more of them."""

    slot: str = ""
    reason: str = ""
    accepted: str = ""
    days: str = ""

    def typed(self) -> Typed:
        return Typed(uuid_in(self.slot), self.reason, bool(self.accepted))

    def more_days(self) -> int:
        return min(int(self.days), MOST_DAYS) if self.days.isdecimal() and len(self.days) < 5 else 0


@dataclass(frozen=True)
class ReviewForm:
    """`another` is sent by the button that leads back to the choice."""

    slot: str = ""
    seen: str = ""
    reason: str = ""
    accepted: str = ""
    another: str = ""

    def typed(self) -> Typed:
        return Typed(uuid_in(self.slot), self.reason, bool(self.accepted))

    def read(self, *, terms: bool) -> str | Invalid:
        """The reason."""
        reason = cleaned(self.reason)
        errors = errors_in(reason, terms=terms, accepted=bool(self.accepted))
        return Invalid(errors, self.typed().texts) if errors else reason


@get([BOOKING, REBOOKING])
async def show_choice(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    case = await queries.case_opened_by(resident, summons_id, now=now)
    if restored(request):
        kept = _kept(request)
        return await offer_times(request, case, kept.typed(), now=now, days=kept.more_days())
    held = await held_slot(resident.inbox_of, summons_id, now=now)
    return await offer_times(request, case, Typed(held.id if held else None), now=now)


@post([f"{BOOKING}/tid", f"{REBOOKING}/tid"], status_code=HTTP_200_OK)
async def create_hold(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    data: URLEncodedBody[ChoiceForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """The time is the resident's for ten minutes, while they read through and decide."""
    case, typed = await queries.case_opened_by(resident, summons_id, now=now), data.typed()
    if not _may(request, case, now):
        return await show_as_it_stands(request, case, now=now)
    if data.more_days():
        return await _choice_again(request, case, typed, now=now, days=data.more_days())
    if typed.slot_id is None:
        return await offer_times(request, case, typed, now=now, wrong=NOT_CHOSEN)
    try:
        await actions.hold(summons_id, resident_id=resident.inbox_of, slot_id=typed.slot_id, now=now)
    except ANOTHER_TIME as refusal:
        return await offer_times(request, case, typed, now=now, refusal=refusal)
    except Refused as refusal:
        return await show_refused(request, resident, summons_id, refusal, now=now)
    return await _held(request, case, typed, now=now)


@get([f"{BOOKING}/granska", f"{REBOOKING}/granska"])
async def show_review(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    """What is held; without a hold there is nothing to read through, and the choice comes first."""
    case = await queries.case_opened_by(resident, summons_id, now=now)
    if not _may(request, case, now):
        return await show_as_it_stands(request, case, now=now)
    held = await held_slot(resident.inbox_of, summons_id, now=now)
    if held is None:
        return await offer_times(request, case, _kept(request).typed(), now=now)
    return show(
        request,
        REVIEW,
        fragment=REVIEW_FORM,
        **_review(request, case, held, now),
        **NOTHING_WRONG,
    )


@post([BOOKING, REBOOKING], status_code=HTTP_200_OK)
async def create_appointment(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    data: URLEncodedBody[ReviewForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """A hold that has ended is no hindrance: what counts is whether the time is still free."""
    case, typed = await queries.case_opened_by(resident, summons_id, now=now), data.typed()
    if data.another:
        return await _choice_again(request, case, typed, now=now)
    if typed.slot_id is None:
        return await offer_times(request, case, typed, now=now, wrong=NOT_CHOSEN)
    reason = data.read(terms=bool(case.details().terms))
    if isinstance(reason, Invalid):
        return await _review_again(request, case, typed.slot_id, reason, typed, now=now)
    try:
        await _do(request, case, data, typed.slot_id, reason, resident, now)
    except ANOTHER_TIME as refusal:
        return await offer_times(request, case, typed, now=now, refusal=refusal)
    except Refused as refusal:
        return await show_refused(request, resident, summons_id, refusal, now=now)
    return answered(request, case, now=now)


async def _do(
    request: Asked,
    case: Case,
    data: ReviewForm,
    slot_id: UUID,
    reason: str,
    resident: Resident,
    now: datetime,
) -> None:
    common: dict[str, Any] = {
        "resident_id": resident.inbox_of,
        "slot_id": slot_id,
        "accepted": bool(data.accepted),
        "by": resident.actor,
        "language": request.state.language,
        "now": now,
        "reason": reason,
        "seen": data.seen,
    }
    if _moving(request):
        await actions.rebook(case.summons.id, **common)
    else:
        await actions.book(case.summons.id, **common)


async def offer_times(
    request: Asked,
    case: Case,
    typed: Typed,
    *,
    now: datetime,
    days: int = 0,
    wrong: Sentence | None = None,
    refusal: NotBooked | None = None,
) -> Response[bytes]:
    """`wrong`: nothing was chosen. `refusal`: another has the time, so the nearest ones are offered."""
    if not _may(request, case, now):
        return await show_as_it_stands(request, case, now=now)
    summons, language, moving = case.summons, request.state.language, _moving(request)
    slots = await fitting_slots(
        summons.time_type_id,
        resident_id=summons.resident_id,
        errand_id=summons.id,
        now=now,
        limit=MOST_TIMES,
    )
    wanted = None
    if refusal and typed.slot_id:
        wanted = await slot_start(typed.slot_id, time_type_id=summons.time_type_id)
    view = choice(
        case,
        slots,
        language,
        moving=moving,
        typed=typed,
        days=days,
        wanted=wanted,
        refusal=refusal.said(language) if refusal else "",
    )
    request.state.here = view.errand.action
    status = HTTP_422_UNPROCESSABLE_ENTITY if wrong else HTTP_409_CONFLICT if refusal else HTTP_200_OK
    return show(
        request,
        CHOICE,
        fragment=CHOICE_FORM,
        status_code=status,
        headers={"hx-replace-url" if days or wrong or refusal else "hx-push-url": view.errand.action},
        choice=view,
        head=head(case, language),
        errors={"slot": wrong.said(language)} if wrong else {},
        typed={},
    )


async def _choice_again(
    request: Asked, case: Case, typed: Typed, *, now: datetime, days: int = 0
) -> Response[Any]:
    if wants_fragment(request):
        return await offer_times(request, case, typed, now=now, days=days)
    return await go_on(request, errand(case, moving=_moving(request)).action, now=now)


async def _held(request: Asked, case: Case, typed: Typed, *, now: datetime) -> Response[Any]:
    """The next step. What is held is known there; what was written is not."""
    there = f"{errand(case, moving=_moving(request)).action}/granska"
    if not wants_fragment(request):
        if typed.reason or typed.accepted:
            return await go_on(request, there, now=now)
        return Redirect(there, status_code=HTTP_303_SEE_OTHER)
    held = await held_slot(case.summons.resident_id, case.summons.id, now=now)
    if held is None:
        return await offer_times(request, case, typed, now=now)
    request.state.here = there
    return show(
        request,
        REVIEW,
        fragment=REVIEW_FORM,
        headers={"hx-push-url": there},
        **_review(request, case, held, now),
        errors={},
        typed=typed.texts,
    )


async def _review_again(
    request: Asked, case: Case, slot_id: UUID, found: Invalid, typed: Typed, *, now: datetime
) -> Response[bytes]:
    summons = case.summons
    slot = await free_slot(
        slot_id,
        time_type_id=summons.time_type_id,
        resident_id=summons.resident_id,
        errand_id=summons.id,
        now=now,
    )
    if not _may(request, case, now):
        return await show_as_it_stands(request, case, now=now)
    if slot is None:
        return await offer_times(request, case, typed, now=now, refusal=TimeTaken())
    return show_again(request, REVIEW, found, fragment=REVIEW_FORM, **_review(request, case, slot, now))


def _review(request: Asked, case: Case, slot: FreeSlot, now: datetime) -> dict[str, Any]:
    language = request.state.language
    view = review(case, slot, language, moving=_moving(request), now=now)
    return {"review": view, "head": head(case, language)}


def _kept(request: Asked) -> ChoiceForm:
    kept = restored(request)
    return ChoiceForm(*(kept.get(name, "") for name in ("slot", "reason", "accepted", "days")))


def _may(request: Asked, case: Case, now: datetime) -> bool:
    if _moving(request):
        return case.visit is not None and case.visit.may_rebook(now)
    return case.may_book(now)


def _moving(request: Asked) -> bool:
    """Whether there is an appointment to move, by the address: an old address must not do the other thing."""
    return "ombokning" in request.scope["path"].split("/")
