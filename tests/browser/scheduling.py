"""Times and summonses, made by actions in a process of its own, as the clinic's care system would.

python -m tests.browser.scheduling: an order is a line of JSON, and so is its answer. It stays, since to begin
takes a second.
"""

import asyncio
import json
import sys
import traceback
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app import database
from app.body import docbook
from app.booking import actions as booking
from app.booking.actions import NewSlot
from app.booking.queries import TimeType, time_type_by_code
from app.booking.rules import Policy
from app.care.queries import Clinic, care_system_by_client_id, clinic_by_hsa
from app.commands.opening import load_keys
from app.errors import Missing
from app.inbox.actions import Letter
from app.residents.actions import open_account
from app.sessions.principals import RESIDENT, Actor, CareSystem
from app.summons import actions as summons
from app.summons.queries import case_for
from app.summons.sealed import Details, Term
from app.vault import use
from tests.browser.prepare import HSA_ID
from tests.make import a_body

TIME_OF_ITS_OWN = {"minutes": 30, "practitioner": "Dr Lo Lind", "place": "Plan 2, hiss B"}
HOLD_IS_OVER = timedelta(minutes=11)


async def publish(order: dict[str, Any], sender: CareSystem, now: datetime) -> list[str]:
    clinic = await clinic_by_hsa(HSA_ID)
    time_type = await _described(order, clinic, sender, now)
    slots = [_slot(start, order) for start in order["starts"]]
    ids = await booking.publish(slots, clinic=clinic, time_type=time_type, care_system=sender, now=now)
    return [str(id) for id in ids]


async def _time_type(order: dict[str, Any], clinic: Clinic, sender: CareSystem, now: datetime) -> TimeType:
    """As it was described; whoever needs it first describes it."""
    try:
        return await time_type_by_code(clinic.id, order["code"])
    except Missing:
        return await _described(order, clinic, sender, now)


async def _described(order: dict[str, Any], clinic: Clinic, sender: CareSystem, now: datetime) -> TimeType:
    await booking.describe_time_type(
        clinic, code=order["code"], name=order["name"], hidden=True, care_system=sender, now=now
    )
    return await time_type_by_code(clinic.id, order["code"])


async def summon(order: dict[str, Any], sender: CareSystem, now: datetime) -> dict[str, str]:
    clinic = await clinic_by_hsa(HSA_ID)
    details = order["details"]
    terms = tuple(Term(*term) for term in details.pop("terms", []))
    letter = Letter(
        resident_id=await open_account(order["number"], order["person"], now=now),
        clinic=clinic,
        kind="summons" if order.get("invited", True) else "booking-confirmation",
        relation="ongoing-care",
        subject=details["subject"],
        body=docbook.read(order["docbook"]) if "docbook" in order else a_body(order["text"]),
        language=details["language"],
        purpose=order["purpose"],
        use_of_answers=order["use_of_answers"],
        contact_name=details["contact_name"],
        contact_phone=details["contact_phone"],
        contact_hours=details["contact_hours"],
    )
    new = summons.NewSummons(
        letter=letter,
        time_type_id=None
        if details.get("booking_link")
        else (await _time_type(order, clinic, sender, now)).id,
        invited=order.get("invited", True),
        slot_id=UUID(order["slot"]) if order["slot"] else None,
        book_by=_when(order["book_by"]),
        after_cancellation=order["after_cancellation"],
        policy=Policy(**order["policy"] | {"confirm_by": _when(order["policy"].get("confirm_by"))}),
        details=Details(**details, terms=terms),
    )
    sent = await summons.send(new, care_system=sender, now=now)
    return {"id": str(sent.id), "thread_id": str(sent.thread_id), "message_id": str(sent.message_id)}


async def report(order: dict[str, Any], sender: CareSystem, now: datetime) -> None:
    """The clinic's care system says what was booked in its own booking."""
    await summons.report(
        UUID(order["summons"]),
        _slot(order["start"], TIME_OF_ITS_OWN),
        resident_id=await open_account(order["number"], order["person"], now=now),
        seen=None,
        care_system=sender,
        language="sv",
        now=now,
    )


