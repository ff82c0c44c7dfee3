"""Calling a resident, once, and what care itself does with the visit afterwards."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec import structs

from app.booking import actions as booking
from app.booking.queries import PublishedSlot, TimeType, slot_of
from app.booking.rules import NewSlot, NothingBooked, TimeTaken, TimeWithdrawn
from app.care.queries import Clinic
from app.care_api.actions import keys
from app.care_api.actions.keys import Asked, Reply
from app.care_api.actions.letters import in_its_thread, letter_of
from app.care_api.queries import case_for, time_type_for, visit_for
from app.care_api.rules.letter import check
from app.care_api.rules.refusals import FieldMissing
from app.care_api.rules.replies import SummonsChanged, SummonsSent, encode
from app.care_api.rules.summons import (
    Change,
    CheckedSummons,
    Move,
    check_booking,
    check_cancellation,
    check_rebooking,
    check_report,
    check_summons,
    check_visit_cancellation,
    check_visit_rebooking,
    ensure_before_visit,
    ensure_not_taken_meanwhile,
    ensure_sent_before_visit,
)
from app.care_api.rules.summons_payload import (
    BookingPayload,
    CancellationPayload,
    RebookingPayload,
    ReportPayload,
    SummonsPayload,
    VisitCancellationPayload,
    VisitRebookingPayload,
)
from app.database import transaction, tried_again
from app.errors import Missing
from app.inbox.actions import Due, Letter
from app.sessions.principals import CareSystem
from app.summons import actions as summons
from app.summons.actions import NewSummons
from app.summons.queries import Case
from app.summons.rules import TIMED
from app.summons.sealed import Details, Term

SEND, CANCEL, REBOOK = "summonses.send", "summonses.cancel", "summonses.rebook"
BOOK, CANCEL_ONE, REBOOK_ONE = "appointments.book", "appointments.cancel", "appointments.rebook"
REPORT = "summonses.report"
CONFIRMATION = "booking-confirmation"
DONE, CREATED = 200, 201


Find = Callable[[], Awaitable[Case]]
Act = Callable[[Case], Awaitable[Reply]]
# What care does with an appointment that it names.
Named = CancellationPayload | RebookingPayload
_received = msgspec.json.Decoder(SummonsPayload)


class _Undone(Exception):
    """It was only tried."""


@dataclass(frozen=True)
class Ready:
    """`publish_at` None is at once."""

    new: NewSummons
    time_type: TimeType | None
    new_slot: NewSlot | None
    publish_at: datetime | None = None

    @property
    def kind(self) -> str:
        """Also while the time that it brings is not published."""
        return self.new.kind if self.new_slot is None else TIMED


async def send_summons(payload: SummonsPayload, *, key: str, care_system: CareSystem, now: datetime) -> Reply:
    """Letter and visit, together or not at all, now or at its `publish_at`.

    Raises what `once`, the checks, `letter_of`, `time_type_for` and the summons' own `send` raise.
    """

    async def prepare() -> Ready:
        return await prepare_summons(payload, care_system=care_system, now=now)

    async def send(ready: Ready) -> Reply:
        if ready.publish_at is not None:
            return await _keep(ready, payload, ready.publish_at, care_system, now)
        return await _send(ready, care_system=care_system, now=now)

    asked = keys.asked(SEND, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, send, now=now)


async def send_booking(payload: BookingPayload, *, key: str, care_system: CareSystem, now: datetime) -> Reply:
    """A confirmation and its visit, together or not at all. Raises what `send_summons` raises."""

    async def prepare() -> Ready:
        checked, asked = check(payload, now=now), check_booking(payload, now=now)
        letter = await letter_of(structs.replace(checked, kind=CONFIRMATION), care_system, now=now)
        return await _ready(letter, asked, care_system, invited=False)

    async def send(ready: Ready) -> Reply:
        return await _send(ready, care_system=care_system, now=now)

    asked = keys.asked(BOOK, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, send, now=now)


async def prepare_summons(payload: SummonsPayload, *, care_system: CareSystem, now: datetime) -> Ready:
    """Raises why it cannot be sent, as far as that can be told without sending it."""
    checked = check(payload, now=now)
    publish_at = checked.life.publish_at
    asked = check_summons(payload, now=now, publish_at=publish_at)
    letter = await letter_of(checked, care_system, now=now)
    return await _ready(letter, asked, care_system, invited=True, publish_at=publish_at)


async def publish_summons(due: Due, summons_id: UUID, *, care_system: CareSystem, now: datetime) -> None:
    """Send one whose time has come, in the caller's transaction, under its ids, as if it came now.

    What its letter says of itself is held to the day when it was accepted. Its times are not: nobody is
    called to what has been. Raises what `send_summons` raises.
    """
    payload = _received.decode(due.letter)
    checked, asked = check(payload, now=due.accepted.at), check_summons(payload, now=now)
    letter = structs.replace(
        await letter_of(checked, care_system, now=now),
        id=due.id,
        thread_id=due.thread_id,
        accepted=due.accepted,
    )
    ready = await _ready(letter, asked, care_system, invited=True)
    ready = replace(ready, new=replace(ready.new, id=summons_id))
    await _send(ready, care_system=care_system, now=now)
    await summons.forget(summons_id)


async def cancel_visit(
    summons_id: UUID, payload: CancellationPayload, *, key: str, care_system: CareSystem, now: datetime
) -> Reply:
    """Raises what `once`, the check and `cancel` raise, `NothingBooked`, or `Missing`."""
    change = check_cancellation(payload)
    asked = keys.asked(CANCEL, (summons_id, payload), key=key, care_system=care_system)
    return await _cancel(asked, change, lambda: _booked(summons_id, care_system), care_system, now)


async def rebook_visit(
    summons_id: UUID, payload: RebookingPayload, *, key: str, care_system: CareSystem, now: datetime
) -> Reply:
    """Raises what `once`, the check and `rebook` raise, `NothingBooked`, or `Missing`."""
    change = check_rebooking(payload)
    asked = keys.asked(REBOOK, (summons_id, payload), key=key, care_system=care_system)
    return await _rebook(asked, change, lambda: _booked(summons_id, care_system), care_system, now)


async def report_booking(
    summons_id: UUID, payload: ReportPayload, *, key: str, care_system: CareSystem, now: datetime
) -> Reply:
    """Raises what `once`, the check and `report` raise, or `Missing`."""
    told = check_report(payload, now=now)

    async def report(case: Case) -> Reply:
        await summons.report(
            summons_id,
            told.slot,
            resident_id=case.summons.resident_id,
            seen=told.seen,
            care_system=care_system,
            language=case.language(),
            now=now,
        )
        return await _changed(summons_id, care_system, now)

    asked = keys.asked(REPORT, (summons_id, payload), key=key, care_system=care_system)
    return await keys.once(asked, lambda: case_for(care_system, summons_id), report, now=now)


async def cancel_appointment(
    appointment_id: UUID,
    payload: VisitCancellationPayload,
    *,
    key: str,
    care_system: CareSystem,
    now: datetime,
) -> Reply:
    """`cancel_visit`, known by the appointment. Raises what it does."""
    change = check_visit_cancellation(appointment_id, payload)
    asked = keys.asked(CANCEL_ONE, (appointment_id, payload), key=key, care_system=care_system)
    return await _cancel(asked, change, lambda: _case_of(appointment_id, care_system), care_system, now)


async def rebook_appointment(
    appointment_id: UUID, payload: VisitRebookingPayload, *, key: str, care_system: CareSystem, now: datetime
) -> Reply:
    """`rebook_visit`, known by the appointment. Raises what it does."""
    change = check_visit_rebooking(appointment_id, payload)
    asked = keys.asked(REBOOK_ONE, (appointment_id, payload), key=key, care_system=care_system)
    return await _rebook(asked, change, lambda: _case_of(appointment_id, care_system), care_system, now)


async def change_named(payload: Named, *, key: str, care_system: CareSystem, now: datetime) -> Reply:
    """`cancel_appointment` or `rebook_appointment`, under the same keys; `payload` names the appointment.

    Raises what they raise, and that it names none.
    """
    id = _named(payload)
    with _told_where():
        if isinstance(payload, CancellationPayload):
            cancelled = VisitCancellationPayload(sequence=payload.sequence, keep_slot=payload.keep_slot)
            return await cancel_appointment(id, cancelled, key=key, care_system=care_system, now=now)
        moved = VisitRebookingPayload(
            sequence=payload.sequence, slot_id=payload.slot_id, keep_old_slot=payload.keep_old_slot
        )
        return await rebook_appointment(id, moved, key=key, care_system=care_system, now=now)


@tried_again
async def try_change(payload: Named, *, care_system: CareSystem, now: datetime) -> None:
    """Done and undone, so that nothing is left of it. Raises what `change_named` does, but for the key."""
    id = _named(payload)
    if isinstance(payload, CancellationPayload):
        act = _cancelling(check_cancellation(payload), care_system, now)
    else:
        act = _rebooking(check_rebooking(payload), care_system, now)
    with suppress(_Undone), _told_where():
        async with transaction():
            await act(await _case_of(id, care_system))
            raise _Undone


def _named(payload: Named) -> UUID:
    if payload.appointment_id is None:
        raise FieldMissing(pointer="/appointment_id")
    return payload.appointment_id


@contextmanager
def _told_where() -> Iterator[None]:
    """An appointment that is not there was named in a field."""
    try:
        yield
    except Missing as missing:
        if missing.kind != "appointment":
            raise
        raise Missing(missing.kind, missing.id, pointer="/appointment_id") from None


async def _cancel(asked: Asked, change: Change, find: Find, care_system: CareSystem, now: datetime) -> Reply:
    return await keys.once(asked, find, _cancelling(change, care_system, now), now=now)


async def _rebook(asked: Asked, change: Move, find: Find, care_system: CareSystem, now: datetime) -> Reply:
    return await keys.once(asked, find, _rebooking(change, care_system, now), now=now)


def _cancelling(change: Change, care_system: CareSystem, now: datetime) -> Act:
    async def cancel(case: Case) -> Reply:
        await summons.cancel(
            case.summons.id,
            resident_id=case.summons.resident_id,
            seen=change.seen,
            by=care_system.actor,
            language=case.language(),
            now=now,
            keep_slot=change.keep,
        )
        return await _changed(case.summons.id, care_system, now)

    return cancel


def _rebooking(change: Move, care_system: CareSystem, now: datetime) -> Act:
    async def rebook(case: Case) -> Reply:
        await summons.rebook(
            case.summons.id,
            resident_id=case.summons.resident_id,
            slot_id=change.slot_id,
            seen=change.seen,
            accepted=False,
            by=care_system.actor,
            language=case.language(),
            now=now,
            keep_old=change.keep,
        )
        return await _changed(case.summons.id, care_system, now)

    return rebook


async def _ready(
    letter: Letter,
    asked: CheckedSummons,
    care_system: CareSystem,
    *,
    invited: bool,
    publish_at: datetime | None = None,
) -> Ready:
    if asked.booking_link:
        return Ready(_summons(letter, None, asked, invited=invited), None, None, publish_at)
    time_type = await time_type_for(care_system, letter.clinic, asked.time_type)
    await _ensure_slot(asked, letter.clinic, time_type, care_system, publish_at)
    return Ready(_summons(letter, time_type, asked, invited=invited), time_type, asked.new_slot, publish_at)


async def _ensure_slot(
    checked: CheckedSummons,
    clinic: Clinic,
    time_type: TimeType,
    care_system: CareSystem,
    publish_at: datetime | None,
) -> None:
    """A slot of another clinic or time type is not there, whoever's it is."""
    if checked.slot_id is None:
        return
    slot = await slot_of(care_system, checked.slot_id)
    if (slot.clinic_hsa_id, slot.time_type_code) != (clinic.hsa_id, time_type.code):
        raise Missing("slot", checked.slot_id)
    if publish_at is not None:
        _ensure_there_then(slot, time_type, publish_at)
    ensure_before_visit(checked.policy.confirm_by, slot.starts_at, checked.confirm_by_at)


