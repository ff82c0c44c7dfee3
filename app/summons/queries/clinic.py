"""A clinic's summonses, as its staff sees them: how each stands, who did what. Every look is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.booking.queries import Step, history_of
from app.database import rows, transaction
from app.residents.queries import Person, people
from app.sessions.principals import Clinician
from app.summons.queries.cases import SUMMONS, Case, Summons, cases_of, clinic_case

PAGE = 25
# How many are looked through for a page: a rare state must not make one request read everything.
BATCH, MOST = 100, 500
UNREAD, READ = "unread", "read"


class Cursor(NamedTuple):
    """The last summons looked at; what follows is older."""

    created_at: datetime
    id: UUID


class Line(NamedTuple):
    case: Case
    person: Person


class Lines(NamedTuple):
    """One page, newest first. `older` leads on, also when a page is short since few of many matched."""

    lines: list[Line]
    older: Cursor | None


@dataclass(frozen=True)
class Opened:
    """One summons with its history, oldest first."""

    case: Case
    person: Person
    steps: list[Step]


NEWEST_FIRST = " ORDER BY u.created_at DESC, u.id DESC LIMIT {}"
OF_CLINIC = f"{SUMMONS} WHERE u.clinic = {{}}"
OLDER = f"{OF_CLINIC} AND (u.created_at, u.id) < ({{}}, {{}}){NEWEST_FIRST}"
NEWEST = OF_CLINIC + NEWEST_FIRST


async def summonses_by(
    clinician: Clinician, *, wanted: str, older_than: Cursor | None, now: datetime
) -> Lines:
    """`wanted` is a state of `summons.rules`, "unread", "read", or empty for all."""
    async with transaction():
        cases, older = await _matching(clinician.clinic_id, wanted, older_than, now)
        known = await people([case.summons.resident_id for case in cases])
        for case in cases:
            await record(_look(clinician, "summons.listed", case, now))
    return Lines([Line(case, known[case.summons.resident_id]) for case in cases], older)


async def summons_opened_by(clinician: Clinician, summons_id: UUID, *, now: datetime) -> Opened:
    """Raises `Missing`: not there, or another clinic's."""
    async with transaction():
        case = await clinic_case(clinician.clinic_id, summons_id)
        known = await people([case.summons.resident_id])
        await record(_look(clinician, "summons.opened", case, now))
        return Opened(case, known[case.summons.resident_id], await history_of(summons_id))


async def _matching(
    clinic_id: UUID, wanted: str, older_than: Cursor | None, now: datetime
) -> tuple[list[Case], Cursor | None]:
    """States are worked out, not stored, so they are looked for here and not in SQL."""
    found: list[Case] = []
    for _ in range(MOST // BATCH):
        batch = await _batch(clinic_id, older_than)
        for case in await cases_of(batch):
            older_than = Cursor(case.summons.created_at, case.summons.id)
            if _matches(case, wanted, now):
                found.append(case)
                if len(found) == PAGE:
                    return found, older_than
        if len(batch) < BATCH:
            return found, None
    return found, older_than


async def _batch(clinic_id: UUID, older_than: Cursor | None) -> Sequence[Summons]:
    if older_than is None:
        return await rows(Summons, NEWEST, clinic_id, BATCH)
    return await rows(Summons, OLDER, clinic_id, *older_than, BATCH)


def _matches(case: Case, wanted: str, now: datetime) -> bool:
    if wanted == UNREAD:
        return case.summons.read_at is None
    if wanted == READ:
        return case.summons.read_at is not None
    return not wanted or case.state(now) == wanted


def _look(clinician: Clinician, action: str, case: Case, now: datetime) -> Entry:
    return Entry(
        action=action, at=now, actor_kind=clinician.actor.kind, actor_id=clinician.id,
        assignment=clinician.assignment, resident_id=case.summons.resident_id,
        care_unit=clinician.clinic_hsa_id, object_kind="summons", object_id=str(case.summons.id),
    )  # fmt: skip
