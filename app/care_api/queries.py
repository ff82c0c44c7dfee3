"""Who a token stands for, which clinic it may speak for, and what it may know of a summons."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record, record_all
from app.booking import queries as booking
from app.booking.queries import (
    Asked,
    LastStep,
    Step,
    TimeType,
    Visit,
    appointments_of,
    history_of,
    sent_visit,
    steps_of,
)
from app.care import queries as care
from app.care.queries import CareSystemRecord, Clinic
from app.care.rules import ensure_may_send
from app.care_api.gateways.tokens import Claims
from app.care_api.rules.refusals import (
    CLINIC,
    OTHERS_CLINIC,
    AgentWithoutMandate,
    ClinicUnknown,
    SenderNotApproved,
    TokenInvalid,
)
from app.care_api.rules.scopes import scopes_of
from app.care_api.rules.slots import TimeTypeUnknown
from app.database import Together, rows, transaction
from app.errors import Missing
from app.inbox.queries import MessageStatus, Whose, status_for, thread_statuses_for
from app.inbox.rules import SCHEDULED, NotDelivered, NotYetDelivered
from app.sessions.principals import CareSystem
from app.summons.queries import (
    Case,
    OwnLetter,
    ScheduledCase,
    Summons,
    letters_of,
    scheduled_case,
    sent_case,
)


class FollowedVisit(NamedTuple):
    """An appointment, what it came of, and who did what with it, oldest first."""

    visit: Visit
    case: Case
    steps: list[Step]


class Followed(NamedTuple):
    """A summons, and who did what with the visits that came of it, oldest first."""

    case: Case
    steps: list[Step]


class Client(NamedTuple):
    """Who asks for a token, with what a secret is checked against, and what it may be given at most."""

    id: UUID
    client_id: str
    secret_hash: str
    previous_secret_hash: str | None
    previous_until: datetime | None
    admitted: bool
    scopes: frozenset[str]


async def client_of(client_id: str, *, now: datetime) -> Client | None:
    """`admitted`: the operator has approved it, and where it is an agent's the provider lets it send."""
    known = await care.care_system_by_client_id(client_id)
    if known is None:
        return None
    return Client(
        known.id,
        known.client_id,
        known.secret_hash,
        known.previous_secret_hash,
        known.previous_until,
        admitted=known.approved_at is not None and await _may_send(known, now=now),
        scopes=scopes_of(known.scopes),
    )


async def _may_send(known: CareSystemRecord, *, now: datetime) -> bool:
    """The provider itself may; an agent for as long as its mandate is in force."""
    return known.agent_id is None or await care.has_mandate(known.agent_id, known.provider_id, now=now)


class Told(NamedTuple):
    """A letter, and where it is a summons when each thing was last done with the visit.

    `answer` is what was done last since it was sent: a timed summons is booked as it is sent.
    """

    letter: MessageStatus
    done: dict[str, datetime]
    answer: str | None


# A care system sends over many connections: what it asks at once is one question about who it is.
_known = Together(care.care_system_by_client_id)


async def care_system_for(claims: Claims, *, now: datetime) -> CareSystem:
    """Asked at every request, so that an approval, a scope or a mandate taken back counts at once.

    Raises `TokenInvalid` or `AgentWithoutMandate`.
    """
    known = await _known(claims.client_id)
    if known is None or known.approved_at is None or known.id != claims.care_system_id:
        raise TokenInvalid
    return await _caller(known, claims.scopes & scopes_of(known.scopes), now=now)


async def sender_of(care_system_id: UUID, *, now: datetime) -> CareSystem:
    """Whose letter was accepted, with no token now. Raises `SenderNotApproved` or `AgentWithoutMandate`."""
    known = await care.care_system(care_system_id)
    if known is None or known.approved_at is None:
        raise SenderNotApproved
    return await _caller(known, frozenset(), now=now)


async def clinic_for(care_system: CareSystem, hsa_id: str) -> Clinic:
    """Raises `ClinicUnknown`, or `Missing` (and so leaves a row in the audit) for one that is not its own.

    HSA-ids are public, so the answers may say which clinic is another provider's.
    """
    try:
        clinic = await care.clinic_by_hsa(hsa_id)
    except Missing:
        raise ClinicUnknown from None
    if clinic.provider_id != care_system.provider_id:
        raise Missing(OTHERS_CLINIC, clinic.id)
    if not care_system.speaks_for(clinic.hsa_id):
        raise Missing(CLINIC, clinic.id)
    return clinic


