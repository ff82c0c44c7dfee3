"""A quota of somebody's own."""

from datetime import datetime

from app.database import run
from app.limits.actions.leasing import key
from app.limits.rules import Policy, ensure_quota

SET = (
    "INSERT INTO rate_limits (key, quota, created_at) VALUES ({}, {}, {})"
    " ON CONFLICT (key) DO UPDATE SET quota = excluded.quota, created_at = excluded.created_at"
    " RETURNING 1 AS kept"
)
UNSET = "DELETE FROM rate_limits WHERE key = {} RETURNING 1 AS gone"


async def set_limit(policy: Policy, subject: str, quota: int | None, *, now: datetime) -> None:
    """It counts from each process's next lease, within a window; None is the usual one again.

    Raises `QuotaTooSmall`.
    """
    if quota is None:
        await run(UNSET, key(policy, subject))
        return
    ensure_quota(policy, quota)
    await run(SET, key(policy, subject), quota, now)
