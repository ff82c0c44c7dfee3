"""An ordination takes the place of an earlier one, which says so from then on."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from app.database import rows, run
from app.errors import Missing
from app.inbox.actions.letters import Letter
from app.inbox.actions.resealing import Held, held, lock, reseal
from app.inbox.rules import ORDINATION, AlreadyReplaced
from app.inbox.sealed import Replacement


class _Of(NamedTuple):
    thread_id: UUID


OF_THEIRS = (
    "SELECT thread AS thread_id FROM messages WHERE id = {} AND resident = {} AND clinic = {} AND kind = {}"
)
REPLACE = "UPDATE messages SET replaced_by = {} WHERE id = {} AND replaced_by IS NULL RETURNING 1 AS replaced"


async def lock_replaced(letters: Sequence[Letter], threads: Sequence[UUID]) -> list[Held]:
    """What the letters replace: ordinations of the same clinic to the same resident, not replaced already.

    Their threads are locked, and `threads` with them. Raises `Missing` or `AlreadyReplaced`.
    """
    replacing = [letter for letter in letters if letter.replaces]
    if not replacing:
        return []
    await lock(*threads, *[await _thread_of_theirs(letter) for letter in replacing])
    return [await _not_replaced(letter.replaces) for letter in replacing if letter.replaces]


async def _thread_of_theirs(letter: Letter) -> UUID:
    of = await rows(_Of, OF_THEIRS, letter.replaces, letter.resident_id, letter.clinic.id, ORDINATION)
    if not of:
        raise Missing("ordination", letter.replaces)
    return of[0].thread_id


async def _not_replaced(ordination_id: UUID) -> Held:
    earlier = await held(ordination_id)
    if earlier.replaced_by is not None:
        raise AlreadyReplaced
    return earlier


async def mark_replaced(earlier: Held, *, by: UUID, now: datetime) -> None:
    """A letter that the resident has deleted is marked for the provider alone. Raises `AlreadyReplaced`."""
    if not await run(REPLACE, by, earlier.id):
        raise AlreadyReplaced
    await reseal(earlier, lambda said: msgspec.structs.replace(said, replaced=Replacement(now, by)))
