"""Threads and messages, as the resident has them and as the provider keeps them."""

from piccolo.columns import UUID, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from app.care.tables import Clinic
from app.residents.tables import Resident


class Thread(Table, tablename="threads"):
    """The messages of one clinic to one resident about one subject (tråd).

    `line_sealed` is the thread's line in the list (subject and sender), sealed with the resident's key; null
    when the resident has deleted every message. `last_at` and `unread` change in the transaction that changes
    what they count.
    """

    id = UUID(primary_key=True, default=None)
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.restrict)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    line_sealed = Bytea(null=True, default=None)
    last_at = Timestamptz(default=None)
    unread = Integer(default=0)
    created_at = Timestamptz(default=None)


class Message(Table, tablename="messages"):
    """One letter (meddelande). The content has a key of its own, wrapped twice.

    `relation` is what the sender stated of why it may write; null for what came before it was asked.
    `resident_key` opens the resident's copy and is destroyed when the resident deletes it; `provider_key`
    opens the provider's copy, which lives by the provider's own retention rule. `link_kind` and `link_id` say
    what it is about when that has a state of its own, such as a summons.
    """

    id = UUID(primary_key=True, default=None)
    thread = ForeignKey(Thread, null=False, on_delete=OnDelete.restrict)
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.restrict)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    provider_id = UUID(default=None)
    care_system_id = UUID(default=None)
    kind = Varchar(length=40)
    relation = Varchar(length=20, null=True, default=None)
    link_kind = Varchar(length=20, null=True, default=None)
    link_id = UUID(null=True, default=None)
    content_sealed = Bytea(default=b"")
    resident_key = Bytea(null=True, default=None)
    provider_key = Bytea(default=b"")
    delivered_at = Timestamptz(default=None)
    read_at = Timestamptz(null=True, default=None)
    deleted_at = Timestamptz(null=True, default=None)
