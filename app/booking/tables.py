"""Time types, slots and appointments. A slot has one taker at most, whoever asks and however many at once."""

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from app.care.tables import Clinic
from app.residents.tables import Resident


class TimeType(Table, tablename="time_types"):
    """What a time is for (tidstyp), in the clinic's own words: never with anything about one resident.

    A hidden one (skyddad tidstyp) is bookable only by a resident whom a summons admits. Test credentials have
    time types of their own, and so slots, summonses and visits of their own. The one whose code and name are
    empty is for what is booked in the clinic's own booking: nothing of it can be had here.
    """

    id = UUID(primary_key=True, default=None)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    code = Varchar(length=64)
    name = Varchar(length=120)
    hidden = Boolean(default=False)
    test = Boolean(default=False)
    created_at = Timestamptz(default=None)


class Slot(Table, tablename="slots"):
    """A time that can be booked (ledig tid). It is ours until it is withdrawn.

    `appointment` is who has it; `held_by` (a resident) holds it until `held_until` while deciding about
    `held_for` (a summons).
    """

    id = UUID(primary_key=True, default=None)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    time_type = ForeignKey(TimeType, null=False, on_delete=OnDelete.restrict)
    care_system_id = UUID(default=None)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    practitioner = Varchar(length=120)
    place = Varchar(length=200)
    published_at = Timestamptz(default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    held_by = UUID(null=True, default=None)
    held_for = UUID(null=True, default=None)
    held_until = Timestamptz(null=True, default=None)
    appointment = UUID(null=True, default=None)


class Appointment(Table, tablename="appointments"):
    """A booked time (bokad tid). When and where is its slot's; `link_id` is what it came of: a summons.

    `invitation` is a timed summons that has not been rebooked; from then on it is an ordinary booking
    (domain.md §1.3, rule 7). `sequence` counts its changes, for calendars and for pages that have grown old.
    From `expires_at` on its resident can do nothing with it here; the time itself never expires.
    """

    id = UUID(primary_key=True, default=None)
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.restrict)
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.restrict)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    provider_id = UUID(default=None)
    care_system_id = UUID(default=None)
    link_kind = Varchar(length=20)
    link_id = UUID(default=None)
    invitation = Boolean(default=False)
    confirmation = Varchar(length=10)
    confirm_by = Timestamptz(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    cut_off_hours = Integer(default=0)
    cancel_allowed = Boolean(default=False)
    rebook_allowed = Boolean(default=False)
    reason_allowed = Boolean(default=False)
    expires_at = Timestamptz(null=True, default=None)
    sequence = Integer(default=0)
    booked_at = Timestamptz(default=None)
    moved_at = Timestamptz(null=True, default=None)
    moved_by = Varchar(length=20, null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancelled_by = Varchar(length=20, null=True, default=None)


class AppointmentEvent(Table, tablename="appointment_events"):
    """Who did what with an appointment (händelse). The reason a person gives has a key of its own."""

    id = UUID(primary_key=True, default=None)
    appointment = ForeignKey(Appointment, null=False, on_delete=OnDelete.restrict)
    at = Timestamptz(default=None)
    action = Varchar(length=20)
    actor_kind = Varchar(length=20)
    actor_id = UUID(default=None)
    assignment = Varchar(length=80, null=True, default=None)
    from_slot = UUID(null=True, default=None)
    to_slot = UUID(null=True, default=None)
    key_wrapped = Bytea(null=True, default=None)
    reason_sealed = Bytea(null=True, default=None)
