"""What awaits the resident, from each feature that asks for something, by deadline."""

from datetime import datetime

from app.database import transaction
from app.inbox.queries import AwaitedLetter, awaiting_for
from app.sessions.principals import Resident
from app.summons.queries import Case, to_do_for


async def everything_for(resident: Resident, *, now: datetime) -> list[Case | AwaitedLetter]:
    """The first deadline first; what has none comes last, oldest first. One row in the audit says it all."""
    async with transaction():
        cases = await to_do_for(resident, now=now)
        letters = await awaiting_for(resident, now=now)
    return sorted([*cases, *letters], key=lambda waiting: _urgency(waiting, now))


def _urgency(waiting: Case | AwaitedLetter, now: datetime) -> tuple[bool, datetime]:
    if isinstance(waiting, Case):
        deadline, since = waiting.deadline(now), waiting.summons.created_at
    else:
        deadline, since = waiting.due_at, waiting.delivered_at
    return (deadline is None, deadline or since)
