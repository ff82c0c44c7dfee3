"""A process leases many permits in one statement, and asks again when it has given them out."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from app.database import rows, run
from app.limits.rules import AT_ONCE, Policy

# Processes on different machines read different clocks: whoever is a window behind takes from the newer one.
# Two windows behind is a clock that was wrong, and then the row begins anew.
_SAME = "rate_windows.number - excluded.number IN (0, 1)"
# Asking is taking: of many processes at once, each sees what those before it have taken. What is asked for
# beyond the quota is counted too, and given to nobody.
LEASE = (
    "INSERT INTO rate_windows (key, number, taken, ends_at) VALUES ({}, {}, {}, {})"  # noqa: S608
    " ON CONFLICT (key) DO UPDATE SET"
    f" taken = CASE WHEN {_SAME} THEN rate_windows.taken + excluded.taken ELSE excluded.taken END,"
    f" number = CASE WHEN {_SAME} THEN rate_windows.number ELSE excluded.number END,"
    f" ends_at = CASE WHEN {_SAME} THEN rate_windows.ends_at ELSE excluded.ends_at END"
    " RETURNING number, taken, (SELECT quota FROM rate_limits WHERE rate_limits.key = {}) AS quota,"
    " (SELECT quota FROM rate_limits WHERE rate_limits.key = {}) AS at_once"
)
KEPT = timedelta(minutes=10)


class Lease(NamedTuple):
    """`taken` is up to and with this lease. `quota` and `at_once` are the asker's own, None for the usual."""

    number: int
    taken: int
    quota: int | None
    at_once: int | None


async def lease(policy: Policy, subject: str, *, number: int, wanted: int) -> Lease:
    """Ask for `wanted` permits of window `number`. How many were granted follows from the quota."""
    ends_at = datetime.fromtimestamp((number + 1) * policy.window, UTC)
    own = key(policy, subject)
    [leased] = await rows(Lease, LEASE, own, number, wanted, ends_at, own, key(AT_ONCE, subject))
    return leased


async def sweep(now: datetime) -> int:
    """Forget windows that have ended; returns how many."""
    return await run("DELETE FROM rate_windows WHERE ends_at < {} RETURNING 1 AS gone", now - KEPT)


def key(policy: Policy, subject: str) -> str:
    return f"{policy.name}:{subject}"
