"""A guard against broadcasts: the same text to many is warned of, then needs an approval (domain.md §2.1).

A summons is about one resident's visit and is not counted. Nor is what the guidelines let go to many:
screening, vaccination, and whatever has an approval.
"""

from datetime import timedelta
from typing import NamedTuple

from msgspec import Struct

from app.care_api.rules.letter import Checked
from app.errors import Refused
from app.language import lazy as _l

COUNTED = "ongoing-care"
# No window is longer: what is older is forgotten.
LONGEST = timedelta(days=7)


class Alike(NamedTuple):
    """So many letters with one text within `window` from the first: beyond `warn` and beyond `most`."""

    warn: int = 250
    most: int = 1000
    window: timedelta = timedelta(hours=24)

    @property
    def hours(self) -> int:
        return self.window // timedelta(hours=1)


USUAL = Alike()


class SameTextToMany(Refused):
    """Said beside the reply to a letter that is delivered; nothing raises it."""

    code = "message.same-text-to-many"
    sentence = _l(
        "Samma text har gått till fler än %(warn)s på %(hours)s timmar. Till fler än %(most)s krävs ett"
        " godkännande."
    )


class BroadcastNotApproved(Refused):
    code = "message.broadcast-not-approved"
    sentence = _l(
        "Samma text har gått till %(most)s på %(hours)s timmar. Fler kräver ett godkännande: ange dess id i"
        " approval."
    )


class Warned(Struct, frozen=True):
    """What a sender should know of a letter that is accepted all the same."""

    code: str
    detail: str


def is_counted(checked: Checked) -> bool:
    return checked.relation == COUNTED and checked.approval_id is None


def refused(number: int, alike: Alike) -> BroadcastNotApproved | None:
    """`number`: how many letters with this text there are, this one among them."""
    if number <= alike.most:
        return None
    return BroadcastNotApproved(most=str(alike.most), hours=str(alike.hours))


def warnings(number: int, alike: Alike) -> list[Warned]:
    if number <= alike.warn:
        return []
    said = SameTextToMany(warn=str(alike.warn), most=str(alike.most), hours=str(alike.hours))
    return [Warned(said.code, said.said("en"))]
