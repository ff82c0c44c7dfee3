"""A care system's own limits."""

from collections.abc import Mapping
from datetime import datetime

from app.audit.actions import Entry, record
from app.care.queries import care_system_by_client_id
from app.care.rules import UnknownCareSystem
from app.database import in_transaction
from app.limits.actions import set_limit
from app.limits.queries import own_limits
from app.limits.rules import Policy


@in_transaction
async def limit(client_id: str, quotas: Mapping[Policy, int | None], *, now: datetime) -> None:
    """Where a quota is None the usual one holds again. Raises `UnknownCareSystem` or `QuotaTooSmall`."""
    subject = await _subject(client_id)
    for policy, quota in quotas.items():
        await set_limit(policy, subject, quota, now=now)
    entry = Entry(
        action="care-system.limited", at=now, actor_kind="operator", object_kind="care-system",
        object_id=subject,
    )  # fmt: skip
    await record(entry)


async def limits_of(client_id: str) -> Mapping[str, int]:
    """Those of its own, by the policy's name. Raises `UnknownCareSystem`."""
    return await own_limits(await _subject(client_id))


async def _subject(client_id: str) -> str:
    known = await care_system_by_client_id(client_id)
    if known is None:
        raise UnknownCareSystem
    return str(known.id)
