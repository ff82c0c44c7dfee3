"""What a care system may do, in the words of a token. What it may at most is said when it is registered."""

from collections.abc import Sequence

from app.errors import Refused
from app.language import lazy as _l

SEND = "messages:send"
STATUS = "messages:status"
SLOTS = "slots:manage"
SUMMON = "summonses:send"
CALLBACKS = "callbacks:manage"
REACH = "reachability"
SCOPES = (SEND, STATUS, SLOTS, SUMMON, CALLBACKS, REACH)


def scopes_of(registered: str | None) -> frozenset[str]:
    """None is all there are, also those that come later."""
    return frozenset(SCOPES if registered is None else registered.split())


class ScopeUnknown(Refused):
    code = "care-system.scope-unknown"
    sentence = _l("Behörigheten finns inte. Välj bland: %(known)s.")


def ensure_scopes(asked: Sequence[str] | None) -> None:
    if asked is not None and (not asked or not set(asked) <= set(SCOPES)):
        raise ScopeUnknown(known=", ".join(SCOPES))
