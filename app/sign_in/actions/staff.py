"""A member of staff arrives, in one assignment at one clinic."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import database, vault
from app.audit.actions import Entry, record
from app.database import in_transaction, uuid7
from app.errors import Refused
from app.sessions.principals import CLINICIAN
from app.sign_in import queries
from app.sign_in.actions.beginnings import Beginning
from app.sign_in.queries import Unit, clinician_place
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import AssignmentWithdrawn, NotForCare, OtherCareProvider, UnknownCareUnit
from app.sign_in.rules.staff import Employee, is_for_care, is_same_provider
from app.sign_in.tables import Assignment, Clinician


class Door(NamedTuple):
    """The clinic of an assignment, or why it does not open."""

    unit: Unit | None
    refusal: Refused | None = None


@in_transaction
async def start(employee: Employee, beginning: Beginning) -> str:
    """Raises what `door_of` has to say; then nobody was there."""
    now = beginning.now
    unit, refusal = await door_of(employee, beginning.provider)
    if unit is None or refusal:
        raise refusal or UnknownCareUnit
    clinician_id = await _recognise(employee, now=now)
    await record(
        Entry(
            action="session.started",
            at=now,
            actor_kind=CLINICIAN,
            actor_id=clinician_id,
            assignment=employee.assignment,
            care_unit=unit.hsa_id,
            object_kind="provider",
            object_id=beginning.provider.key,
        )
    )
    session_id = uuid7()
    token = await beginning.start(employee, clinician_id, id=session_id)
    await _assign(session_id, clinician_id=clinician_id, employee=employee, unit=unit)
    return token


async def door_of(employee: Employee, provider: Provider) -> Door:
    """`NotForCare`, `AssignmentWithdrawn`, `UnknownCareUnit`, `OtherCareProvider`, or an open one."""
    if not is_for_care(employee.purpose, also=provider.purposes):
        return Door(None, NotForCare())
    if await queries.is_withdrawn(employee):
        return Door(None, AssignmentWithdrawn())
    unit = await queries.unit(employee.care_unit)
    if unit is None:
        return Door(None, UnknownCareUnit())
    known = is_same_provider(
        employee.care_provider, hsa_id=unit.provider_hsa_id, organisation_number=unit.organisation_number
    )
    return Door(unit) if known else Door(None, OtherCareProvider())


async def _recognise(employee: Employee, *, now: datetime) -> UUID:
    # Two first sign-ins at once: one inserts, both find.
    id, key = uuid7(), vault.new_key()
    await database.run(
        "INSERT INTO clinicians (id, issuer, subject, employee_hsa_id, key_wrapped, name_sealed, created_at,"
        " last_used_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (issuer, subject) DO NOTHING RETURNING 1 AS made",
        id,
        employee.issuer,
        employee.subject,
        employee.employee_hsa_id,
        vault.wrap(key, clinician_place("key_wrapped", id)),
        vault.seal(employee.name.encode(), key, clinician_place("name_sealed", id)),
        now,
        now,
    )
    known = await queries.clinician_known_as(employee)
    key = vault.unwrap(known.key_wrapped, clinician_place("key_wrapped", known.id))
    await Clinician.update(
        {
            Clinician.employee_hsa_id: employee.employee_hsa_id,
            Clinician.name_sealed: vault.seal(
                employee.name.encode(), key, clinician_place("name_sealed", known.id)
            ),
            Clinician.last_used_at: now,
        }
    ).where(Clinician.id == known.id)
    return known.id


async def _assign(session_id: UUID, *, clinician_id: UUID, employee: Employee, unit: Unit) -> None:
    await Assignment.insert(
        Assignment(
            id=uuid7(),
            session=session_id,
            clinician=clinician_id,
            clinic=unit.clinic_id,
            employee_hsa_id=employee.employee_hsa_id,
            hsa_id=employee.assignment,
            name=employee.assignment_name,
            purpose=employee.purpose,
            care_provider=employee.care_provider,
        )
    )