async def sending_clinic(care_system: CareSystem, hsa_id: str, *, now: datetime) -> Clinic:
    """One that may send now, by its provider's mandate.

    Raises what `clinic_for` raises, `PrivateDentist`, `NoMandate`, `MandateNotBegun` or `MandateEnded`.
    """
    clinic = await clinic_for(care_system, hsa_id)
    ensure_may_send(clinic, now=now)
    return clinic


async def whose_clinic(clinic_id: UUID) -> Whose | None:
    """For the audit of denials."""
    sql = "SELECT NULL AS resident_id, hsa_id AS care_unit FROM clinics WHERE id = {}"
    found = await rows(Whose, sql, clinic_id)
    return found[0] if found else None


async def time_type_for(care_system: CareSystem, clinic: Clinic, code: str) -> TimeType:
    """Raises `TimeTypeUnknown`."""
    try:
        return await booking.time_type_by_code(clinic.id, code, test=care_system.test)
    except Missing:
        raise TimeTypeUnknown from None


async def case_for(care_system: CareSystem, summons_id: UUID) -> Case:
    """A summons that is its business. Raises `Missing`, `NotYetDelivered` or `NotDelivered`."""
    if waiting := await _waiting_for(care_system, summons_id):
        raise NotYetDelivered if waiting.state == SCHEDULED else NotDelivered
    return await _sent_to(care_system, summons_id)


async def _waiting_for(care_system: CareSystem, summons_id: UUID) -> ScheduledCase | None:
    """To be asked first: what is sent meanwhile is found then where sent ones are."""
    waiting = await scheduled_case(care_system.provider_id, summons_id)
    if waiting is None or not care_system.sees(waiting.clinic_hsa_id, test=bool(waiting.test)):
        return None
    return waiting


async def _sent_to(care_system: CareSystem, summons_id: UUID) -> Case:
    case = await sent_case(care_system.provider_id, summons_id)
    if not care_system.sees(case.summons.clinic_hsa_id, test=case.summons.test):
        raise Missing("summons", summons_id)
    return case


async def summons_for(
    care_system: CareSystem, summons_id: UUID, *, now: datetime
) -> Followed | ScheduledCase:
    """For the care systems of the provider that sent it, or that will. Raises `Missing`."""
    async with transaction():
        if waiting := await _waiting_for(care_system, summons_id):
            await record(_read(care_system, waiting, now))
            return waiting
        case = await _sent_to(care_system, summons_id)
        await record(_read(care_system, case.summons, now))
        return Followed(case, await history_of(summons_id))


def _read(care_system: CareSystem, summons: Summons | ScheduledCase, now: datetime) -> Entry:
    return Entry(
        action="summons.status-read", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        resident_id=summons.resident_id, care_unit=summons.clinic_hsa_id,
        object_kind="summons", object_id=str(summons.id),
    )  # fmt: skip


async def appointments_for(care_system: CareSystem, asked: Asked, *, now: datetime) -> list[Visit]:
    """Each that is shown is a look at somebody's appointment."""
    async with transaction():
        found = await appointments_of(care_system.provider_id, asked, now=now)
        await record_all([_look(care_system, "appointment.listed", visit, now) for visit in found])
        return found


async def visit_for(care_system: CareSystem, appointment_id: UUID) -> tuple[Visit, Case]:
    """An appointment that is its business, and what it came of. Raises `Missing`."""
    visit = await sent_visit(care_system.provider_id, appointment_id)
    case = await sent_case(care_system.provider_id, visit.link_id)
    if not care_system.sees(visit.clinic_hsa_id, test=case.summons.test):
        raise Missing("appointment", appointment_id)
    return visit, case


async def appointment_for(care_system: CareSystem, appointment_id: UUID, *, now: datetime) -> FollowedVisit:
    """For the care systems of its provider. Raises `Missing`."""
    async with transaction():
        visit, case = await visit_for(care_system, appointment_id)
        await record(_look(care_system, "appointment.status-read", visit, now))
        steps = await history_of(visit.link_id)
        return FollowedVisit(visit, case, [step for step in steps if step.appointment_id == appointment_id])


def _look(care_system: CareSystem, action: str, visit: Visit, now: datetime) -> Entry:
    return Entry(
        action=action, at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        resident_id=visit.resident_id, care_unit=visit.clinic_hsa_id,
        object_kind="appointment", object_id=str(visit.id),
    )  # fmt: skip


async def message_for(care_system: CareSystem, message_id: UUID, *, now: datetime) -> Told:
    """For the care systems of the provider that sent it. Raises `Missing`."""
    status = await status_for(care_system, message_id, now=now)
    [told] = await _told(care_system, [status])
    return told


