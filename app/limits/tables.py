"""What has been given out of each limit in its present window, and whose limits are their own."""

from piccolo.columns import BigInt, Integer, Timestamptz, Varchar
from piccolo.table import Table


class RateWindow(Table, tablename="rate_windows"):
    """`taken` is what the processes have asked for in window `number`, also beyond what there was.

    `key` is the policy's name and whose it is. PostgreSQL keeps the table unlogged: a crash empties it.
    """

    key = Varchar(length=120, primary_key=True)
    number = BigInt(default=0)
    taken = BigInt(default=0)
    ends_at = Timestamptz(default=None)


class RateLimit(Table, tablename="rate_limits"):
    """A quota of somebody's own in place of the usual one. `key` is as in `RateWindow`."""

    key = Varchar(length=120, primary_key=True)
    quota = Integer(default=0)
    created_at = Timestamptz(default=None)
