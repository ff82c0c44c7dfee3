"""The number from which a care system asks."""

import re

from app.errors import Refused
from app.language import lazy as _l

MOST = 1000
USUALLY = 100
_NUMBER = re.compile(r"[0-9]{1,18}")


class CursorInvalid(Refused):
    code = "changes.since-invalid"
    sentence = _l("since ska vara 0 eller talet i next från svaret före.")


class CursorUnknown(Refused):
    code = "changes.since-unknown"
    sentence = _l(
        "Talet i since har inte delats ut här. Databasen kan ha återställts: börja om från 0, och hoppa över "
        "händelser vars id ni redan har."
    )


class LimitInvalid(Refused):
    code = "changes.limit-invalid"
    sentence = _l("limit ska vara ett heltal från 1 till %(most)s.")


def read_since(said: str | None) -> int:
    """Nothing means from the beginning. Raises `CursorInvalid`."""
    if said is None:
        return 0
    if not _NUMBER.fullmatch(said):
        raise CursorInvalid
    return int(said)


def read_limit(said: str | None) -> int:
    """Raises `LimitInvalid`."""
    if said is None:
        return USUALLY
    if not _NUMBER.fullmatch(said) or not 1 <= int(said) <= MOST:
        raise LimitInvalid(most=str(MOST))
    return int(said)


def ensure_given(since: int, *, last: int) -> None:
    """After a restore the numbers may be behind: what is given next must not be skipped in silence."""
    if since > last:
        raise CursorUnknown
