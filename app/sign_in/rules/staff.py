"""Which member of staff the provider says it is, in which assignment, and whether that opens our door."""

from collections.abc import Collection
from dataclasses import dataclass, field

from app.care.rules import HSA_ID, hsa_key
from app.sign_in.rules.audiences import (
    ASSIGNMENT,
    ASSIGNMENT_NAME,
    CARE_PROVIDER,
    CARE_UNIT,
    EMPLOYEE,
    PURPOSE,
    STAFF,
)
from app.sign_in.rules.names import name_in, readable, together
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import NoAssignment, NoEmployeeId, NotForCare, OtherCareProvider
from app.sign_in.rules.tokens import Claims

CARE = "Vård och behandling"


@dataclass(frozen=True, kw_only=True)
class Employee:
    """(`issuer`, `subject`) is who signs in; the HSA-ids, in capitals, say as whom and from where (R17)."""

    issuer: str
    subject: str
    level: str
    name: str = field(repr=False)
    employee_hsa_id: str
    assignment: str
    assignment_name: str
    purpose: str
    care_unit: str
    care_provider: str


def employee_from(claims: Claims, told: Claims, *, provider: Provider) -> Employee:
    """From the ID token and UserInfo together, which must not contradict each other.

    Raises `NoEmployeeId` or `NoAssignment`, or `Untrusted` for a contradiction or no name.
    """
    known = together(claims, told, agreeing=STAFF.wanted, reason="two assignments")
    assignment, purpose = _hsa_id(known, ASSIGNMENT), readable(known.get(PURPOSE))
    care_unit, care_provider = _hsa_id(known, CARE_UNIT), _hsa_id(known, CARE_PROVIDER)
    employee = _hsa_id(known, EMPLOYEE)
    if not employee:
        raise NoEmployeeId
    if not (assignment and purpose and care_unit and care_provider):
        raise NoAssignment
    return Employee(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        level=str(claims[provider.level_claim]),
        name=name_in(known),
        employee_hsa_id=employee,
        assignment=assignment,
        assignment_name=readable(known.get(ASSIGNMENT_NAME)) or purpose,
        purpose=purpose,
        care_unit=care_unit,
        care_provider=care_provider,
    )


def ensure_purpose(purpose: str, *, also: Collection[str]) -> None:
    """An assignment for care, or for one of the operator's administrative purposes (PDL 4 kap. 1 §)."""
    if purpose != CARE and purpose not in also:
        raise NotForCare


def ensure_same_provider(care_provider: str, *, hsa_id: str | None, organisation_number: str) -> None:
    """The unit's care provider in HSA is the one we know the clinic by.

    One whose HSA-id nobody has told us is known by the organisation number within it.
    """
    if care_provider != hsa_id and (hsa_id or care_provider[2:12] != organisation_number):
        raise OtherCareProvider


def _hsa_id(known: Claims, name: str) -> str:
    """Nothing when it is missing or no HSA-id."""
    value = known.get(name)
    key = hsa_key(value) if isinstance(value, str) else ""
    return key if HSA_ID.fullmatch(key) else ""
