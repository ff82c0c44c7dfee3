"""Threads and messages, as the resident has them and as the provider keeps them."""

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from app.care.tables import Clinic
from app.residents.tables import Resident


class Thread(Table, tablename="threads"):
    """The messages of one clinic to one resident about one subject (tråd).

    `line_sealed` is the thread's line in the list (subject and sender), sealed with the resident's key; null
    when the resident has deleted every message. `last_at` and `unread` change in the transaction that changes
    what they count. The id of a thread that a sender names by a reference of its own is made from that.
    `hidden_from_guardians`: it began with a letter that guardians may not see, and so does its line.
    """

    id = UUID(primary_key=True, default=None)
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.restrict)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    line_sealed = Bytea(null=True, default=None)
    last_at = Timestamptz(default=None)
    unread = Integer(default=0)
    created_at = Timestamptz(default=None)
    hidden_from_guardians = Boolean(default=False)


class Message(Table, tablename="messages"):
    """One letter (meddelande). The content has a key of its own, wrapped twice.

    `relation` is what the sender stated of why it may write; null for what came before it was asked.
    `approval_id` is the approval it rests on, where one was needed.
    `resident_key` opens the resident's copy and is destroyed when the resident deletes it; `provider_key`
    opens the provider's copy, which lives by the provider's own retention rule. `link_kind` and `link_id` say
    what it is about when that has a state of its own, such as a summons. `provider_content_sealed` is the
    provider's copy of a letter that is withdrawn: the resident's then says only that it is.

    `accepted_at` and `publish_at` are null for what was delivered when it came. `due_at` is the last day to
    answer (svara senast); `expires_at` ends what can be done with it, never the reading. `unread_at_due` and
    `expired_at` say that the time has come and been told, which is done once. `test`: to a made-up recipient.
    """

    id = UUID(primary_key=True, default=None)
    thread = ForeignKey(Thread, null=False, on_delete=OnDelete.restrict)
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.restrict)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    provider_id = UUID(default=None)
    care_system_id = UUID(default=None)
    kind = Varchar(length=40)
    relation = Varchar(length=20, null=True, default=None)
    approval_id = UUID(null=True, default=None)
    link_kind = Varchar(length=20, null=True, default=None)
    link_id = UUID(null=True, default=None)
    content_sealed = Bytea(default=b"")
    resident_key = Bytea(null=True, default=None)
    provider_key = Bytea(default=b"")
    test = Boolean(default=False)
    delivered_at = Timestamptz(default=None)
    read_at = Timestamptz(null=True, default=None)
    deleted_at = Timestamptz(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    publish_at = Timestamptz(null=True, default=None)
    due_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)
    confirm_receipt = Boolean(default=False)
    confirmed_at = Timestamptz(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    unread_at_due = Boolean(default=False)
    expired_at = Timestamptz(null=True, default=None)
    reply_allowed = Boolean(default=False)
    sensitive = Boolean(default=False)
    hidden_from_guardians = Boolean(default=False)
    notify = Boolean(default=True)
    withdrawn_at = Timestamptz(null=True, default=None)
    corrected_at = Timestamptz(null=True, default=None)
    replaced_by = UUID(null=True, default=None)
    provider_content_sealed = Bytea(null=True, default=None)


class ScheduledMessage(Table, tablename="scheduled_messages"):
    """A letter that is accepted, and delivered later under the same id (schemalagt meddelande).

    Delivered it becomes a `Message`, and the row is gone. `reason` is why it was not; its text is destroyed
    then. What is sealed is the letter as it was sent, since everything is asked again on the day. `link_kind`
    and `link_id` are the message's.
    """

    id = UUID(primary_key=True, default=None)
    thread = ForeignKey(Thread, null=False, on_delete=OnDelete.restrict)
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.restrict)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    provider_id = UUID(default=None)
    care_system_id = UUID(default=None)
    link_kind = Varchar(length=20, null=True, default=None)
    link_id = UUID(null=True, default=None)
    letter_sealed = Bytea(null=True, default=None)
    provider_key = Bytea(null=True, default=None)
    accepted_at = Timestamptz(default=None)
    publish_at = Timestamptz(default=None)
    state = Varchar(length=20)
    reason = Varchar(length=60, null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)


class Reply(Table, tablename="replies"):
    """What the reader of a letter has written back to the clinic (svar).

    The text has a key of its own, wrapped twice, as a letter's: `resident_key` is destroyed when the resident
    deletes the letter, `provider_key` opens the provider's copy. `author` is the resident, or who acted for
    them.
    """

    id = UUID(primary_key=True, default=None)
    message = ForeignKey(Message, null=False, on_delete=OnDelete.restrict)
    provider_id = UUID(default=None)
    author = UUID(default=None)
    text_sealed = Bytea(default=b"")
    resident_key = Bytea(null=True, default=None)
    provider_key = Bytea(default=b"")
    replied_at = Timestamptz(default=None)