async def take(order: dict[str, Any], _sender: CareSystem, now: datetime) -> None:
    """Somebody books the time for a summons of their own."""
    resident_id = await open_account(order["number"], order["person"], now=now)
    await summons.book(
        UUID(order["summons"]),
        resident_id=resident_id,
        slot_id=UUID(order["slot"]),
        accepted=True,
        by=Actor(RESIDENT, resident_id),
        language="sv",
        now=now,
    )


async def move(order: dict[str, Any], sender: CareSystem, now: datetime) -> None:
    """The clinic moves somebody's visit."""
    resident_id = await open_account(order["number"], order["person"], now=now)
    case = await case_for(resident_id, UUID(order["summons"]))
    await summons.rebook(
        case.summons.id,
        resident_id=resident_id,
        slot_id=UUID(order["slot"]),
        seen=case.seen,
        accepted=False,
        by=sender.actor,
        language="sv",
        now=now,
    )


async def cancel(order: dict[str, Any], _sender: CareSystem, now: datetime) -> None:
    """They cancel their visit."""
    resident_id = await open_account(order["number"], order["person"], now=now)
    case = await case_for(resident_id, UUID(order["summons"]))
    await summons.cancel(
        case.summons.id,
        resident_id=resident_id,
        seen=case.seen,
        by=Actor(RESIDENT, resident_id),
        language="sv",
        now=now,
    )


async def lapse(order: dict[str, Any], _sender: CareSystem, now: datetime) -> None:
    """Their hold is over, as if it had begun eleven minutes ago."""
    resident_id = await open_account(order["number"], order["person"], now=now)
    await summons.hold(
        UUID(order["summons"]),
        resident_id=resident_id,
        slot_id=UUID(order["slot"]),
        now=now - HOLD_IS_OVER,
    )


async def call_off(order: dict[str, Any], sender: CareSystem, now: datetime) -> None:
    """The clinic cancels somebody's visit."""
    resident_id = await open_account(order["number"], order["person"], now=now)
    case = await case_for(resident_id, UUID(order["summons"]))
    await summons.cancel(
        case.summons.id, resident_id=resident_id, seen=case.seen, by=sender.actor, language="sv", now=now
    )


async def visited(order: dict[str, Any], sender: CareSystem, now: datetime) -> None:
    """Somebody was called to each of these times, the day before it."""
    starts = order["starts"]
    before = min(datetime.fromisoformat(start) for start in starts) - timedelta(days=1)
    for slot in await publish(order, sender, before):
        await summon(order | {"slot": slot, "details": dict(order["details"])}, sender, before)


ORDERS = {
    each.__name__: each for each in (publish, summon, report, take, move, cancel, lapse, call_off, visited)
}


async def main() -> None:
    await database.open()
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await _answered(json.loads(line))), flush=True)
    finally:
        await database.close()


async def _answered(order: dict[str, Any]) -> dict[str, object]:
    """What went wrong is an answer too, so that only the test that gave the order fails."""
    try:
        return {"answer": await _carried_out(order)}
    except Exception:  # noqa: BLE001 - told to the test that ordered it
        return {"problem": traceback.format_exc()}


async def _carried_out(order: dict[str, Any]) -> object:
    known = await care_system_by_client_id(order.pop("client_id"))
    assert known
    sender = CareSystem(id=known.id, provider_id=known.provider_id, name=known.name, scopes=frozenset())
    return await ORDERS[order.pop("order")](order, sender, datetime.now(UTC))


def _slot(start: str, order: dict[str, Any]) -> NewSlot:
    starts_at = datetime.fromisoformat(start)
    ends_at = starts_at + timedelta(minutes=order["minutes"])
    return NewSlot(
        starts_at=starts_at, ends_at=ends_at, practitioner=order["practitioner"], place=order["place"]
    )


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


if __name__ == "__main__":
    use(load_keys())
    asyncio.run(main())
