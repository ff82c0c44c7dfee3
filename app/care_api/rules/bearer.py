"""The Authorization header of a call (RFC 6750 §2.1), and what its token may be used for."""

import re
from collections.abc import Sequence
from functools import lru_cache

from app.care_api.rules.refusals import ScopeMissing, TokenInvalid, TokenMissing
from app.sessions.principals import CareSystem

# Ours have some five hundred characters.
LONGEST = 4000
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)


def read_bearer(values: Sequence[str]) -> str:
    if not values:
        raise TokenMissing
    said = ", ".join(values).strip()
    token = _token(said) if len(said) <= LONGEST else None
    if token is None:
        raise TokenInvalid
    return token


@lru_cache(maxsize=1000)
def _token(said: str) -> str | None:
    """Remembered: a token is sent thousands of times, and looking through it takes 15 µs."""
    bearer = _BEARER.fullmatch(said)
    return bearer[1] if bearer else None


def ensure_scope(care_system: CareSystem, scope: str) -> None:
    if scope not in care_system.scopes:
        raise ScopeMissing(scope=scope)


def ensure_a_scope(care_system: CareSystem, *scopes: str) -> None:
    """One of them is enough; the first is named where there is none."""
    if care_system.scopes.isdisjoint(scopes):
        raise ScopeMissing(scope=scopes[0])
