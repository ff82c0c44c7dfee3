"""What residents say of other ways to reach them. It informs who writes, and never stops anybody."""

from datetime import datetime
from uuid import UUID

from app.audit.actions import Entry, record
from app.database import in_transaction, run
from app.residents.rules import ensure_paper
from app.sessions.principals import Actor, Resident


@in_transaction
async def choose_paper(choice: str, *, resident: Resident, now: datetime) -> None:
    """Whether summonses are wanted on paper too, as they say from now on. Raises `PaperUnknown`."""
    await run("UPDATE residents SET paper = {} WHERE id = {}", ensure_paper(choice), resident.id)
    await record(_said("preferences.paper", resident.id, resident.actor, now))


@in_transaction
async def choose_notices(resident_id: UUID, *, sms: bool, email: bool, by: Actor, now: datetime) -> None:
    """Which notices are wanted. Never an address: a sender learns no more than yes or no."""
    await run(
        "UPDATE residents SET notices_sms = {}, notices_email = {} WHERE id = {}", sms, email, resident_id
    )
    await record(_said("preferences.notices", resident_id, by, now))


def _said(action: str, resident_id: UUID, by: Actor, now: datetime) -> Entry:
    return Entry(action=action, at=now, actor_kind=by.kind, actor_id=by.id, resident_id=resident_id)
