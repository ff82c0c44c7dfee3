"""Whether this database belongs to these keys."""

from piccolo.columns import UUID, Bytea, Timestamptz
from piccolo.table import Table


class Canary(Table, tablename="vault_canaries"):
    """A sealed word that only the right keys open; looked at before the start."""

    id = UUID(primary_key=True, default=None)
    sealed = Bytea(default=b"")
    created_at = Timestamptz(default=None)
