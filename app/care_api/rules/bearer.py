"""The Authorization header of a call (RFC 6750 §2.1), and what its token may be used for."""

import re
from collections.abc import Sequence

from app.care_api.rules.refusals import ScopeMissing, TokenInvalid, TokenMissing
from app.sessions.principals import CareSystem

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)


def read_bearer(values: Sequence[str]) -> str:
    if not values:
        raise TokenMissing
    bearer = _BEARER.fullmatch(", ".join(values).strip())
    if bearer is None:
        raise TokenInvalid
    return bearer[1]


def ensure_scope(care_system: CareSystem, scope: str) -> None:
    if scope not in care_system.scopes:
        raise ScopeMissing(scope=scope)


def ensure_a_scope(care_system: CareSystem, *scopes: str) -> None:
    """One of them is enough; the first is named where there is none."""
    if care_system.scopes.isdisjoint(scopes):
        raise ScopeMissing(scope=scopes[0])
