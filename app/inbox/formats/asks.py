"""What a message wants of its reader, and what they have done about it."""

from datetime import datetime
from typing import NamedTuple

from app.inbox.formats.more import Moment, moment
from app.inbox.queries import Asks
from app.inbox.rules import is_over, is_settled


class AsksView(NamedTuple):
    """None is what is not said. `confirms`: there is a button to press. `late`: the last day is past.

    `over`: nobody did what it wanted in time, and nothing can be done any more.
    """

    confirms: bool
    due: Moment | None
    late: bool
    confirmed: Moment | None
    answered: Moment | None
    over: Moment | None

    @property
    def says_something(self) -> bool:
        return self.confirms or any((self.due, self.confirmed, self.answered, self.over))


def asks_view(asks: Asks, kind: str, language: str, *, linked: bool, acts: bool, now: datetime) -> AsksView:
    """`linked`: it is about what has a state of its own, which says itself what it wants and until when.

    `acts`: there is something to do besides confirming, such as a link to follow. Its end is a last day too.
    """
    settled = is_settled(kind=kind, confirmed_at=asks.confirmed_at, answered_at=asks.answered_at)
    over = is_over(expires_at=asks.expires_at, now=now)
    is_open = not settled and not over
    confirms = is_open and asks.confirm_receipt and asks.confirmed_at is None
    says_due = confirms if linked else is_open
    last = asks.due_at or (asks.expires_at if acts or confirms else None)
    says_over = over and not settled and not linked
    return AsksView(
        confirms=confirms,
        due=moment(last, language) if last and says_due else None,
        late=asks.due_at is not None and asks.due_at <= now,
        confirmed=moment(asks.confirmed_at, language) if asks.confirmed_at else None,
        answered=moment(asks.answered_at, language) if asks.answered_at else None,
        over=moment(asks.expires_at, language) if asks.expires_at and says_over else None,
    )
