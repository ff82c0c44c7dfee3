"""Whether, and how, residents are reached: asked before anything is sent, and written down of each found."""

from collections.abc import Sequence
from datetime import datetime
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

OPERATION = "reachability.ask"
DONE = 200


async def ask_reachability(
    payload: ReachabilityPayload, *, key: str | None, care_system: CareSystem, now: datetime
) -> Reply:
    """It changes nothing, so the key may be left out; with one, the reply is replayed like any other.

    Raises what `once` and `sending_clinic` raise, and the check. A bad number fails itself alone.
    """

    async def prepare() -> Clinic:
        return await sending_clinic(care_system, check_clinic_and_recipients(payload), now=now)

    async def answer(clinic: Clinic) -> Reply:
        reaches = await _reaches(payload.recipients, clinic, care_system=care_system, now=now)
        return Reply(DONE, encode(Reaches(reaches)))

    if key is None:
        return await answer(await prepare())
    asked = keys.asked(OPERATION, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, answer, now=now)


@in_transaction
async def _reaches(
    recipients: Sequence[str], clinic: Clinic, *, care_system: CareSystem, now: datetime
) -> list[Reach]:
    numbers = [_read(text, now) for text in recipients]
    known = await holders_of([number for number in numbers if isinstance(number, str)])
    residents = {holder.id for holder in known.values()}
    await record_all([_entry(id, clinic, care_system, now) for id in residents])
    return [
        _reach(known.get(number), number, test=care_system.test, now=now)
        if isinstance(number, str)
        else _without(number)
        for number in numbers
    ]


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


def _reach(holder: Holder | None, number: str, *, test: bool, now: datetime) -> Reach:
    try:
        reached = ensure_reachable(holder, number, test=test, now=now)
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
