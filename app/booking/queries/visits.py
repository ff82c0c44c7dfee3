"""Appointments with all that a page says of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import record
from app.booking.rules import ELSEWHERE, changes_until, first_of, may_change, may_confirm, state_of_visit
from app.database import places, rows, transaction
from app.errors import Missing
from app.inbox.queries import Whose
from app.inbox.queries.traces import by
from app.sessions.principals import Resident

PAGE = 20


class Visit(NamedTuple):
    """An appointment, its slot, its time type and its clinic. Names are today's, from our own directory."""

    id: UUID
    link_kind: str
    link_id: UUID
    resident_id: UUID
    provider_id: UUID
    care_system_id: UUID
    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    practitioner: str
    place: str
    time_type_id: UUID
    time_type_name: str
    time_type_code: str
    clinic_id: UUID
    clinic_hsa_id: str
    clinic_name: str
    clinic_address: str
    clinic_phone: str
    clinic_hours: str
    invitation: bool
    confirmation: str
    confirm_by: datetime | None
    confirmed_at: datetime | None
    cut_off_hours: int
    cancel_allowed: bool
    rebook_allowed: bool
    reason_allowed: bool
    expires_at: datetime | None
    sequence: int
    booked_at: datetime
    moved_at: datetime | None
    moved_by: str | None
    cancelled_at: datetime | None
    cancelled_by: str | None

    @property
    def seen(self) -> str:
        """What a page that shows this visit sends back, so that an old page changes nothing."""
        return f"{self.id}.{self.sequence}"

    @property
    def elsewhere(self) -> bool:
        """It is booked in the clinic's own booking; here it is only told of."""
        return self.time_type_code == ELSEWHERE

    @property
    def live(self) -> bool:
        return self.cancelled_at is None

    def state(self, now: datetime) -> str:
        return state_of_visit(
            cancelled=not self.live,
            confirmation=self.confirmation,
            confirmed=self.confirmed_at is not None,
            confirm_by=self.confirm_by,
            moved=self.moved_at is not None,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            expires_at=self.expires_at,
            now=now,
        )

    @property
    def changes_until(self) -> datetime:
        return changes_until(self.starts_at, self.cut_off_hours, self.expires_at)

    @property
    def confirm_until(self) -> datetime | None:
        """By when an answer is wanted, where that is before the visit."""
        return first_of(self.confirm_by, self.expires_at)

    def may_rebook(self, now: datetime) -> bool:
        return self.live and self._may_change(self.rebook_allowed, now)

    def may_cancel(self, now: datetime) -> bool:
        return self.live and self._may_change(self.cancel_allowed, now)

    def may_confirm(self, now: datetime) -> bool:
        return self.live and may_confirm(
            confirmation=self.confirmation,
            confirmed_at=self.confirmed_at,
            confirm_by=self.confirm_by,
            starts_at=self.starts_at,
            expires_at=self.expires_at,
            now=now,
        )

    def _may_change(self, allowed: bool, now: datetime) -> bool:
        return may_change(
            allowed=allowed,
            starts_at=self.starts_at,
            cut_off_hours=self.cut_off_hours,
            expires_at=self.expires_at,
            now=now,
        )


class Cursor(NamedTuple):
    """The last visit seen; the next page is before it."""

    starts_at: datetime
    id: UUID


class Times(NamedTuple):
    """What is ahead, soonest first, and a page of what has been, latest first; `older` leads to the next.

    What is cancelled is among them, so that nobody goes there in vain.
    """

    upcoming: list[Visit]
    past: list[Visit]
    older: Cursor | None


