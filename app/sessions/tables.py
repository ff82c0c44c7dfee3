"""Who is signed in, without anything that could sign one in."""

from piccolo.columns import UUID, Bytea, Timestamptz, Varchar
from piccolo.table import Table


class Session(Table, tablename="sessions"):
    """Someone signed in (session). Only the cookie's hash is here; the cookie seals the name."""

    id = UUID(primary_key=True, default=None)
    token_hash = Bytea(default=b"")
    kind = Varchar(length=20)
    subject_id = UUID(default=None)
    level = Varchar(length=120)
    name_sealed = Bytea(default=b"")
    created_at = Timestamptz(default=None)
    last_seen_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
