"""The number from which a care system asks."""

import re
from collections.abc import Sequence

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


def read_since(values: Sequence[str]) -> int:
    """Nothing means from the beginning. Raises `CursorInvalid`, also when it stands twice."""
    if not values:
        return 0
    if len(values) > 1 or not _NUMBER.fullmatch(values[0]):
        raise CursorInvalid
    return int(values[0])


def read_limit(values: Sequence[str]) -> int:
    """Raises `LimitInvalid`, also when it stands twice."""
    if not values:
        return USUALLY
    if len(values) > 1 or not _NUMBER.fullmatch(values[0]) or not 1 <= int(values[0]) <= MOST:
        raise LimitInvalid(most=str(MOST))
    return int(values[0])


def ensure_given(since: int, *, last: int) -> None:
    """After a restore the numbers may be behind: what is given next must not be skipped in silence."""
    if since > last:
        raise CursorUnknown
