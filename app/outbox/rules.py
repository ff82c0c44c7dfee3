"""When a job that failed is tried again, and when it is given up. No clock, no database, no web."""

from collections.abc import Sequence
from datetime import timedelta

# Ours to mend: soon at first, then as long as a weekend.
WAITS = (
    timedelta(seconds=1),
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(hours=36),
)
LEASE = timedelta(seconds=60)
# Nobody's work outlives its lease, so that two never do the same job at once.
LONGEST = timedelta(seconds=50)
KEPT = timedelta(days=1)
# So many of a worker's jobs may wait for the same outsider: one that is slow must not hold up the others.
LANE_MOST = 4


def wait_after(attempts: int, waits: Sequence[timedelta], *, chance: float) -> timedelta | None:
    """How long after this many failed attempts the next one comes; None when there is none.

    `chance`, from 0 to 1, adds up to a tenth: what failed together does not come back together.
    """
    if attempts > len(waits):
        return None
    return waits[attempts - 1] * (1 + chance / 10)
