"""Making the recipients, and doing what each does, by the same actions as people's own pages."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from app.booking.queries import fitting_slots
from app.booking.rules import AlreadyOccupied, TimeTaken
from app.database import in_transaction
from app.errors import Refused
from app.inbox import actions as inbox
from app.outbox.actions import put
from app.rehearsal.queries import Letter, letter_to_act_on
from app.rehearsal.rules import (
    ANSWER,
    BOOK,
    BY_A_GUARDIAN,
    CANCEL,
    CONFIRM,
    DECEASED,
    LOCKED,
    NEVER_OPENED,
    OPEN,
    REBOOK,
    ROLES,
    Role,
    Step,
    role_of,
)
from app.residents import actions as residents
from app.residents.queries import made_up
from app.sessions.principals import RESIDENT, Resident
from app.summons import actions as summons
from app.summons.queries import Case, case_for

STEP = "rehearsal.step"
# How often one looks for a free time before giving up.
LOOKS = 20
SESSION_OF_NOBODY = UUID(int=0)


@in_transaction
async def make_recipients(*, now: datetime) -> int:
    """Those that lack; returns how many they were. Raises `NumberTaken`."""
    return sum([await _make(role, now) for role in ROLES])


async def _make(role: Role, now: datetime) -> bool:
    guardian = (await made_up()).get(ROLES[0].behaviour) if role.door == BY_A_GUARDIAN else None
    id = await residents.make_up(
        role.number,
        role.name,
        behaviour=role.behaviour,
        opened=role.door != NEVER_OPENED,
        guardian_id=guardian,
        now=now,
    )
    if id is None:
        return False
    if role.door == LOCKED:
        await residents.lock(id, now=now)
    elif role.door == DECEASED:
        await residents.mark_deceased(id, now=now)
    return True


@in_transaction
async def put_step(message_id: UUID, number: int, *, pace: int, now: datetime) -> None:
    """The letter's recipient does so much by the timetable, and now it is this one's turn, if there is one.

    One after the other: a worker that is late must not answer what it has not opened yet.
    """
    letter = await letter_to_act_on(message_id)
    steps = _steps(letter) if letter else []
    if letter is not None and number < len(steps):
        at = letter.delivered_at + steps[number].after / pace
        await put(STEP, {"message": message_id, "number": number}, now=now, run_at=max(at, now))


async def take_step(message_id: UUID, number: int, *, now: datetime) -> None:
    """Raises what a person would be told who tried the same."""
    letter = await letter_to_act_on(message_id)
    steps = _steps(letter) if letter else []
    if letter is not None and number < len(steps):
        await STEPS[steps[number].what](letter, await _reader(letter), now)


def _steps(letter: Letter) -> list[Step]:
    role = role_of(letter.behaviour)
    return [step for step in role.steps if step.what == OPEN or letter.own] if role else []


async def _reader(letter: Letter) -> Resident:
    """Themself, or a child's guardian: the one who has opened the child's account."""
    role = role_of(letter.behaviour)
    if role is None or role.door != BY_A_GUARDIAN:
        return Resident(id=letter.resident_id, session_id=SESSION_OF_NOBODY, name="", level="loa3")
    guardian = (await made_up())[ROLES[0].behaviour]
    return Resident(
        id=guardian, session_id=SESSION_OF_NOBODY, name="", level="loa3", acting_for=letter.resident_id
    )


async def _open(letter: Letter, resident: Resident, now: datetime) -> None:
    await inbox.open_thread(letter.thread_id, resident=resident, now=now)


async def _confirm(letter: Letter, resident: Resident, now: datetime) -> None:
    """That it is read, and the visit, as far as each is asked for."""
    with suppress(Refused):
        await inbox.confirm(letter.id, resident=resident, now=now)
    if letter.link_id is None:
        return
    case = await case_for(resident.id, letter.link_id)
    if case.visit is not None:
        await summons.confirm(
            letter.link_id,
            resident_id=resident.id,
            seen=case.seen,
            accepted=True,
            by=resident.actor,
            language=case.language(),
            now=now,
        )


async def _cancel(letter: Letter, resident: Resident, now: datetime) -> None:
    if letter.link_id is not None:
        case = await case_for(resident.id, letter.link_id)
        await summons.cancel(
            letter.link_id,
            resident_id=resident.id,
            seen=case.seen,
            by=resident.actor,
            language=case.language(),
            now=now,
        )


async def _rebook(letter: Letter, resident: Resident, now: datetime) -> None:
    async def move(case: Case, slot_id: UUID) -> None:
        # Once: a job that is done again must not move the visit again.
        if case.visit is None or case.visit.moved_by == RESIDENT:
            return
        await summons.rebook(
            case.summons.id,
            resident_id=resident.id,
            slot_id=slot_id,
            seen=case.seen,
            accepted=True,
            by=resident.actor,
            language=case.language(),
            now=now,
        )

    await _in_first_free(letter, resident, move, now)


async def _book(letter: Letter, resident: Resident, now: datetime) -> None:
    async def book(case: Case, slot_id: UUID) -> None:
        await summons.book(
            case.summons.id,
            resident_id=resident.id,
            slot_id=slot_id,
            accepted=True,
            by=resident.actor,
            language=case.language(),
            now=now,
            seen=case.seen,
        )

    await _in_first_free(letter, resident, book, now)


async def _answer(letter: Letter, resident: Resident, now: datetime) -> None:
    """What the letter asks for."""
    case = await case_for(resident.id, letter.link_id) if letter.link_id else None
    if case is not None and case.may_book(now):
        await _book(letter, resident, now)
    else:
        await _confirm(letter, resident, now)


async def _in_first_free(
    letter: Letter, resident: Resident, act: Callable[[Case, UUID], Awaitable[None]], now: datetime
) -> None:
    """As a person does whose time another has just taken: looks again, and takes the next."""
    for _ in range(LOOKS):
        case = await case_for(resident.id, letter.link_id) if letter.link_id else None
        slot_id = await _first_free(case, now) if case else None
        if case is None or slot_id is None:
            return
        with suppress(TimeTaken, AlreadyOccupied):
            await act(case, slot_id)
            return


async def _first_free(case: Case, now: datetime) -> UUID | None:
    found = await fitting_slots(
        case.summons.time_type_id,
        resident_id=case.summons.resident_id,
        errand_id=case.summons.id,
        now=now,
        limit=1,
    )
    return found[0].id if found else None


STEPS: dict[str, Callable[[Letter, Resident, datetime], Awaitable[None]]] = {
    OPEN: _open,
    CONFIRM: _confirm,
    REBOOK: _rebook,
    CANCEL: _cancel,
    BOOK: _book,
    ANSWER: _answer,
}
