"""A summons becomes a letter in the thread and, when it is timed, an appointment: together or not at all."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import structs

from app.booking import actions as booking
from app.booking.actions import Errand
from app.booking.rules import Policy
from app.callbacks.actions import Event, tell
from app.database import in_transaction, run, uuid7
from app.inbox import actions as inbox
from app.inbox.actions import Delivered, Letter
from app.residents.rules import Deceased
from app.sessions.principals import CareSystem
from app.summons.rules import BOOKED, BOOKING, EXTERNAL, OPEN, TIMED
from app.summons.sealed import Details, seal_details

LINK = "summons"
NEW = (
    "INSERT INTO summonses (id, message, thread, resident, clinic, time_type, provider_id, care_system_id,"
    " kind, book_by, after_cancellation, cut_off_hours, cancel_allowed, rebook_allowed, reason_allowed,"
    " confirmation, confirm_by, key_wrapped, details_sealed, created_at)"
    " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
)


@dataclass(frozen=True, kw_only=True)
class NewSummons:
    """Checked by its door. With `slot_id` it is timed and takes that slot; without, it is open.

    Its letter's `expires_at` ends what its resident can do with its visits.
    Not `invited`: the time is agreed already, and the letter confirms it. Without `time_type_id` its times
    are in the clinic's own booking, and its details say where. `id` is for who had to know it before.
    """

    letter: Letter
    time_type_id: UUID | None
    slot_id: UUID | None
    book_by: datetime | None
    after_cancellation: str
    policy: Policy
    details: Details
    invited: bool = True
    id: UUID | None = None

    @property
    def kind(self) -> str:
        if self.slot_id is None:
            return EXTERNAL if self.details.booking_link else OPEN
        return TIMED if self.invited else BOOKING


class Sent(NamedTuple):
    id: UUID
    message_id: UUID
    thread_id: UUID
    appointment_id: UUID | None
    delivered_at: datetime


@in_transaction
async def send(new: NewSummons, *, care_system: CareSystem, now: datetime) -> Sent:
    """Raises `Deceased`, `UnknownThread`, for a timed one `AlreadyOccupied` or why the slot cannot be had."""
    id, letter = new.id or uuid7(), new.letter
    policy = replace(new.policy, expires_at=letter.expires_at)
    if await booking.lock(letter.resident_id):
        raise Deceased
    delivered = await inbox.deliver(
        structs.replace(letter, link=(LINK, id)), care_system_id=care_system.id, by=care_system.actor, now=now
    )
    clinic = letter.clinic
    time_type_id = new.time_type_id
    if time_type_id is None:
        time_type_id = (await booking.time_type_elsewhere(clinic, test=care_system.test, now=now)).id
    sealed = seal_details(new.details, provider_id=clinic.provider_id, summons_id=id)
    await run(
        NEW,
        id, delivered.id, delivered.thread_id, letter.resident_id, clinic.id, time_type_id,
        clinic.provider_id, care_system.id, new.kind, new.book_by,
        new.after_cancellation, policy.cut_off_hours, policy.cancel_allowed, policy.rebook_allowed,
        policy.reason_allowed, policy.confirmation, policy.confirm_by, *sealed, now,
    )  # fmt: skip
    appointment_id = None
    if new.slot_id is not None:
        errand = Errand(
            kind=LINK,
            id=id,
            resident_id=letter.resident_id,
            clinic=clinic,
            care_system_id=care_system.id,
            time_type_id=time_type_id,
            policy=policy,
        )
        appointment_id = await booking.book(
            errand, slot_id=new.slot_id, by=care_system.actor, now=now, invitation=new.invited
        )
        await tell([_booked(new, id, delivered, appointment_id, care_system)], now=now)
    return Sent(id, delivered.id, delivered.thread_id, appointment_id, delivered.delivered_at)


def _booked(
    new: NewSummons, id: UUID, delivered: Delivered, appointment_id: UUID, care_system: CareSystem
) -> Event:
    return Event(
        kind=f"summons.{BOOKED}",
        provider_id=new.letter.clinic.provider_id,
        care_system_id=care_system.id,
        actor_kind=care_system.actor.kind,
        message_id=delivered.id,
        thread_id=delivered.thread_id,
        summons_id=id,
        appointment_id=appointment_id,
        slot_id=new.slot_id,
    )
