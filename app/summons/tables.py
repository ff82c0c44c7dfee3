"""What a clinic calls a resident to. How it stands is its latest appointment's to say, never stored here."""

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from app.booking.tables import TimeType
from app.care.tables import Clinic
from app.inbox.tables import Message, ScheduledMessage, Thread
from app.residents.tables import Resident


class Summons(Table, tablename="summonses"):
    """A call to a visit (kallelse): timed (tidsatt), or open (öppen), where the resident chooses the time.

    A `booking` calls nobody: its letter confirms (bokningsbekräftelse) a time that is agreed already. An
    `external` one is booked in the clinic's own booking, of which its care system tells us.

    `after_cancellation` is closed, open (a new open summons) or clinic (it is the clinic's turn). What the
    clinic allows is copied to each appointment that comes of it. `details_sealed` lives on when the resident
    has deleted the letter, since the visit does too. `closed_at`: nobody is called any more, and nothing can
    be booked (stängd).
    """

    id = UUID(primary_key=True, default=None)
    message = ForeignKey(Message, null=False, on_delete=OnDelete.restrict)
    thread = ForeignKey(Thread, null=False, on_delete=OnDelete.restrict)
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.restrict)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    time_type = ForeignKey(TimeType, null=False, on_delete=OnDelete.restrict)
    provider_id = UUID(default=None)
    care_system_id = UUID(default=None)
    kind = Varchar(length=10)
    book_by = Timestamptz(null=True, default=None)
    after_cancellation = Varchar(length=10)
    cut_off_hours = Integer(default=0)
    cancel_allowed = Boolean(default=False)
    rebook_allowed = Boolean(default=False)
    reason_allowed = Boolean(default=False)
    confirmation = Varchar(length=10)
    confirm_by = Timestamptz(null=True, default=None)
    key_wrapped = Bytea(default=b"")
    details_sealed = Bytea(default=b"")
    closed_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)


class ScheduledSummons(Table, tablename="scheduled_summonses"):
    """A summons that is accepted, and sent later under the same id (schemalagd kallelse).

    What its care system may know meanwhile: all else is sealed in its letter, which waits. Sent it becomes a
    `Summons`, and the row is gone. `time_type` is null where its times are in the clinic's own booking.
    """

    id = UUID(primary_key=True, default=None)
    message = ForeignKey(ScheduledMessage, null=False, on_delete=OnDelete.restrict)
    time_type = ForeignKey(TimeType, null=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=10)
    book_by = Timestamptz(null=True, default=None)
