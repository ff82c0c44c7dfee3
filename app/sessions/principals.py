"""Who is asking, as frozen values. Doors make them; features take them as arguments."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.errors import NotSignedIn

RESIDENT = "resident"
GUARDIAN = "guardian"
CLINICIAN = "clinician"
CARE_SYSTEM = "care-system"
AGENT = "agent"
REGISTER = "register"


class Actor(NamedTuple):
    """Who did something, as it is stored: a kind, an id, and for staff the assignment they acted in."""

    kind: str
    id: UUID
    assignment: str | None = None


# The population register (folkbokföringen), which is nobody here.
THE_REGISTER = Actor(REGISTER, UUID(int=0))


@dataclass(frozen=True, kw_only=True)
class Resident:
    """`acting_for` is the resident whose inbox a proxy reads; None in one's own."""

    id: UUID
    session_id: UUID
    name: str = field(repr=False)
    level: str
    acting_for: UUID | None = None

    @property
    def inbox_of(self) -> UUID:
        """The resident whose inbox it is."""
        return self.acting_for or self.id

    @property
    def actor(self) -> Actor:
        """The one who is signed in, whoever they act for."""
        return Actor(GUARDIAN if self.acting_for else RESIDENT, self.id)


@dataclass(frozen=True, kw_only=True)
class Clinician:
    """Staff within one assignment (vårdpersonal, medarbetaruppdrag) and so within its care unit only.

    `assignment` is the commission's HSA-id (`commissionHsaId`). The provider is the clinic's.
    """

    id: UUID
    session_id: UUID
    name: str = field(repr=False)
    employee_hsa_id: str
    assignment: str
    assignment_name: str
    clinic_id: UUID
    clinic_hsa_id: str
    clinic_name: str
    provider_id: UUID
    level: str

    @property
    def actor(self) -> Actor:
        return Actor(CLINICIAN, self.id, self.assignment)


@dataclass(frozen=True, kw_only=True)
class CareSystem:
    """A care system with an access token; it speaks for one care provider only.

    For some of that provider's clinics (HSA-ids) where `clinics` says so, else for all. A `test` one deals
    with made-up recipients only. `agent_id` and `agent_name`: a connection agent sends, for the provider.
    """

    id: UUID
    provider_id: UUID
    name: str
    scopes: frozenset[str]
    test: bool = False
    clinics: frozenset[str] | None = None
    agent_id: UUID | None = None
    agent_name: str = ""

    @property
    def actor(self) -> Actor:
        return Actor(AGENT if self.agent_id else CARE_SYSTEM, self.id)

    def speaks_for(self, hsa_id: str) -> bool:
        """Of its own provider's clinics."""
        return self.clinics is None or hsa_id in self.clinics

    def sees(self, hsa_id: str, *, test: bool) -> bool:
        """Whether what such a clinic of its provider's has sent is its business; tests and life are apart."""
        return test == self.test and self.speaks_for(hsa_id)


class Assignment(NamedTuple):
    """What a clinician's session was opened for (medarbetaruppdrag), with the clinic as it is now."""

    hsa_id: str
    name: str
    employee_hsa_id: str
    clinic_id: UUID
    clinic_hsa_id: str
    clinic_name: str
    provider_id: UUID


class Signed(NamedTuple):
    """A living session: over from the instant of `idle_at` or `expires_at`, whichever comes first."""

    id: UUID
    kind: str
    subject_id: UUID
    level: str
    name: str
    created_at: datetime
    expires_at: datetime
    idle_at: datetime

    def __repr__(self) -> str:
        return f"Signed(id={self.id}, kind={self.kind!r})"

    def resident(self) -> Resident:
        """Raises `NotSignedIn` when the session is of another kind."""
        if self.kind != RESIDENT:
            raise NotSignedIn(RESIDENT)
        return Resident(id=self.subject_id, session_id=self.id, name=self.name, level=self.level)

    def clinician(self, assignment: Assignment) -> Clinician:
        """Raises `NotSignedIn` when the session is of another kind."""
        if self.kind != CLINICIAN:
            raise NotSignedIn(CLINICIAN)
        return Clinician(
            id=self.subject_id,
            session_id=self.id,
            name=self.name,
            employee_hsa_id=assignment.employee_hsa_id,
            assignment=assignment.hsa_id,
            assignment_name=assignment.name,
            clinic_id=assignment.clinic_id,
            clinic_hsa_id=assignment.clinic_hsa_id,
            clinic_name=assignment.clinic_name,
            provider_id=assignment.provider_id,
            level=self.level,
        )
