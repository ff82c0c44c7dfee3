"""What a care system has asked before, and how often it has sent the same text."""

from piccolo.columns import UUID, BigInt, Bytea, Integer, Timestamptz, Varchar
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
