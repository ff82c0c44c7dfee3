"""That something may go to many: recorded before it is sent."""

from datetime import datetime
from uuid import UUID

from app.care.actions.connecting import ensure_region
from app.care.actions.trace import audited
from app.care.rules import ensure_approval
from app.care.tables import Approval
from app.database import in_transaction, uuid7
from app.errors import Missing


@in_transaction
async def approve_broadcast(
    provider_id: UUID, *, region_code: str, approved_by: str, scope: str, ends_at: datetime, now: datetime
) -> UUID:
    """What was approved, by whom, for which region and until when. Nothing in it is about residents.

    Raises `UnknownRegion` or `ApprovalIncomplete`.
    """
    ensure_approval(approved_by=approved_by, scope=scope, ends_at=ends_at, now=now)
    await ensure_region(region_code)
    approval = Approval(
        id=uuid7(), provider=provider_id, region=region_code, approved_by=approved_by.strip(),
        scope=scope.strip(), approved_at=now, ends_at=ends_at,
    )  # fmt: skip
    await Approval.insert(approval)
    await audited("approval.recorded", approval.id, now=now)
    return approval.id


@in_transaction
async def end_approval(approval_id: UUID, *, now: datetime) -> None:
    """From now on it lets nothing more out; one that has ended stays as it was. Raises `Missing`."""
    if not await Approval.exists().where(Approval.id == approval_id):
        raise Missing("approval", approval_id)
    await Approval.update({Approval.ends_at: now}).where(Approval.id == approval_id, Approval.ends_at > now)
    await audited("approval.ended", approval_id, now=now)
