"""A member of staff arrives, in one assignment at one clinic."""

from datetime import datetime
from uuid import UUID

from app import database, vault
from app.audit.actions import Entry, record
from app.database import in_transaction, uuid7
from app.sessions.principals import CLINICIAN
from app.sign_in import queries
from app.sign_in.actions.beginnings import Beginning
from app.sign_in.queries import Unit, clinician_place
from app.sign_in.rules.refusals import UnknownCareUnit
from app.sign_in.rules.staff import Employee, ensure_purpose, ensure_same_provider
from app.sign_in.tables import Assignment, Clinician


@in_transaction
async def start(employee: Employee, beginning: Beginning) -> str:
    """Raises `NotForCare`, `UnknownCareUnit` or `OtherCareProvider`; then nobody was there."""
    now = beginning.now
    ensure_purpose(employee.purpose, also=beginning.provider.purposes)
    unit = await _unit_of(employee)
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


async def _unit_of(employee: Employee) -> Unit:
    unit = await queries.unit(employee.care_unit)
    if unit is None:
        raise UnknownCareUnit
    ensure_same_provider(
        employee.care_provider, hsa_id=unit.provider_hsa_id, organisation_number=unit.organisation_number
    )
    return unit


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
        )
    )