async def thread_for(care_system: CareSystem, thread_id: UUID, *, now: datetime) -> list[Told]:
    """Everything the provider has sent in the thread, the first accepted first. Raises `Missing`."""
    return await _told(care_system, await thread_statuses_for(care_system, thread_id, now=now))


async def _told(care_system: CareSystem, statuses: list[MessageStatus]) -> list[Told]:
    links = list({status.link_id for status in statuses if status.link_id})
    letters = {one.message_id: one for one in await letters_of(care_system.provider_id, links)}
    steps = await steps_of(links)
    return [_with_steps(status, letters.get(status.id), steps) for status in statuses]


def _with_steps(status: MessageStatus, own: OwnLetter | None, steps: list[LastStep]) -> Told:
    """A receipt in the thread has none."""
    of_it = [step for step in steps if own and step.link_id == own.id]
    since = [step.action for step in of_it if own and step.at > own.created_at]
    return Told(status, {step.action: step.at for step in of_it}, since[-1] if since else None)


async def _caller(known: CareSystemRecord, scopes: frozenset[str], *, now: datetime) -> CareSystem:
    if not await _may_send(known, now=now):
        raise AgentWithoutMandate
    return CareSystem(
        id=known.id,
        provider_id=known.provider_id,
        name=known.name,
        scopes=scopes,
        test=known.test,
        clinics=frozenset(known.clinics.split()) if known.clinics else None,
        agent_id=known.agent_id,
        agent_name=known.agent_name or "",
    )


class BatchStanding(NamedTuple):
    """A batch that has come in whole, and how far it has come since."""

    id: UUID
    dry_run: bool
    received: int
    accepted: int
    refused: int
    received_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Slice(NamedTuple):
    """Some rows of a batch that wait, sealed, and who has sent them."""

    id: UUID
    first_row: int
    content_sealed: bytes
    batch_id: UUID
    provider_id: UUID
    care_system_id: UUID
    scopes: str
    dry_run: bool
    key_wrapped: bytes


class ResultPart(NamedTuple):
    first_row: int
    result: bytes


# Its rows may be of any clinic that its sender speaks for: whoever speaks for some of them sees only its own.
BATCH = (
    "SELECT b.id, b.dry_run, b.received, b.accepted, b.refused, b.received_at, b.started_at, b.finished_at"
    " FROM batches b JOIN care_systems s ON s.id = b.care_system_id"
    " WHERE b.id = {} AND b.provider_id = {} AND b.received_at IS NOT NULL"
    " AND s.test = {} AND (s.id = {} OR {})"
)
NEXT_SLICE = (
    "SELECT c.id, c.first_row, c.content_sealed, b.id AS batch_id, b.provider_id, b.care_system_id, b.scopes,"
    " b.dry_run, b.key_wrapped FROM batch_chunks c JOIN batches b ON b.id = c.batch"
    " WHERE c.batch = {} AND c.done_at IS NULL AND b.received_at IS NOT NULL ORDER BY c.first_row LIMIT 1"
)
RESULT = (
    "SELECT first_row, result FROM batch_chunks WHERE batch = {} AND first_row > {} AND result IS NOT NULL"
    " ORDER BY first_row LIMIT 10"
)


async def batch_for(care_system: CareSystem, batch_id: UUID) -> BatchStanding:
    """For the one that sent it, and for its provider's with the same kind of credentials and every clinic.

    Raises `Missing`.
    """
    whose = (care_system.provider_id, care_system.test, care_system.id, care_system.clinics is None)
    found = await rows(BatchStanding, BATCH, batch_id, *whose)
    if not found:
        raise Missing("batch", batch_id)
    return found[0]


async def next_slice(batch_id: UUID) -> Slice | None:
    """The first rows that nobody has done yet."""
    found = await rows(Slice, NEXT_SLICE, batch_id)
    return found[0] if found else None


async def sender_of_batch(part: Slice, *, now: datetime) -> CareSystem:
    """As it is now, with what it might do when the batch came. Raises what `sender_of` raises."""
    sender = await sender_of(part.care_system_id, now=now)
    return replace(sender, scopes=frozenset(part.scopes.split()))


async def result_parts(batch_id: UUID) -> AsyncIterator[bytes]:
    """What became of the rows, packed, in their order."""
    after = 0
    while found := await rows(ResultPart, RESULT, batch_id, after):
        for part in found:
            yield part.result
        after = found[-1].first_row
