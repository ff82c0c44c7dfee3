"""Whether, and how, residents are reached: asked before anything is sent, and written down of each found."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from app.audit.actions import Entry, record_all
from app.care.queries import Clinic
from app.care_api.actions import keys
from app.care_api.actions.keys import Reply
from app.care_api.queries import sending_clinic
from app.care_api.rules.reachability import (
    DIGITAL,
    GUARDIAN,
    INVALID,
    NOT_DIGITAL,
    Reach,
    ReachabilityPayload,
    Reaches,
    check_clinic_and_recipients,
)
from app.care_api.rules.replies import encode
from app.database import in_transaction
from app.errors import Refused
from app.residents.queries import Holder, holders_of
from app.residents.rules import (
    InvalidNumber,
    MadeUp,
    NotMadeUp,
    ReserveNumber,
    ensure_reachable,
    read_number,
)
from app.sessions.principals import CareSystem

T = TypeVar("T")
U = TypeVar("U")

OPERATION = "reachability.ask"
DONE = 200
TURN = 500


async def ask_reachability(
    payload: ReachabilityPayload, *, key: str | None, care_system: CareSystem, now: datetime
) -> Reply:
    """It changes nothing, so the key may be left out; with one, the reply is replayed like any other.

    Raises what `once` and `sending_clinic` raise, and the check. A bad number fails itself alone.
    """

    async def prepare() -> Clinic:
        return await sending_clinic(care_system, check_clinic_and_recipients(payload), now=now)

    async def answer(clinic: Clinic) -> Reply:
        numbers = await _in_turns(payload.recipients, lambda text: _read(text, now))
        known = await _known(numbers, clinic, care_system=care_system, now=now)
        test = care_system.test
        return Reply(
            DONE, encode(Reaches(await _in_turns(numbers, lambda each: _reach(each, known, test, now))))
        )

    if key is None:
        return await answer(await prepare())
    asked = keys.asked(OPERATION, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, answer, now=now)


@in_transaction
async def _known(
    numbers: Sequence[str | Refused], clinic: Clinic, *, care_system: CareSystem, now: datetime
) -> dict[str, Holder]:
    """Who they are, by number, and a row in the audit for each, once."""
    known = await holders_of([number for number in numbers if isinstance(number, str)])
    residents = list({holder.id for holder in known.values()})
    for start in range(0, len(residents), TURN):
        some = residents[start : start + TURN]
        await record_all([_entry(id, clinic, care_system, now) for id in some])
    return known


async def _in_turns(values: Sequence[T], make: Callable[[T], U]) -> list[U]:
    """Ten thousand take a fifth of a second: others have their turns in between."""
    made: list[U] = []
    for start in range(0, len(values), TURN):
        made += map(make, values[start : start + TURN])
        await asyncio.sleep(0)
    return made


def _entry(resident_id: UUID, clinic: Clinic, care_system: CareSystem, now: datetime) -> Entry:
    who = care_system.actor
    return Entry(
        action="reachability.read", at=now, actor_kind=who.kind, actor_id=who.id, resident_id=resident_id,
        care_unit=clinic.hsa_id,
    )  # fmt: skip


def _read(text: str, now: datetime) -> str | Refused:
    try:
        return read_number(text, today=now.date())
    except (InvalidNumber, ReserveNumber) as refused:
        return refused


def _reach(number: str | Refused, known: Mapping[str, Holder], test: bool, now: datetime) -> Reach:
    if not isinstance(number, str):
        return _without(number)
    try:
        reached = ensure_reachable(known.get(number), number, test=test, now=now)
    except Refused as refused:
        return _without(refused)
    return Reach(
        status=GUARDIAN if reached.guardian_opened else DIGITAL,
        paper=reached.paper,
        sms=reached.notices_sms,
        email=reached.notices_email,
    )


def _without(refused: Refused) -> Reach:
    wrong = isinstance(refused, InvalidNumber | MadeUp | NotMadeUp)
    return Reach(status=INVALID if wrong else NOT_DIGITAL, code=refused.code)
