"""A summons together with its latest appointment: how it stands is worked out here, and nowhere stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import reading
from app.booking.queries import Visit, latest_of, steps_of
from app.booking.rules import Policy, first_of
from app.database import places, rows
from app.errors import Missing
from app.inbox.queries import Whose
from app.inbox.queries.traces import by, seen_by
from app.inbox.rules import is_over
from app.language import DEFAULT, LANGUAGES, Language
from app.sessions.principals import Resident
from app.summons.rules import AWAITS_AN_ANSWER, BOOKING, EXTERNAL, OPEN, REOPENED, TO_BOOK, state_of
from app.summons.sealed import Details, open_details


class Place(NamedTuple):
    """Where a summons' letter lies; `deleted_at` says that the resident has it no more."""

    id: UUID
    thread_id: UUID
    message_id: UUID
    deleted_at: datetime | None


class OwnLetter(NamedTuple):
    """A summons and the letter that it came with; a timed one was booked at `created_at`."""

    id: UUID
    message_id: UUID
    created_at: datetime


class _Sent(NamedTuple):
    created_at: datetime


class Summons(NamedTuple):
    """What was sent, with its clinic as it is called today."""

    id: UUID
    message_id: UUID
    thread_id: UUID
    resident_id: UUID
    provider_id: UUID
    care_system_id: UUID
    clinic_id: UUID
    clinic_hsa_id: str
    clinic_name: str
    clinic_address: str
    clinic_phone: str
    clinic_hours: str
    time_type_id: UUID
    time_type_code: str
    time_type_name: str
    kind: str
    book_by: datetime | None
    after_cancellation: str
    cut_off_hours: int
    cancel_allowed: bool
    rebook_allowed: bool
    reason_allowed: bool
    confirmation: str
    confirm_by: datetime | None
    created_at: datetime
    publish_at: datetime | None
    delivered_at: datetime
    read_at: datetime | None
    deleted_at: datetime | None
    withdrawn_at: datetime | None
    expires_at: datetime | None
    relation: str | None
    sensitive: bool
    hidden: bool
    closed_at: datetime | None
    key_wrapped: bytes
    details_sealed: bytes
    test: bool

    @property
    def place(self) -> Place:
        return Place(self.id, self.thread_id, self.message_id, self.deleted_at)

    @property
    def policy(self) -> Policy:
        return Policy(
            cut_off_hours=self.cut_off_hours,
            cancel_allowed=self.cancel_allowed,
            rebook_allowed=self.rebook_allowed,
            reason_allowed=self.reason_allowed,
            confirmation=self.confirmation,
            confirm_by=self.confirm_by,
            expires_at=self.expires_at,
        )


@dataclass(frozen=True)
class Case:
    """A summons, the latest appointment that came of it, and what may be done about them."""

    summons: Summons
    visit: Visit | None

    def details(self) -> Details:
        """Raises `vault.Unreadable`."""
        summons = self.summons
        return open_details(
            summons.key_wrapped,
            summons.details_sealed,
            provider_id=summons.provider_id,
            summons_id=summons.id,
        )

    def language(self) -> Language:
        """For what care itself causes: the clinic's own where we speak it. Raises `vault.Unreadable`."""
        tag = self.details().language.partition("-")[0].lower()
        return tag if tag in LANGUAGES else DEFAULT

    @property
    def is_booking(self) -> bool:
        """Nobody was called: the letter confirms a time that was agreed."""
        return self.summons.kind == BOOKING

    @property
    def is_external(self) -> bool:
        """Its times are in the clinic's own booking."""
        return self.summons.kind == EXTERNAL

    @property
    def is_closed(self) -> bool:
        return self.summons.closed_at is not None

    def state(self, now: datetime) -> str:
        return self._state(now, closed=self.is_closed)

    def state_unless_closed(self, now: datetime) -> str:
        """How it stood when it was closed."""
        return self._state(now, closed=False)

    def _state(self, now: datetime, *, closed: bool) -> str:
        return state_of(
            kind=self.summons.kind,
            after_cancellation=self.summons.after_cancellation,
            book_by=self.summons.book_by,
            visit=self.visit.state(now) if self.visit else None,
            withdrawn=self.summons.withdrawn_at is not None,
            now=now,
            expires_at=self.summons.expires_at,
            closed=closed,
        )

    @property
    def book_by(self) -> datetime | None:
        """Until when a time may be chosen, where the clinic set a day for it or for all that can be done."""
        return first_of(self.summons.book_by, self.summons.expires_at)

    def is_over(self, now: datetime) -> bool:
        """The resident can do nothing more here, whatever is booked; the clinic can."""
        return is_over(expires_at=self.summons.expires_at, now=now)

    @property
    def seen(self) -> str:
        """What a page sends back, so that an old page changes nothing."""
        return self.visit.seen if self.visit else ""

    def deadline(self, now: datetime) -> datetime | None:
        """By when an answer is wanted, while one is."""
        state = self.state(now)
        if state not in AWAITS_AN_ANSWER:
            return None
        if state == TO_BOOK:
            return self.book_by
        return self.visit.confirm_until if self.visit else None

    def may_book(self, now: datetime) -> bool:
        """Here."""
        return self.state(now) == TO_BOOK and not self.is_external

    def care_may_book(self) -> bool:
        """Whenever nothing is booked, also when the resident could not any more; never in a closed one."""
        nothing_booked = self.visit is None or not self.visit.live
        return nothing_booked and not self.is_external and not self.is_closed

    def care_may_change(self, now: datetime) -> bool:
        """Cut-offs are for residents; what has begun is history for everyone."""
        visit = self.visit
        return not self.is_external and visit is not None and visit.live and visit.starts_at > now

    def may_take_back(self, now: datetime) -> bool:
        """The resident cancelled, and the time is still ahead: it may be free."""
        visit = self.visit
        if visit is None or self.summons.withdrawn_at is not None or self.is_closed or self.is_over(now):
            return False
        return visit.cancelled_by in ("resident", "guardian") and visit.starts_at > now


