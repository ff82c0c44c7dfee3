"""What a care system has asked before, and how often it has sent the same text."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
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


class SameText(Table, tablename="same_texts"):
    """How many letters with one text a care system has sent since `since`: a guard against broadcasts.

    `key` is of the text and its sender, by a key of ours: it gives away neither.
    """

    key = BigInt(primary_key=True, default=0)
    since = Timestamptz(default=None)
    letters = Integer(default=0)


class UsedAssertion(Table, tablename="used_assertions"):
    """A client assertion's `jti`, kept until the assertion has ended: it works once (RFC 7523 §3)."""

    id = UUID(primary_key=True, default=None)
    care_system_id = UUID(default=None)
    jti_hash = Bytea(default=b"")
    expires_at = Timestamptz(default=None)


class Batch(Table, tablename="batches"):
    """Many letters that a care system has sent at once (batch), and how far they have come.

    `key_wrapped` is the key of what waits in its chunks; null once nothing does. Until `received_at` it is
    still on its way in, and after `finished_at` its result can be fetched, for 30 days.
    """

    id = UUID(primary_key=True, default=None)
    provider_id = UUID(default=None)
    care_system_id = UUID(default=None)
    scopes = Varchar(length=200, default="")
    dry_run = Boolean(default=False)
    key_wrapped = Bytea(null=True, default=None)
    received = Integer(default=0)
    accepted = Integer(default=0)
    refused = Integer(default=0)
    created_at = Timestamptz(default=None)
    received_at = Timestamptz(null=True, default=None)
    started_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)


class BatchChunk(Table, tablename="batch_chunks"):
    """Some rows of a batch, sealed while they wait (del av batch). What comes of them is ids and codes only.

    `content_sealed` goes in the transaction that gives `result`.
    """

    id = UUID(primary_key=True, default=None)
    batch = ForeignKey(Batch, null=False, on_delete=OnDelete.cascade)
    first_row = Integer(default=1)
    items = Integer(default=0)
    content_sealed = Bytea(null=True, default=None)
    result = Bytea(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
