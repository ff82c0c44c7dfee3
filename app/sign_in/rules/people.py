"""Which resident the provider says it is."""

import re
from dataclasses import dataclass, field
from datetime import date

from app.residents.rules import is_coordination_number, read_number
from app.sign_in.rules.audiences import COORDINATION_NUMBER, COUNTRY, PERSONAL_IDENTITY_NUMBER
from app.sign_in.rules.names import name_in, together
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import NoNumber, Untrusted
from app.sign_in.rules.tokens import Claims

NUMBERS = (PERSONAL_IDENTITY_NUMBER, COORDINATION_NUMBER)
SWEDEN = "SE"
TWELVE_DIGITS = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, kw_only=True)
class Person:
    """(`issuer`, `subject`) is who signs in; the number is an attribute that leads to an inbox (R17)."""

    issuer: str
    subject: str
    level: str
    number: str = field(repr=False)
    name: str = field(repr=False)


def person_from(claims: Claims, told: Claims, *, provider: Provider, today: date) -> Person:
    """From the ID token and UserInfo together, which must not contradict each other.

    Raises `NoNumber`, `InvalidNumber` or `ReserveNumber`, or `Untrusted` for a contradiction or no name.
    """
    known = together(claims, told, agreeing=(*NUMBERS, COUNTRY), reason="two numbers")
    if provider.tells_country and known.get(COUNTRY) != SWEDEN:
        # Other countries' numbers may look like one of ours.
        raise NoNumber
    return Person(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        level=str(claims[provider.level_claim]),
        number=_number(known, today),
        name=name_in(known),
    )


def _number(known: Claims, today: date) -> str:
    """The two claims exclude each other, and each holds its own kind of number (Swedish claims 1.0)."""
    personal, coordination = known.get(PERSONAL_IDENTITY_NUMBER), known.get(COORDINATION_NUMBER)
    if personal and coordination:
        raise Untrusted("two numbers")
    number = personal or coordination
    if not isinstance(number, str) or not TWELVE_DIGITS.fullmatch(number):
        raise NoNumber
    if is_coordination_number(read_number(number, today=today)) != bool(coordination):
        raise NoNumber
    return number