SUMMONS = (
    "SELECT u.id, u.message AS message_id, u.thread AS thread_id, u.resident AS resident_id, u.provider_id,"
    " u.care_system_id, c.id AS clinic_id, c.hsa_id AS clinic_hsa_id, c.name AS clinic_name,"
    " c.address AS clinic_address, c.phone AS clinic_phone, c.hours AS clinic_hours,"
    " t.id AS time_type_id, t.code AS time_type_code,"
    " t.name AS time_type_name, u.kind, u.book_by, u.after_cancellation,"
    " u.cut_off_hours, u.cancel_allowed, u.rebook_allowed, u.reason_allowed, u.confirmation, u.confirm_by,"
    " u.created_at, m.publish_at, m.delivered_at, m.read_at, m.deleted_at, m.withdrawn_at, m.expires_at,"
    " m.relation, m.sensitive, m.hidden_from_guardians AS hidden, u.closed_at,"
    " u.key_wrapped, u.details_sealed, t.test"
    " FROM summonses u JOIN clinics c ON c.id = u.clinic JOIN time_types t ON t.id = u.time_type"
    " JOIN messages m ON m.id = u.message"
)
# What may await an answer: nothing booked, or something booked that is not confirmed. Rules say the rest.
OPEN_QUESTIONS = (
    f"{SUMMONS} WHERE u.resident = {{}} AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.link_id = u.id"
    " AND a.cancelled_at IS NULL AND (a.confirmation <> 'required' OR a.confirmed_at IS NOT NULL))"
    f" AND (u.kind IN ('{OPEN}', '{EXTERNAL}') OR u.after_cancellation = '{REOPENED}' OR EXISTS"
    " (SELECT 1 FROM appointments a WHERE a.link_id = u.id AND a.cancelled_at IS NULL))"
)


async def case_for(resident_id: UUID, summons_id: UUID) -> Case:
    """The resident's own. Raises `Missing`."""
    found = await rows(Summons, f"{SUMMONS} WHERE u.resident = {{}} AND u.id = {{}}", resident_id, summons_id)
    return await _one(found, summons_id)


async def case_opened_by(resident: Resident, summons_id: UUID, *, now: datetime) -> Case:
    """The resident's own, to be shown: the look is written down. Raises `Missing`."""
    entry = by(resident, "summons.read", now, kind="summons", id=summons_id)
    sql = f"{SUMMONS} WHERE u.resident = {{}} AND u.id = {{}}{seen_by(resident, 'm')}"
    return await _one(await reading(Summons, sql, resident.inbox_of, summons_id, entry=entry), summons_id)