def _ensure_there_then(slot: PublishedSlot, time_type: TimeType, publish_at: datetime) -> None:
    """As far as can be told before: one that is held may be free by then."""
    ensure_not_taken_meanwhile(hidden=time_type.hidden)
    ensure_sent_before_visit(publish_at, slot.starts_at, "/slot_id")
    if slot.withdrawn_at is not None:
        raise TimeWithdrawn
    if slot.appointment is not None:
        raise TimeTaken


def _summons(
    letter: Letter, time_type: TimeType | None, checked: CheckedSummons, *, invited: bool
) -> NewSummons:
    return NewSummons(
        letter=structs.replace(letter, due_at=checked.due_at),
        invited=invited,
        time_type_id=time_type.id if time_type else None,
        slot_id=checked.slot_id,
        book_by=checked.book_by,
        after_cancellation=checked.after_cancellation,
        policy=checked.policy,
        details=Details(
            subject=letter.subject,
            language=letter.language,
            contact_name=letter.contact_name,
            contact_phone=letter.contact_phone,
            contact_hours=letter.contact_hours,
            bring=checked.bring,
            cost=checked.cost,
            terms=tuple(Term(*term) for term in checked.terms),
            booking_link=checked.booking_link,
        ),
    )


async def _send(ready: Ready, *, care_system: CareSystem, now: datetime) -> Reply:
    new = ready.new
    clinic = new.letter.clinic
    if ready.new_slot is not None and ready.time_type is not None:
        [slot_id] = await booking.publish(
            [ready.new_slot], clinic=clinic, time_type=ready.time_type, care_system=care_system, now=now
        )
        new = replace(new, slot_id=slot_id)
    with in_its_thread(new.letter):
        sent = await summons.send(new, care_system=care_system, now=now)
    reply = SummonsSent(
        id=sent.id,
        message_id=sent.message_id,
        thread_id=sent.thread_id,
        appointment_id=sent.appointment_id,
        slot_id=new.slot_id,
        status="delivered",
        delivered_at=sent.delivered_at.astimezone(UTC),
    )
    return Reply(CREATED, encode(reply))


