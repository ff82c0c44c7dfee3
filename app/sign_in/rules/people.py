"""Which resident the provider says it is."""

import re
from dataclasses import dataclass, field
from datetime import date

from app.residents.rules import is_coordination_number, read_number
from app.sign_in.rules.audiences import (
    COORDINATION_LEVEL,
    COORDINATION_NUMBER,
    COUNTRY,
    PERSONAL_IDENTITY_NUMBER,
    PREVIOUS_NUMBER,
)
from app.sign_in.rules.names import name_in, together
from app.sign_in.rules.provider import UNCERTIFIED, Provider
from app.sign_in.rules.refusals import LevelTooLow, NoNumber, NotConfirmed, OtherEidNeeded, Untrusted
from app.sign_in.rules.tokens import Claims

NUMBERS = (PERSONAL_IDENTITY_NUMBER, COORDINATION_NUMBER, COORDINATION_LEVEL, PREVIOUS_NUMBER, COUNTRY)
SWEDEN = "SE"
TWELVE_DIGITS = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, kw_only=True)
class Person:
    """(`issuer`, `subject`) is who signs in; the number is an attribute that leads to an inbox (R17).

    `previous` is the coordination number they had before, and only a provider on the trust list says so.
    """

    issuer: str
    subject: str
    level: str
    number: str = field(repr=False)
    name: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)


def person_from(claims: Claims, told: Claims, *, provider: Provider, today: date) -> Person:
    """From the ID token and UserInfo together, which must not contradict each other.

    Raises `NoNumber`, `NotConfirmed`, `InvalidNumber` or `ReserveNumber`, or `Untrusted` for a contradiction
    or no name.
    """
    known = together(claims, told, agreeing=NUMBERS, reason="two numbers")
    number = _number(known, provider, today)
    return Person(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        level=str(claims[provider.level_claim]),
        number=number,
        name=name_in(known),
        previous=_previous(known, number, today) if provider.is_trusted else None,
    )


def ensure_certified(level: str, *, demo: bool) -> None:
    """The providers' file cannot name such a level outside a demo either; here it counts once more."""
    if UNCERTIFIED in level and not demo:
        raise LevelTooLow


def ensure_linkable(*, is_trusted: bool, others_trusted: bool) -> None:
    """Two e-IDs lead to one inbox only if both are on the trust list (R17).

    Otherwise one that is not could open the inbox of a stranger's number, and read on when they arrive.
    """
    if not (is_trusted and others_trusted):
        raise OtherEidNeeded


def _number(known: Claims, provider: Provider, today: date) -> str:
    """The two claims exclude each other, and each holds its own kind of number (Swedish claims 1.0)."""
    personal, coordination = known.get(PERSONAL_IDENTITY_NUMBER), known.get(COORDINATION_NUMBER)
    if personal and coordination:
        raise Untrusted("two numbers")
    # Other countries' numbers may look like one of ours (Freja).
    if known.get(COUNTRY, None if provider.tells_country else SWEDEN) != SWEDEN:
        raise NoNumber
    number = _checked(personal or coordination, today)
    if number is None or is_coordination_number(number) != bool(coordination):
        raise NoNumber
    if coordination and known.get(COORDINATION_LEVEL) not in provider.coordination_levels:
        raise NotConfirmed
    return number


def _previous(known: Claims, number: str, today: date) -> str | None:
    if not known.get(PREVIOUS_NUMBER):
        return None
    previous = _checked(known[PREVIOUS_NUMBER], today)
    if previous is None or not is_coordination_number(previous):
        raise Untrusted("previous number")
    return previous if previous != number else None


def _checked(number: object, today: date) -> str | None:
    if not isinstance(number, str) or not TWELVE_DIGITS.fullmatch(number):
        return None
    return read_number(number, today=today)
