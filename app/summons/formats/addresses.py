"""Where a summons is handled."""

from collections.abc import Sequence
from uuid import UUID

from app.summons.queries import Place, places_for


def address(place: Place) -> str:
    """Its letter in the thread; when the resident has deleted that, the page of its own."""
    if place.deleted_at is None:
        return f"/inkorg/{place.thread_id}#letter-{place.message_id}"
    return f"/kallelser/{place.id}"


async def addresses(resident_id: UUID, summons_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Of the resident's own, by summons."""
    return {place.id: address(place) for place in await places_for(resident_id, summons_ids)}
