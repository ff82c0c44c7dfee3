"""What a care system has asked before, so that asking twice does nothing twice."""

from piccolo.columns import UUID, Bytea, Integer, Timestamptz, Varchar
from piccolo.table import Table


class IdempotencyKey(Table, tablename="idempotency_keys"):
    """A claimed or answered Idempotency-Key. The reply holds ids and times only; it is kept for 30 days."""

    id = UUID(primary_key=True, default=None)
    care_system_id = UUID(default=None)
    operation = Varchar(length=60)
    key_hash = Bytea(default=b"")
    fingerprint = Bytea(default=b"")
    claimed_until = Timestamptz(default=None)
    status = Integer(null=True, default=None)
    reply = Bytea(null=True, default=None)
    created_at = Timestamptz(default=None)
