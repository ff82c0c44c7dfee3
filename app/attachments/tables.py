"""Files that letters enclose."""

from piccolo.columns import UUID, Boolean, Bytea, Integer, Timestamptz, Varchar
from piccolo.table import Table


class Attachment(Table, tablename="attachments"):
    """A file (bilaga) that a care system has sent in, for any number of its provider's letters.

    The file itself lies in the store under the row's id, sealed piece by piece with a key of its own.
    `key_wrapped` is the provider's copy of that key; a letter that encloses the file carries another, in its
    sealed content. No key: the file was refused, and is gone. `warnings` are words of ours, spaces between.
    `test`: sent in with test credentials, and for made-up people's letters only.
    """

    id = UUID(primary_key=True, default=None)
    provider_id = UUID(default=None)
    care_system_id = UUID(default=None)
    state = Varchar(length=20)
    kind = Varchar(length=10)
    size = Integer(default=0)
    scan = Varchar(length=20)
    code = Varchar(length=60, null=True, default=None)
    warnings = Varchar(length=255)
    name_sealed = Bytea(null=True, default=None)
    key_wrapped = Bytea(null=True, default=None)
    created_at = Timestamptz(default=None)
    inspected_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
    test = Boolean(default=False)
