"""The account's door: an operator shuts it, and whoever is inside is out at once."""

from datetime import datetime
from uuid import UUID

from piccolo.columns import Timestamptz

from app import sessions
from app.audit.actions import Entry, record
from app.database import in_transaction
from app.outbox.actions import put
from app.residents.queries import holder_of_account
from app.residents.rules import StaysShut
from app.residents.tables import Resident
from app.sessions.principals import RESIDENT

# The job for whoever has something waiting for the resident.
DECEASED = "residents.deceased"


@in_transaction
async def lock(resident_id: UUID, *, now: datetime) -> None:
    """Nobody signs in and no sender reaches it. Raises `Missing`."""
    await _shut(resident_id, Resident.locked_at, now)
    await _audited("account.locked", resident_id, now)


@in_transaction
async def unlock(resident_id: UUID, *, now: datetime) -> None:
    """Raises `Missing`, or `StaysShut` for a deceased person's, which stays shut."""
    holder = await holder_of_account(resident_id)
    if holder.deceased_at:
        raise StaysShut
    await Resident.update({Resident.locked_at: None}).where(Resident.id == resident_id)
    await _audited("account.unlocked", resident_id, now)


@in_transaction
async def mark_deceased(resident_id: UUID, *, now: datetime) -> None:
    """As the population register says. What waits for the resident is taken back soon after.

    Raises `Missing`.
    """
    await _shut(resident_id, Resident.deceased_at, now)
    await _audited("account.deceased", resident_id, now)
    await put(DECEASED, {"resident": resident_id}, now=now)


async def _shut(resident_id: UUID, since: Timestamptz, now: datetime) -> None:
    # The row is locked first: a sign-in on its way is over before, and its session ends here too.
    await holder_of_account(resident_id)
    await Resident.update({since: now}).where(Resident.id == resident_id, since.is_null())
    await sessions.end_all(RESIDENT, resident_id, now=now)


async def _audited(action: str, resident_id: UUID, now: datetime) -> None:
    await record(Entry(action=action, at=now, actor_kind="operator", resident_id=resident_id))
