"""A clinic's summonses, as its staff sees them: how each stands, who did what. Every look is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.booking.queries import LastStep, Step, history_of, last_steps
from app.care.queries import agent_name_of
from app.database import rows, transaction
from app.residents.queries import Person, people
from app.sessions.principals import Clinician
from app.summons.queries.cases import SUMMONS, Case, Summons, cases_of, clinic_case
from app.summons.rules import STATES

PAGE = 25
# How many are looked through for a page: a rare state must not make one request read everything.
BATCH, MOST = 100, 500


class Wanted(NamedTuple):
    """What of a clinic's summonses is asked for: those in any of the states; `read` None is both."""

    states: tuple[str, ...] = STATES
    read: bool | None = None


EVERYTHING = Wanted()


class Cursor(NamedTuple):
    """The last summons looked at; what follows is older."""

    created_at: datetime
    id: UUID


class Line(NamedTuple):
    """`last` is the latest that was done, if anything was."""

    case: Case
    person: Person
    last: LastStep | None


class Lines(NamedTuple):
    """One page, newest first. `older` leads on, also when a page is short since few of many matched."""

    lines: list[Line]
    older: Cursor | None


@dataclass(frozen=True)
class Opened:
    """One summons with its history, oldest first. `agent_name`: who sent it for the provider, if another."""

    case: Case
    person: Person
    steps: list[Step]
    agent_name: str


NEWEST_FIRST = " ORDER BY u.created_at DESC, u.id DESC LIMIT {}"
OF_CLINIC = f"{SUMMONS} WHERE u.clinic = {{}}"
OLDER = f"{OF_CLINIC} AND (u.created_at, u.id) < ({{}}, {{}}){NEWEST_FIRST}"
NEWEST = OF_CLINIC + NEWEST_FIRST


async def summonses_by(
    clinician: Clinician, *, wanted: Wanted = EVERYTHING, older_than: Cursor | None, now: datetime
) -> Lines:
    async with transaction():
        cases, older = await _matching(clinician.clinic_id, wanted, older_than, now)
        known = await people([case.summons.resident_id for case in cases])
        for case in cases:
            await record(_look(clinician, "summons.listed", case, now))
        last = await last_steps([case.summons.id for case in cases])
    lines = [Line(case, known[case.summons.resident_id], last.get(case.summons.id)) for case in cases]
    return Lines(lines, older)


async def summons_opened_by(clinician: Clinician, summons_id: UUID, *, now: datetime) -> Opened:
    """Raises `Missing`: not there, or another clinic's."""
    async with transaction():
        case = await clinic_case(clinician.clinic_id, summons_id)
        known = await people([case.summons.resident_id])
        await record(_look(clinician, "summons.opened", case, now))
        agent_name = await agent_name_of(case.summons.care_system_id)
        return Opened(case, known[case.summons.resident_id], await history_of(summons_id), agent_name)


async def _matching(
    clinic_id: UUID, wanted: Wanted, older_than: Cursor | None, now: datetime
) -> tuple[list[Case], Cursor | None]:
    """States are worked out, not stored, so they are looked for here and not in SQL."""
    found: list[Case] = []
    for _ in range(MOST // BATCH):
        batch = await _batch(clinic_id, older_than)
        for case in await cases_of(batch):
            if _matches(case, wanted, now):
                if len(found) == PAGE:
                    return found, older_than
                found.append(case)
            older_than = Cursor(case.summons.created_at, case.summons.id)
        if len(batch) < BATCH:
            return found, None
    return found, older_than


async def _batch(clinic_id: UUID, older_than: Cursor | None) -> Sequence[Summons]:
    if older_than is None:
        return await rows(Summons, NEWEST, clinic_id, BATCH)
    return await rows(Summons, OLDER, clinic_id, *older_than, BATCH)


def _matches(case: Case, wanted: Wanted, now: datetime) -> bool:
    is_read = case.summons.read_at is not None
    return wanted.read in (None, is_read) and case.state(now) in wanted.states


def _look(clinician: Clinician, action: str, case: Case, now: datetime) -> Entry:
    return Entry(
        action=action, at=now, actor_kind=clinician.actor.kind, actor_id=clinician.id,
        assignment=clinician.assignment, resident_id=case.summons.resident_id,
        care_unit=clinician.clinic_hsa_id, object_kind="summons", object_id=str(case.summons.id),
    )  # fmt: skip
