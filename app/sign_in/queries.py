"""Asking about sign-ins on their way and about known identities."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import vault
from app.database import places, rows
from app.errors import NotSignedIn
from app.sessions import Assignment, Signed
from app.sessions.principals import CLINICIAN
from app.sign_in.rules.logout import SignedOut, hint_key
from app.sign_in.rules.people import Person
from app.sign_in.rules.staff import Employee, is_for_care, is_same_provider
from app.sign_in.rules.transactions import secret_hash


class Begun(NamedTuple):
    """A sign-in on its way. Only the browser that began it holds what opens `verifier_sealed`."""

    id: UUID
    browser_hash: bytes
    nonce: str
    verifier_sealed: bytes
    next_path: str
    provider: str
    level: str
    expires_at: datetime


class Known(NamedTuple):
    id: UUID
    resident_id: UUID


class _Way(NamedTuple):
    trusted_at: datetime | None


class KnownClinician(NamedTuple):
    id: UUID
    key_wrapped: bytes


class _NamedClinician(NamedTuple):
    id: UUID
    key_wrapped: bytes
    name_sealed: bytes


class Offered(NamedTuple):
    """What a member of staff may choose from. Only their browser holds what opens `employee_sealed`."""

    id: UUID
    employee_sealed: bytes
    next_path: str
    provider: str
    expires_at: datetime


class Held(NamedTuple):
    """An assignment as it was when its session began, with its clinic and what is withdrawn as of now."""

    assignment: Assignment
    purpose: str
    issuer: str
    care_provider: str
    provider_hsa_id: str | None
    organisation_number: str
    withdrawals: int

    def still_opens(self, purposes: Mapping[str, Collection[str]]) -> bool:
        """`purposes` are the administrative ones of each issuer, as the operator has it now."""
        return (
            not self.withdrawals
            and is_for_care(self.purpose, also=purposes.get(self.issuer, ()))
            and is_same_provider(
                self.care_provider,
                hsa_id=self.provider_hsa_id,
                organisation_number=self.organisation_number,
            )
        )


class _HeldRow(NamedTuple):
    hsa_id: str
    name: str
    employee_hsa_id: str
    clinic_id: UUID
    clinic_hsa_id: str
    clinic_name: str
    provider_id: UUID
    purpose: str
    issuer: str
    care_provider: str
    provider_hsa_id: str | None
    organisation_number: str
    withdrawals: int


class _Count(NamedTuple):
    number: int


class Unit(NamedTuple):
    """A clinic as an assignment meets it: with how its care provider is known."""

    clinic_id: UUID
    hsa_id: str
    name: str
    provider_hsa_id: str | None
    organisation_number: str


class Ended(NamedTuple):
    """A session that a provider has named; staff's has an assignment."""

    id: UUID
    kind: str
    subject_id: UUID
    assignment: str | None
    care_unit: str | None


class Origin(NamedTuple):
    """The sign-in at a provider that a session came from. Only the cookie opens `id_token_sealed`."""

    provider: str
    id_token_sealed: bytes


HELD = """
SELECT a.hsa_id, a.name, a.employee_hsa_id, c.id AS clinic_id, c.hsa_id AS clinic_hsa_id,
 c.name AS clinic_name, c.provider, a.purpose, k.issuer, a.care_provider,
 p.hsa_id AS provider_hsa_id, p.organisation_number,
 (SELECT count(*) FROM withdrawals w WHERE w.kind = 'assignment' AND w.hsa_id = a.hsa_id
  OR w.kind = 'employee' AND w.hsa_id = a.employee_hsa_id) AS withdrawals
FROM assignments a JOIN clinics c ON c.id = a.clinic JOIN care_providers p ON p.id = c.provider
 JOIN clinicians k ON k.id = a.clinician
WHERE a.session = {}
"""


async def begun_with(state: str) -> Begun | None:
    found = await rows(
        Begun,
        "SELECT id, browser_hash, nonce, verifier_sealed, next_path, provider, level, expires_at"
        " FROM sign_in_transactions WHERE state_hash = {}",
        secret_hash(state),
    )
    return found[0] if found else None


async def origin_of(session_id: UUID) -> Origin | None:
    found = await rows(
        Origin, "SELECT provider, id_token_sealed FROM provider_sessions WHERE session = {}", session_id
    )
    return found[0] if found else None


def hint(origin: Origin, session_id: UUID, *, cookie: str) -> str:
    """The ID token that the session came from; empty where there is none."""
    if not origin.id_token_sealed:
        return ""
    return vault.unseal(origin.id_token_sealed, hint_key(cookie), hint_place(session_id)).decode()


