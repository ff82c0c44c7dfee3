"""The people who receive."""

from piccolo.columns import UUID, Bytea, Timestamptz
from piccolo.table import Table


class Resident(Table, tablename="residents"):
    """A person with, or soon with, an inbox (invånare).

    `key_wrapped` is the resident's own key: it seals the number, the name and the text of the thread list,
    so that a list page costs one unwrap. `number_index` is the keyed blind index of the number.
    """

    id = UUID(primary_key=True, default=None)
    number_index = Bytea(default=b"")
    key_wrapped = Bytea(default=b"")
    number_sealed = Bytea(default=b"")
    name_sealed = Bytea(default=b"")
    account_opened_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)
