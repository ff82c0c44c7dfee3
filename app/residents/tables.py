"""The people who receive."""

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class Resident(Table, tablename="residents"):
    """A person with, or soon with, an inbox (invånare).

    `key_wrapped` is the resident's own key: it seals the number, the name and the text of the thread list,
    so that a list page costs one unwrap. `number_index` is the keyed blind index of the number. An account
    that is locked (spärrat), or whose owner is deceased (avliden), opens to nobody and receives nothing.

    `guardian_opened` until the resident has signed in themself. `paper` is what they have said of summonses
    on paper (kallelser på papper), null for nothing. The two notices are what they want (avisering).
    `behaviour` is what a made-up recipient (testmottagare) does with what it gets; null for people.
    """

    id = UUID(primary_key=True, default=None)
    number_index = Bytea(default=b"")
    key_wrapped = Bytea(default=b"")
    number_sealed = Bytea(default=b"")
    name_sealed = Bytea(default=b"")
    account_opened_at = Timestamptz(null=True, default=None)
    locked_at = Timestamptz(null=True, default=None)
    deceased_at = Timestamptz(null=True, default=None)
    guardian_opened = Boolean(default=False)
    paper = Varchar(length=10, null=True, default=None)
    notices_sms = Boolean(default=False)
    notices_email = Boolean(default=False)
    behaviour = Varchar(length=20, null=True, default=None)
    created_at = Timestamptz(default=None)


class FormerNumber(Table, tablename="former_numbers"):
    """A coordination number that its resident had before (tidigare samordningsnummer), by its blind index.

    It still leads to the resident: whoever comes or writes with it must not get an inbox beside the first.
    """

    id = UUID(primary_key=True, default=None)
    number_index = Bytea(default=b"")
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.cascade)
    created_at = Timestamptz(default=None)


class NeverLinked(Table, tablename="numbers_never_linked"):
    """A number that leads to no other and no other to it (fingerade personuppgifter), by its blind index."""

    id = UUID(primary_key=True, default=None)
    number_index = Bytea(default=b"")
    created_at = Timestamptz(default=None)
