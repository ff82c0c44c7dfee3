"""What a sender may know of a summons: how it stands, its visit, and who did what."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct, field

from app.booking.queries import Step, Visit
from app.booking.rules import VISIT_STATES
from app.care_api.queries import Followed, FollowedVisit
from app.inbox.rules import NOT_DELIVERED, SCHEDULED
from app.summons.queries import ScheduledCase
from app.summons.rules import KINDS, STATES

ACTORS = ("resident", "guardian", "clinician", "care-system", "agent", "register")
# Of what is not sent as well.
STATES_SHOWN = (SCHEDULED, *STATES, NOT_DELIVERED)
ACTIONS = ("booked", "confirmed", "rebooked", "cancelled")

Who = Annotated[str, Meta(description="Who did it.", extra_json_schema={"enum": list(ACTORS)})]
What = Annotated[str, Meta(description="What was done.", extra_json_schema={"enum": list(ACTIONS)})]
VisitState = Annotated[
    str, Meta(description="How it stands now.", extra_json_schema={"enum": list(VISIT_STATES)})
]
SentState = Annotated[str, Meta(description="How it stands.", extra_json_schema={"enum": list(STATES_SHOWN)})]
Kind = Annotated[str, Meta(description="As it was sent.", extra_json_schema={"enum": list(KINDS)})]


class AppointmentShown(Struct, frozen=True):
    """The latest that came of the summons, cancelled or not. `sequence` counts its changes."""

    id: UUID
    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    practitioner: str
    place: str
    sequence: int
    booked_at: datetime
    confirmed_at: datetime | None
    moved_at: datetime | None
    moved_by: Who | None
    cancelled_at: datetime | None
    cancelled_by: Who | None


class AppointmentListed(Struct, frozen=True):
    """One of a clinic's appointments. `summons_id` is what it came of: a summons, or its booking.

    `time_type` is null for what is booked in the clinic's own booking.
    """

    id: UUID
    summons_id: UUID
    clinic: str
    time_type: str | None
    state: VisitState
    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    practitioner: str
    place: str
    sequence: int
    booked_at: datetime
    confirmed_at: datetime | None
    moved_at: datetime | None
    moved_by: Who | None
    cancelled_at: datetime | None
    cancelled_by: Who | None


class Appointments(Struct, frozen=True):
    """A page, by id. `next` goes into `after` for the next one; null when there is none."""

    appointments: list[AppointmentListed]
    following: Annotated[UUID | None, Meta(description="For `after`.")] = field(name="next")


class StepShown(Struct, frozen=True):
    """`reason` is what the person wrote, or empty."""

    at: datetime
    what: What
    who: Who
    appointment_id: UUID
    from_slot_id: UUID | None
    from_starts_at: datetime | None
    to_slot_id: UUID | None
    to_starts_at: datetime | None
    reason: str


class SummonsStatus(Struct, frozen=True):
    """`deleted_by_resident`: the letter was destroyed unread; the summons and the visit are as they were.

    `time_type` is null where times are booked in the clinic's own booking. `delivered_at` is null where it is
    not sent: `scheduled`, `withdrawn` before its time, or `not-delivered`.
    """

    id: UUID
    message_id: UUID
    thread_id: UUID
    kind: Kind
    state: SentState
    time_type: str | None
    book_by: datetime | None
    publish_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    deleted_by_resident: bool
    reason: Annotated[str | None, Meta(description="Of not-delivered: the code of what refused it.")]
    appointment: AppointmentShown | None
    history: list[StepShown]


class AppointmentStatus(AppointmentListed, frozen=True):
    """`kind` is what it came of; `history` is its own, oldest first."""

    message_id: UUID
    thread_id: UUID
    kind: Kind
    history: list[StepShown]


def read_appointments(found: list[Visit], *, limit: int, now: datetime) -> Appointments:
    """`found` holds one more than `limit` when there is a next page."""
    page = found[:limit]
    listed = [AppointmentListed(**_listed(visit, now)) for visit in page]
    return Appointments(listed, page[-1].id if len(found) > limit else None)


def read_appointment(followed: FollowedVisit, *, now: datetime) -> AppointmentStatus:
    summons = followed.case.summons
    return AppointmentStatus(
        **_listed(followed.visit, now),
        message_id=summons.message_id,
        thread_id=summons.thread_id,
        kind=summons.kind,
        history=[_step(step) for step in followed.steps],
    )


def read_followed(followed: Followed | ScheduledCase, *, now: datetime) -> SummonsStatus:
    if isinstance(followed, ScheduledCase):
        return _waiting(followed)
    case = followed.case
    summons = case.summons
    return SummonsStatus(
        id=summons.id,
        message_id=summons.message_id,
        thread_id=summons.thread_id,
        kind=summons.kind,
        state=case.state(now),
        time_type=summons.time_type_code or None,
        book_by=_utc(summons.book_by),
        publish_at=_utc(summons.publish_at),
        delivered_at=summons.delivered_at.astimezone(UTC),
        read_at=_utc(summons.read_at),
        deleted_by_resident=summons.deleted_at is not None and summons.read_at is None,
        reason=None,
        appointment=_appointment(case.visit) if case.visit else None,
        history=[_step(step) for step in followed.steps],
    )


def _waiting(waiting: ScheduledCase) -> SummonsStatus:
    """Nothing is booked, and nobody has seen it."""
    return SummonsStatus(
        id=waiting.id,
        message_id=waiting.message_id,
        thread_id=waiting.thread_id,
        kind=waiting.kind,
        state=waiting.state,
        time_type=waiting.time_type_code,
        book_by=_utc(waiting.book_by),
        publish_at=_utc(waiting.publish_at),
        delivered_at=None,
        read_at=None,
        deleted_by_resident=False,
        reason=waiting.reason,
        appointment=None,
        history=[],
    )


def _appointment(visit: Visit) -> AppointmentShown:
    return AppointmentShown(
        id=visit.id,
        slot_id=visit.slot_id,
        starts_at=visit.starts_at.astimezone(UTC),
        ends_at=visit.ends_at.astimezone(UTC),
        practitioner=visit.practitioner,
        place=visit.place,
        sequence=visit.sequence,
        booked_at=visit.booked_at.astimezone(UTC),
        confirmed_at=_utc(visit.confirmed_at),
        moved_at=_utc(visit.moved_at),
        moved_by=visit.moved_by,
        cancelled_at=_utc(visit.cancelled_at),
        cancelled_by=visit.cancelled_by,
    )


def _listed(visit: Visit, now: datetime) -> dict[str, Any]:
    shown = _appointment(visit)
    return {name: getattr(shown, name) for name in shown.__struct_fields__} | {
        "summons_id": visit.link_id,
        "clinic": visit.clinic_hsa_id,
        "time_type": visit.time_type_code or None,
        "state": visit.state(now),
    }


def _step(step: Step) -> StepShown:
    return StepShown(
        at=step.at.astimezone(UTC),
        what=step.action,
        who=step.actor_kind,
        appointment_id=step.appointment_id,
        from_slot_id=step.from_slot,
        from_starts_at=_utc(step.from_starts_at),
        to_slot_id=step.to_slot,
        to_starts_at=_utc(step.to_starts_at),
        reason=step.reason,
    )


def _utc(when: datetime | None) -> datetime | None:
    return when.astimezone(UTC) if when else None