async def cases_for(resident_id: UUID, ids: Sequence[UUID], *, seen: str = "") -> dict[UUID, Case]:
    """Those of them that are the resident's, by id: what a thread's messages are about.

    `seen` is what `seen_by` says of the letters `m`.
    """
    if not ids:
        return {}
    found = await rows(
        Summons, f"{SUMMONS} WHERE u.resident = {{}} AND u.id IN ({places(ids)}){seen}", resident_id, *ids
    )
    return {case.summons.id: case for case in await cases_of(found)}


async def places_for(resident_id: UUID, ids: Sequence[UUID]) -> list[Place]:
    """Of those that are the resident's."""
    if not ids:
        return []
    return await rows(
        Place,
        "SELECT u.id, u.thread AS thread_id, u.message AS message_id, m.deleted_at"
        " FROM summonses u JOIN messages m ON m.id = u.message"
        f" WHERE u.resident = {{}} AND u.id IN ({places(ids)})",
        resident_id,
        *ids,
    )


async def to_do_for(resident: Resident, *, now: datetime) -> list[Case]:
    """What awaits the resident's answer, by deadline; what has none comes last, oldest first."""
    sql = OPEN_QUESTIONS + seen_by(resident, "m")
    found = await reading(Summons, sql, resident.inbox_of, entry=by(resident, "to-do.listed", now))
    waiting = [case for case in await cases_of(found) if case.state(now) in AWAITS_AN_ANSWER]
    return sorted(waiting, key=lambda case: _urgency(case, now))


async def sent_case(provider_id: UUID, summons_id: UUID) -> Case:
    """For the care systems of the provider that sent it. Raises `Missing`."""
    found = await rows(
        Summons, f"{SUMMONS} WHERE u.provider_id = {{}} AND u.id = {{}}", provider_id, summons_id
    )
    return await _one(found, summons_id)


async def letters_of(provider_id: UUID, ids: Sequence[UUID]) -> list[OwnLetter]:
    """The letter that each of the provider's summonses came with."""
    if not ids:
        return []
    return await rows(
        OwnLetter,
        f"SELECT id, message AS message_id, created_at FROM summonses"
        f" WHERE provider_id = {{}} AND id IN ({places(ids)})",
        provider_id,
        *ids,
    )


async def was_answered(summons_id: UUID) -> bool:
    """Whether anything was done with its visits since it was sent: a timed one is booked as it is sent."""
    sent = await rows(_Sent, "SELECT created_at FROM summonses WHERE id = {}", summons_id)
    steps = await steps_of([summons_id])
    return any(step.at > sent[0].created_at for step in steps)


async def case_of_letter(provider_id: UUID, message_id: UUID) -> Case | None:
    """What that letter calls to; None for a letter about nothing, or about another letter's summons."""
    found = await rows(
        Summons,
        f"{SUMMONS} WHERE u.provider_id = {{}} AND u.message = {{}}"
        " AND u.id = (SELECT link_id FROM messages WHERE id = {})",
        provider_id,
        message_id,
        message_id,
    )
    return (await cases_of(found))[0] if found else None


async def clinic_case(clinic_id: UUID, summons_id: UUID) -> Case:
    """For the staff of the clinic that sent it. Raises `Missing`."""
    found = await rows(Summons, f"{SUMMONS} WHERE u.clinic = {{}} AND u.id = {{}}", clinic_id, summons_id)
    return await _one(found, summons_id)


async def whose_summons(summons_id: UUID) -> Whose | None:
    """For the audit of denials; of one that waits too."""
    found = await rows(
        Whose,
        "SELECT u.resident AS resident_id, c.hsa_id AS care_unit FROM summonses u"
        " JOIN clinics c ON c.id = u.clinic WHERE u.id = {}"
        " UNION ALL SELECT m.resident, c.hsa_id FROM scheduled_messages m"
        " JOIN clinics c ON c.id = m.clinic JOIN scheduled_summonses u ON u.message = m.id WHERE u.id = {}",
        summons_id,
        summons_id,
    )
    return found[0] if found else None


async def cases_of(found: Iterable[Summons]) -> list[Case]:
    """Each with its latest appointment, in the same order."""
    summonses = list(found)
    visits = await latest_of([summons.id for summons in summonses])
    return [Case(summons, visits.get(summons.id)) for summons in summonses]


async def _one(found: list[Summons], summons_id: UUID) -> Case:
    if not found:
        raise Missing("summons", summons_id)
    return (await cases_of(found))[0]


def _urgency(case: Case, now: datetime) -> tuple[bool, datetime]:
    deadline = case.deadline(now)
    return (deadline is None, deadline or case.summons.created_at)