VISIT = (
    "SELECT a.id, a.link_kind, a.link_id, a.resident AS resident_id, a.provider_id, a.care_system_id,"
    " s.id AS slot_id, s.starts_at, s.ends_at, s.practitioner, s.place,"
    " t.id AS time_type_id, t.name AS time_type_name, t.code AS time_type_code,"
    " c.id AS clinic_id, c.hsa_id AS clinic_hsa_id, c.name AS clinic_name, c.address AS clinic_address,"
    " c.phone AS clinic_phone, c.hours AS clinic_hours,"
    " a.invitation, a.confirmation, a.confirm_by, a.confirmed_at, a.cut_off_hours, a.cancel_allowed,"
    " a.rebook_allowed, a.reason_allowed, a.expires_at, a.sequence, a.booked_at, a.moved_at, a.moved_by,"
    " a.cancelled_at, a.cancelled_by"
    " FROM appointments a JOIN slots s ON s.id = a.slot JOIN time_types t ON t.id = s.time_type"
    " JOIN clinics c ON c.id = a.clinic"
)
# Of what came of one thing, the live one says how things stand, and without one the latest. Not simply the
# latest: who waits for a lock has an older `now` than who had it, and clocks of two processes differ.
LATEST = (
    f"{VISIT} WHERE a.link_id IN (%s) AND (a.cancelled_at IS NULL OR NOT EXISTS"
    " (SELECT 1 FROM appointments n WHERE n.link_id = a.link_id AND (n.cancelled_at IS NULL"
    " OR (n.cancelled_at, n.booked_at, n.id) > (a.cancelled_at, a.booked_at, a.id))))"
)
# A time that was cancelled and then booked again is one time to its resident.
ONCE = (
    " AND NOT EXISTS (SELECT 1 FROM appointments n WHERE n.link_id = a.link_id AND n.slot = a.slot"
    " AND (n.booked_at, n.id) > (a.booked_at, a.id))"
)
UPCOMING = f"{VISIT} WHERE a.resident = {{}} AND s.ends_at > {{}}{ONCE}"
SOONEST_FIRST = " ORDER BY s.starts_at, a.id"
PAST = f"{VISIT} WHERE a.resident = {{}} AND s.ends_at <= {{}}{ONCE}"
BEFORE = " AND (s.starts_at, a.id) < ({}, {})"
# What came of a letter that guardians may not see is not theirs to see either (OSL 12 kap. 3 §).
OPEN_TO_GUARDIANS = (
    " AND NOT EXISTS (SELECT 1 FROM messages h WHERE h.link_id = a.link_id AND h.hidden_from_guardians)"
)
LATEST_FIRST = f" ORDER BY s.starts_at DESC, a.id DESC LIMIT {PAGE + 1}"


async def latest_of(link_ids: Sequence[UUID]) -> dict[UUID, Visit]:
    """By what each came of. The caller has seen to whose they are."""
    if not link_ids:
        return {}
    found = await rows(Visit, LATEST % places(link_ids), *link_ids)
    return {visit.link_id: visit for visit in found}


async def whose_visit(appointment_id: UUID) -> Whose | None:
    """For the audit of denials."""
    found = await rows(
        Whose,
        "SELECT a.resident AS resident_id, c.hsa_id AS care_unit FROM appointments a"
        " JOIN clinics c ON c.id = a.clinic WHERE a.id = {}",
        appointment_id,
    )
    return found[0] if found else None


async def visit_for(resident_id: UUID, appointment_id: UUID, *, seen: str = "") -> Visit:
    """`seen` is a condition on the appointment `a`. Raises `Missing`."""
    sql = f"{VISIT} WHERE a.resident = {{}} AND a.id = {{}}{seen}"
    found = await rows(Visit, sql, resident_id, appointment_id)
    if not found:
        raise Missing("appointment", appointment_id)
    return found[0]


async def read_visit_for(resident: Resident, appointment_id: UUID, *, now: datetime) -> Visit:
    """`visit_for`, and the audit row that says it was read. Raises `Missing`."""
    async with transaction():
        visit = await visit_for(resident.inbox_of, appointment_id, seen=_seen_by(resident))
        await record(by(resident, "appointment.read", now, kind="appointment", id=appointment_id))
        return visit


async def times_for(resident: Resident, *, older_than: Cursor | None, now: datetime) -> Times:
    """The first page has what is ahead too; the others only what has been."""
    async with transaction():
        await record(by(resident, "appointments.listed", now))
        seen = _seen_by(resident)
        ahead = UPCOMING + seen + SOONEST_FIRST
        upcoming = [] if older_than else await rows(Visit, ahead, resident.inbox_of, now)
        sql = PAST + seen + (BEFORE if older_than else "") + LATEST_FIRST
        past = await rows(Visit, sql, resident.inbox_of, now, *(older_than or ()))
    shown = past[:PAGE]
    older = Cursor(shown[-1].starts_at, shown[-1].id) if len(past) > PAGE else None
    return Times(upcoming, shown, older)


def _seen_by(resident: Resident) -> str:
    return OPEN_TO_GUARDIANS if resident.acting_for else ""
