"""Opening an account."""

from datetime import datetime
from uuid import UUID

from app import vault
from app.audit.actions import Entry, record
from app.database import in_transaction, run, uuid7
from app.residents import queries
from app.residents.actions import numbers
from app.residents.rules import (
    GUARDIAN_UNTIL,
    NotForAGuardian,
    NumberTaken,
    ensure_child,
    ensure_guardian,
    ensure_open,
)
from app.residents.sealed import place
from app.sessions.principals import GUARDIAN, RESIDENT, Actor, Resident


@in_transaction
async def open_account(number: str, name: str, *, now: datetime, previous: str | None = None) -> UUID:
    """The resident with this number, who from now on can be reached here.

    `number` is twelve checked digits, and so is `previous`: the coordination number that the same person had,
    says somebody we trust. The inbox moves to the new number; the old one still leads to it. Doing it again
    keeps the account and takes over the name as it is now. Raises `AccountLocked` or `TwoInboxes`.
    """
    await numbers.hold(number, previous)
    found = await queries.found(number, previous)
    if found.holder is None:
        resident_id = await _open(number, name, by=None, now=now)
    else:
        ensure_open(found.holder)
        resident_id = found.holder.id
        await _renew(resident_id, name, now)
    if found.previous:
        await numbers.move(resident_id, number, former=found.previous, now=now)
    return resident_id


@in_transaction
async def open_childs_account(
    guardian: Resident, number: str, name: str, *, now: datetime, until: int = GUARDIAN_UNTIL
) -> UUID:
    """A guardian opens the account of a child who cannot sign in yet; one that is open stays as it is.

    The caller has asked the population register whose guardian this is, and read `number`. Protected identity
    ends it, whichever of the two has it. Raises `NotAChild`, `NotForAGuardian` or `AccountLocked`.
    """
    ensure_child(number, until=until, now=now)
    await numbers.hold(number)
    await _ensure_may(guardian, number, until=until, now=now)
    holder = (await queries.found(number)).holder
    if holder is None:
        return await _open(number, name, by=Actor(GUARDIAN, guardian.id), now=now)
    ensure_open(holder)
    return holder.id


async def _ensure_may(guardian: Resident, number: str, *, until: int, now: datetime) -> None:
    ensure_open(await queries.holder_of_account(guardian.id))
    own = (await queries.people([guardian.id]))[guardian.id].number
    ensure_guardian(own, acting_for=guardian.acting_for, until=until, now=now)
    if await queries.is_never_linked(number, own):
        raise NotForAGuardian


@in_transaction
async def make_up(
    number: str,
    name: str,
    *,
    behaviour: str,
    now: datetime,
    opened: bool = True,
    guardian_id: UUID | None = None,
) -> UUID | None:
    """A recipient for tests, who does what `behaviour` says; None when there is one with that number already.

    `opened` False: without an account. Raises `NumberTaken` if the number is a person's.
    """
    await numbers.hold(number)
    holder = (await queries.found(number)).holder
    if holder is None:
        by = Actor(GUARDIAN, guardian_id) if guardian_id else None
        return await _open(number, name, by=by, now=now, behaviour=behaviour, opened=opened)
    if holder.behaviour is None:
        raise NumberTaken
    return None


async def _open(
    number: str,
    name: str,
    *,
    by: Actor | None,
    now: datetime,
    behaviour: str | None = None,
    opened: bool = True,
) -> UUID:
    id, key = uuid7(), vault.new_key()
    await run(
        "INSERT INTO residents (id, number_index, key_wrapped, number_sealed, name_sealed, account_opened_at,"
        " guardian_opened, behaviour, created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        id,
        vault.index(number),
        vault.wrap(key, place("key_wrapped", id)),
        vault.seal(number.encode(), key, place("number_sealed", id)),
        vault.seal(name.encode(), key, place("name_sealed", id)),
        now if opened else None,
        by is not None,
        behaviour,
        now,
    )
    kind, actor_id, _ = by or Actor(RESIDENT, id)
    action = "account.made-up" if behaviour else "account.opened"
    await record(Entry(action=action, at=now, actor_kind=kind, actor_id=actor_id, resident_id=id))
    return id


async def _renew(resident_id: UUID, name: str, now: datetime) -> None:
    key = await queries.key_of(resident_id)
    await run(
        "UPDATE residents SET name_sealed = {}, account_opened_at = COALESCE(account_opened_at, {}),"
        " guardian_opened = {} WHERE id = {}",
        vault.seal(name.encode(), key, place("name_sealed", resident_id)),
        now,
        False,
        resident_id,
    )
