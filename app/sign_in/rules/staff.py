"""Which member of staff the provider says it is, in which assignment, and whether that opens our door."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.care.rules import HSA_ID, hsa_key
from app.sign_in.rules.audiences import (
    ASSIGNMENT,
    ASSIGNMENT_NAME,
    ASSIGNMENTS,
    CARE_PROVIDER,
    CARE_UNIT,
    CARE_UNIT_NAME,
    EMPLOYEE,
    PURPOSE,
    STAFF,
)
from app.sign_in.rules.names import name_in, readable, together
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import NoAssignment, NoEmployeeId
from app.sign_in.rules.tokens import Claims

CARE = "Vård och behandling"
MOST_ASSIGNMENTS = 100


class Commission(NamedTuple):
    """One of an employee's assignments (medarbetaruppdrag), its HSA-ids in capitals."""

    assignment: str
    assignment_name: str
    purpose: str
    care_unit: str
    care_unit_name: str
    care_provider: str


@dataclass(frozen=True, kw_only=True)
class Employee:
    """(`issuer`, `subject`) is who signs in; the HSA-ids, in capitals, say as whom and from where (R17).

    `choices` are all there are when none was chosen at the provider; then the assignment's own fields are
    empty.
    """

    issuer: str
    subject: str
    level: str
    name: str = field(repr=False)
    employee_hsa_id: str
    assignment: str = ""
    assignment_name: str = ""
    purpose: str = ""
    care_unit: str = ""
    care_provider: str = ""
    choices: tuple[Commission, ...] = ()

    def acting_in(self, chosen: Commission) -> "Employee":
        return replace(
            self,
            assignment=chosen.assignment,
            assignment_name=chosen.assignment_name,
            purpose=chosen.purpose,
            care_unit=chosen.care_unit,
            care_provider=chosen.care_provider,
            choices=(),
        )


def employee_from(claims: Claims, told: Claims, *, provider: Provider) -> Employee:
    """From the ID token and UserInfo together, which must not contradict each other.

    Raises `NoEmployeeId` or `NoAssignment`, or `Untrusted` for a contradiction or no name.
    """
    known = together(claims, told, agreeing=(*STAFF.wanted, ASSIGNMENTS), reason="two assignments")
    employee = _hsa_id(known, EMPLOYEE)
    if not employee:
        raise NoEmployeeId
    identified = Employee(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        level=str(claims[provider.level_claim]),
        name=name_in(known),
        employee_hsa_id=employee,
    )
    chosen = _commission(known)
    if chosen:
        return identified.acting_in(chosen)
    choices = () if known.get(ASSIGNMENT) else _commissions(known.get(ASSIGNMENTS))
    if not choices:
        raise NoAssignment
    return replace(identified, choices=choices)


def is_for_care(purpose: str, *, also: Collection[str]) -> bool:
    """An assignment for care, or for one of the operator's administrative purposes (PDL 4 kap. 1 §)."""
    return purpose == CARE or purpose in also


def is_same_provider(care_provider: str, *, hsa_id: str | None, organisation_number: str) -> bool:
    """The unit's care provider in HSA is the one we know the clinic by.

    One whose HSA-id nobody has told us is known by the organisation number within it.
    """
    return care_provider == hsa_id or (not hsa_id and care_provider[2:12] == organisation_number)


def _commissions(listed: object) -> tuple[Commission, ...]:
    """Those that are told in full, each once: of an id alone nothing is known."""
    if not isinstance(listed, list):
        return ()
    read = [_commission(one) for one in listed[:MOST_ASSIGNMENTS] if isinstance(one, dict)]
    return tuple({one.assignment: one for one in read if one}.values())


def _commission(known: Claims) -> Commission | None:
    assignment, purpose = _hsa_id(known, ASSIGNMENT), readable(known.get(PURPOSE))
    care_unit, care_provider = _hsa_id(known, CARE_UNIT), _hsa_id(known, CARE_PROVIDER)
    if not (assignment and purpose and care_unit and care_provider):
        return None
    return Commission(
        assignment=assignment,
        assignment_name=readable(known.get(ASSIGNMENT_NAME)) or purpose,
        purpose=purpose,
        care_unit=care_unit,
        care_unit_name=readable(known.get(CARE_UNIT_NAME)),
        care_provider=care_provider,
    )


def _hsa_id(known: Claims, name: str) -> str:
    """Nothing when it is missing or no HSA-id."""
    value = known.get(name)
    key = hsa_key(value) if isinstance(value, str) else ""
    return key if HSA_ID.fullmatch(key) else ""
