"""Asking about residents. Whoever needs a number or a name unseals it here."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app import vault
from app.audit.actions import Entry, reading
from app.database import LOCKED, among, places, rows
from app.errors import Missing, Refused
from app.residents.rules import TwoInboxes, ensure_reachable
from app.residents.sealed import open_key, place
from app.sessions.principals import Resident


class Holder(NamedTuple):
    """Whose a number is, what keeps the door shut, and what they have said of other ways to reach them."""

    id: UUID
    account_opened_at: datetime | None
    locked_at: datetime | None
    deceased_at: datetime | None
    behaviour: str | None
    guardian_opened: bool
    paper: str | None
    notices_sms: bool
    notices_email: bool


class _Asked(NamedTuple):
    number_index: bytes
    is_own: bool
    id: UUID
    account_opened_at: datetime | None
    locked_at: datetime | None
    deceased_at: datetime | None
    behaviour: str | None
    guardian_opened: bool
    paper: str | None
    notices_sms: bool
    notices_email: bool


class Found(NamedTuple):
    """`previous` is the former number if it may lead to the same resident as the new one."""

    holder: Holder | None
    previous: str | None


class Person(NamedTuple):
    """Who a resident is, for care that has written to them. `number` is twelve digits."""

    name: str
    number: str
    deceased: bool = False


class Recipient(NamedTuple):
    """To whom something is written: their own key, and whether they are made up, for tests."""

    key: bytes
    made_up: bool


class _Sealed(NamedTuple):
    id: UUID
    key_wrapped: bytes
    behaviour: str | None


class _Playing(NamedTuple):
    id: UUID
    behaviour: str


class _Paper(NamedTuple):
    paper: str | None


class _Marked(NamedTuple):
    id: UUID


class _Identity(NamedTuple):
    id: UUID
    key_wrapped: bytes
    name_sealed: bytes
    number_sealed: bytes
    deceased_at: datetime | None


OF_NUMBER = "WHERE number_index = {} OR id = (SELECT resident FROM former_numbers WHERE number_index = {})"
COLUMNS = (
    "account_opened_at, locked_at, deceased_at, behaviour, guardian_opened, paper, notices_sms, notices_email"
)
HOLDER = f"SELECT id, {COLUMNS} FROM residents"  # noqa: S608 - our own columns

OF_NUMBERS = (
    f"SELECT number_index, true AS is_own, id, {COLUMNS} FROM residents WHERE number_index #"  # noqa: S608
    f" UNION ALL SELECT f.number_index, false AS is_own, r.id, {COLUMNS} FROM former_numbers f"
    " JOIN residents r ON r.id = f.resident WHERE f.number_index #"
)

IDENTITY = "SELECT id, key_wrapped, name_sealed, number_sealed, deceased_at FROM residents"


async def reachable(number: str, *, now: datetime, test: bool = False) -> UUID:
    """The resident with this number (twelve digits, checked), or who had it before they got another.

    `test`: test credentials ask. Raises what `ensure_reachable` raises.
    """
    holder = await _holder(number)
    return ensure_reachable(holder, number, test=test, now=now).id


async def reachable_each(
    numbers: Sequence[str], *, now: datetime, test: bool = False
) -> dict[str, UUID | Refused]:
    """For each number what `reachable` says of it, its refusal among the answers, in one question."""
    known, answers = await holders_of(numbers), dict[str, UUID | Refused]()
    for number in numbers:
        try:
            answers[number] = ensure_reachable(known.get(number), number, test=test, now=now).id
        except Refused as refusal:
            answers[number] = refusal
    return answers


async def holders_of(numbers: Sequence[str]) -> dict[str, Holder]:
    """By number, whose it is or was before they got another: one question, however many there are."""
    asked = {vault.index(number): number for number in numbers}
    any_of, keys = among(list(asked), "bytea")
    found = await rows(_Asked, OF_NUMBERS.replace("#", any_of), *keys, *keys) if keys else []
    # Whose it is now goes before whose it was.
    by_now = sorted(found, key=lambda row: row.is_own)
    return {asked[row.number_index]: Holder(*row[2:]) for row in by_now}


async def found(number: str, previous: str | None = None) -> Found:
    """Whose the number is, locked until the transaction ends, which holds the numbers. Raises `TwoInboxes`.

    A number that is never to be linked (fingerade personuppgifter) has nothing to do with a former one.
    """
    if previous and await is_never_linked(number, previous):
        previous = None
    holder = await _holder(number, LOCKED)
    before = await _holder(previous, LOCKED) if previous else None
    if holder and before and holder.id != before.id:
        raise TwoInboxes
    return Found(holder or before, previous)


async def is_never_linked(*numbers: str) -> bool:
    """Whether an operator has marked any of them."""
    keys = [vault.index(number) for number in numbers]
    marked = await rows(
        _Marked,
        f"SELECT id FROM numbers_never_linked WHERE number_index IN ({places(keys)})",  # noqa: S608 - placeholders only
        *keys,
    )
    return bool(marked)


async def holder_of_account(resident_id: UUID) -> Holder:
    """Locked until the transaction ends. Raises `Missing`."""
    known = await rows(Holder, f"{HOLDER} WHERE id = {{}}{LOCKED}", resident_id)
    if not known:
        raise Missing("resident", resident_id)
    return known[0]


async def paper_opened_by(resident: Resident, *, now: datetime) -> str | None:
    """What they have said of summonses on paper, to be shown to them: the look is written down."""
    entry = Entry(
        action="preferences.read", at=now, actor_kind=resident.actor.kind, actor_id=resident.id,
        resident_id=resident.id,
    )  # fmt: skip
    [said] = await reading(_Paper, "SELECT paper FROM residents WHERE id = {}", resident.id, entry=entry)
    return said.paper


async def key_of(resident_id: UUID) -> bytes:
    """The resident's own key, for the text of the thread list. Raises `Missing`."""
    return (await recipients_of([resident_id]))[resident_id].key


