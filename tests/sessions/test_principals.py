from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.errors import NotSignedIn
from app.sessions import Actor, Assignment, CareSystem, Clinician, Resident, Signed

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGNED = Signed(UUID(int=1), "resident", UUID(int=2), "loa3", "Anna Andersson", NOON, NOON, NOON)

DISA = Clinician(
    id=UUID(int=5),
    session_id=UUID(int=6),
    name="Disa Dahl",
    employee_hsa_id="SE2321000016-DISA",
    assignment="SE2321000016-UPPDRAG1",
    assignment_name="Vård och behandling, Knäkliniken",
    clinic_id=UUID(int=7),
    clinic_hsa_id="SE2321000016-A65H",
    clinic_name="Knäkliniken",
    provider_id=UUID(int=8),
    level="loa3",
)


def test_a_residents_session_makes_a_resident() -> None:
    assert SIGNED.resident() == Resident(
        id=UUID(int=2), session_id=UUID(int=1), name="Anna Andersson", level="loa3", acting_for=None
    )


def test_another_kind_of_session_makes_no_resident() -> None:
    """ASVS 8.2.1: a session of the staff tool opens no inbox."""
    with pytest.raises(NotSignedIn):
        SIGNED._replace(kind="clinician").resident()


def test_a_residents_session_makes_no_clinician_whatever_the_assignment() -> None:
    """ASVS 8.2.1: nor the reverse of it."""
    assignment = Assignment(
        hsa_id=DISA.assignment,
        name=DISA.assignment_name,
        employee_hsa_id=DISA.employee_hsa_id,
        clinic_id=DISA.clinic_id,
        clinic_hsa_id=DISA.clinic_hsa_id,
        clinic_name=DISA.clinic_name,
        provider_id=DISA.provider_id,
    )
    staffs = SIGNED._replace(id=DISA.session_id, kind="clinician", subject_id=DISA.id, name=DISA.name)

    assert staffs.clinician(assignment) == DISA
    with pytest.raises(NotSignedIn):
        SIGNED.clinician(assignment)


def test_who_acts_is_stored_as_a_kind_an_id_and_the_assignment() -> None:
    """HSLF-FS 2016:40 4 kap. 9 §; a guardian's deed is not the child's own."""
    own = SIGNED.resident()
    system = CareSystem(id=UUID(int=3), provider_id=UUID(int=4), name="VårdIT", scopes=frozenset())

    assert own.actor == Actor("resident", own.id)
    assert replace(own, acting_for=UUID(int=9)).actor == Actor("guardian", own.id)
    assert DISA.actor == Actor("clinician", DISA.id, "SE2321000016-UPPDRAG1")
    assert system.actor == Actor("care-system", system.id, None)


def test_a_name_does_not_end_in_a_log_by_way_of_repr() -> None:
    """ASVS 16.2.5"""
    assert "Anna" not in repr(SIGNED.resident())
    assert "Anna" not in repr(SIGNED)
    assert "Dahl" not in repr(DISA)
