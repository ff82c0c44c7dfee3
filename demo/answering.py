"""What the story's people do with their summonses, as their pages would do it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.queries import free_slots
from app.language import Language
from app.sessions.principals import Resident
from app.summons import actions
from app.summons.queries import case_for
from demo.story import Answer

LANGUAGE: Language = "sv"


async def answer(given: Answer, summons_id: UUID, *, resident: Resident, now: datetime) -> None:
    """A time that is chosen is the first that is free, after the one it takes the place of."""
    case = await case_for(resident.id, summons_id)
    whose, by = resident.id, resident.actor
    said: dict[str, Any] = {"resident_id": whose, "by": by, "language": LANGUAGE, "now": now}
    if given.what == "confirm":
        await actions.confirm(summons_id, seen=case.seen, accepted=True, **said)
    elif given.what == "cancel":
        await actions.cancel(summons_id, seen=case.seen, reason=given.reason, **said)
    else:
        after = case.visit.starts_at if case.visit else now
        free = await free_slots(
            case.summons.time_type_id, resident_id=resident.id, errand_id=summons_id, now=now
        )
        slot_id = next(slot.id for slot in free if slot.starts_at > after)
        chosen: dict[str, Any] = {"slot_id": slot_id, "accepted": True, "reason": given.reason}
        if given.what == "rebook":
            await actions.rebook(summons_id, seen=case.seen, **chosen, **said)
        else:
            await actions.book(summons_id, **chosen, **said)
