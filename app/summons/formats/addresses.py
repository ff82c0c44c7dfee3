"""Where a summons is handled."""

from collections.abc import Sequence
from uuid import UUID

from app.summons.queries import Place, places_for


def address(place: Place, *, answered: str = "") -> str:
    """Its card in the thread; when the resident has deleted that letter, the page of its own.

    `answered` tells the address from the one before an answer: a browser loads nothing anew when only what
    stands after # is different.
    """
    query = f"?svar={answered}" if answered else ""
    if place.deleted_at is None:
        return f"/inkorg/{place.thread_id}{query}#summons-{place.id}"
    return f"/kallelser/{place.id}{query}"


async def addresses(resident_id: UUID, summons_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Of the resident's own, by summons."""
    return {place.id: address(place) for place in await places_for(resident_id, summons_ids)}