async def sessions_named(told: SignedOut) -> list[Ended]:
    """Where both are named, both must fit."""
    named = {"subject": told.subject, "sid": told.sid}
    wanted = {name: value for name, value in named.items() if value}
    conditions = "".join(f" AND p.{name} = {{}}" for name in wanted)
    return await rows(
        Ended,
        "SELECT s.id, s.kind, s.subject_id, a.hsa_id AS assignment, c.hsa_id AS care_unit"  # noqa: S608 - our own names
        " FROM provider_sessions p JOIN sessions s ON s.id = p.session"
        " LEFT JOIN assignments a ON a.session = s.id LEFT JOIN clinics c ON c.id = a.clinic"
        f" WHERE p.issuer = {{}}{conditions}",
        told.issuer,
        *wanted.values(),
    )


async def known_as(person: Person) -> Known | None:
    found = await rows(
        Known,
        "SELECT id, resident FROM identities WHERE issuer = {} AND subject = {}",
        person.issuer,
        person.subject,
    )
    return found[0] if found else None


async def only_trusted_lead_to(resident_id: UUID) -> bool:
    """Whether every e-ID that opens this inbox was on the trust list; so too when there is none."""
    ways = await rows(_Way, "SELECT trusted_at FROM identities WHERE resident = {}", resident_id)
    return all(way.trusted_at for way in ways)


async def clinician_known_as(employee: Employee) -> KnownClinician:
    """Within the transaction that saw to it that there is one."""
    [known] = await rows(
        KnownClinician,
        "SELECT id, key_wrapped FROM clinicians WHERE issuer = {} AND subject = {}",
        employee.issuer,
        employee.subject,
    )
    return known


async def unit(care_unit: str) -> Unit | None:
    """`care_unit` is an HSA-id in capitals, as clinics' are stored."""
    found = await rows(
        Unit,
        "SELECT c.id, c.hsa_id, c.name, p.hsa_id AS provider_hsa_id, p.organisation_number"
        " FROM clinics c JOIN care_providers p ON p.id = c.provider WHERE c.hsa_id = {}",
        care_unit,
    )
    return found[0] if found else None


async def offered_to(browser: str) -> Offered | None:
    found = await rows(
        Offered,
        "SELECT id, employee_sealed, next_path, provider, expires_at FROM sign_in_choices"
        " WHERE browser_hash = {}",
        secret_hash(browser),
    )
    return found[0] if found else None


async def is_withdrawn(employee: Employee) -> bool:
    """The assignment, or everything that the employee has."""
    [count] = await rows(
        _Count,
        "SELECT count(*) AS number FROM withdrawals"
        " WHERE kind = 'assignment' AND hsa_id = {} OR kind = 'employee' AND hsa_id = {}",
        employee.assignment,
        employee.employee_hsa_id,
    )
    return count.number > 0


async def held_by(session: Signed) -> Held:
    """What a session of staff was opened for, whether or not it still counts. Raises `NotSignedIn`."""
    found = await rows(_HeldRow, HELD, session.id)
    if not found:
        raise NotSignedIn(CLINICIAN)
    row = found[0]
    return Held(Assignment(*row[:7]), *row[7:])


async def clinician_names(ids: Sequence[UUID]) -> dict[UUID, str]:
    """By id. The caller has seen to that it is their own clinic's staff who are named."""
    if not ids:
        return {}
    found = await rows(
        _NamedClinician,
        f"SELECT id, key_wrapped, name_sealed FROM clinicians WHERE id IN ({places(ids)})",  # noqa: S608 - placeholders only
        *ids,
    )
    return {row.id: _name(row) for row in found}


def _name(row: _NamedClinician) -> str:
    key = vault.unwrap(row.key_wrapped, clinician_place("key_wrapped", row.id))
    return vault.unseal(row.name_sealed, key, clinician_place("name_sealed", row.id)).decode()


def verifier_place(transaction_id: UUID) -> vault.Place:
    return vault.Place("", "sign_in_transactions", "verifier_sealed", transaction_id)


def hint_place(session_id: UUID) -> vault.Place:
    return vault.Place("", "provider_sessions", "id_token_sealed", session_id)


def clinician_place(column: str, clinician_id: UUID) -> vault.Place:
    return vault.Place("", "clinicians", column, clinician_id)


def choice_place(choice_id: UUID) -> vault.Place:
    return vault.Place("", "sign_in_choices", "employee_sealed", choice_id)
