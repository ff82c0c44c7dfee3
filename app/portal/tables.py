"""What people tell us about the service."""

from piccolo.columns import UUID, Bytea, Timestamptz, Varchar
from piccolo.table import Table


class Feedback(Table, tablename="feedback"):
    """A remark, anonymous if its writer wishes (synpunkt). Free text may hold anything, so it is sealed."""

    id = UUID(primary_key=True, default=None)
    reference = Varchar(length=20)
    page = Varchar(length=200)
    key_wrapped = Bytea(default=b"")
    text_sealed = Bytea(default=b"")
    contact_sealed = Bytea(null=True, default=None)
    created_at = Timestamptz(default=None)