async def recipients_of(resident_ids: Sequence[UUID]) -> dict[UUID, Recipient]:
    """Raises `Missing`."""
    wanted = set(resident_ids)
    any_of, ids = among(list(wanted))
    sql = f"SELECT id, key_wrapped, behaviour FROM residents WHERE id {any_of}"  # noqa: S608 - placeholders only
    found = {row.id: row for row in await rows(_Sealed, sql, *ids)}
    for id in wanted:
        if id not in found:
            raise Missing("resident", id)
    return {
        id: Recipient(open_key(row.key_wrapped, id), row.behaviour is not None) for id, row in found.items()
    }


async def made_up() -> dict[str, UUID]:
    """Recipients that are made up, for tests, by what each of them does."""
    found = await rows(_Playing, "SELECT id, behaviour FROM residents WHERE behaviour IS NOT NULL")
    return {row.behaviour: row.id for row in found}


async def people(ids: Sequence[UUID]) -> dict[UUID, Person]:
    """By id. The caller writes in the audit whose name and number were read."""
    if not ids:
        return {}
    any_of, wanted = among(ids)
    found = await rows(_Identity, f"{IDENTITY} WHERE id {any_of}", *wanted)
    return {row.id: _person(row) for row in found}


async def _holder(number: str, lock: str = "") -> Holder | None:
    key = vault.index(number)
    known = await rows(Holder, f"{HOLDER} {OF_NUMBER}{lock}", key, key)
    return known[0] if known else None


def _person(row: _Identity) -> Person:
    key = open_key(row.key_wrapped, row.id)
    name = vault.unseal(row.name_sealed, key, place("name_sealed", row.id))
    number = vault.unseal(row.number_sealed, key, place("number_sealed", row.id))
    return Person(name.decode(), number.decode(), row.deceased_at is not None)
