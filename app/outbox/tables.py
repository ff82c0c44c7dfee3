"""Jobs that wait, run, are done or are given up."""

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Job(Table, tablename="outbox"):
    """One thing to do, at least once. `payload` is JSON of ids only: never a name, a number or a text.

    `lane` is the outsider it may have to wait for; of those with the same only a few are done at once.
    A worker that takes it writes a `lease` of its own until `locked_until`; once another has taken it over,
    the first can no longer mark it. `last_error` is the kind of the fault, since messages repeat values.
    """

    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=60)
    lane = UUID(null=True, default=None)
    payload = Text(default="{}")
    run_at = Timestamptz(default=None)
    attempts = Integer(default=0)
    lease = UUID(null=True, default=None)
    locked_until = Timestamptz(null=True, default=None)
    last_error = Varchar(length=120, null=True, default=None)
    created_at = Timestamptz(default=None)
    done_at = Timestamptz(null=True, default=None)
    dead_at = Timestamptz(null=True, default=None)