async def _keep(
    ready: Ready, payload: SummonsPayload, publish_at: datetime, care_system: CareSystem, now: datetime
) -> Reply:
    """As it was received, for `publish_summons` to read."""
    with in_its_thread(ready.new.letter):
        later = await summons.schedule(
            ready.new,
            msgspec.json.encode(payload),
            kind=ready.kind,
            publish_at=publish_at,
            care_system=care_system,
            now=now,
        )
    reply = SummonsSent(
        id=later.id,
        message_id=later.letter.id,
        thread_id=later.letter.thread_id,
        appointment_id=None,
        slot_id=None,
        status="scheduled",
        accepted_at=later.letter.accepted_at.astimezone(UTC),
        publish_at=later.letter.publish_at.astimezone(UTC),
    )
    return Reply(CREATED, encode(reply))


async def _booked(summons_id: UUID, care_system: CareSystem) -> Case:
    case = await case_for(care_system, summons_id)
    if case.visit is None:
        raise NothingBooked
    return case


async def _case_of(appointment_id: UUID, care_system: CareSystem) -> Case:
    """What it came of. Raises `Missing`."""
    return (await visit_for(care_system, appointment_id))[1]


async def _changed(summons_id: UUID, care_system: CareSystem, now: datetime) -> Reply:
    case = await case_for(care_system, summons_id)
    visit = case.visit
    if visit is None:
        raise NothingBooked
    changed = SummonsChanged(
        id=summons_id,
        state=case.state(now),
        appointment_id=visit.id,
        slot_id=visit.slot_id,
        sequence=visit.sequence,
    )
    return Reply(DONE, encode(changed))
