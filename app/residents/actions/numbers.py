"""Which number leads to whom. One person has one inbox, whatever numbers they have had."""

from datetime import datetime
from uuid import UUID

from app import vault
from app.audit.actions import Entry, record
from app.database import POSTGRES, in_transaction, run, uuid7
from app.residents import queries
from app.residents.rules import UnknownResident
from app.residents.sealed import place
from app.sessions.principals import RESIDENT


async def hold(*numbers: str | None) -> None:
    """Until the transaction ends, nobody else opens, moves or marks anything under these numbers.

    Two who come at once, one with the old number and one with the new, are thereby one after the other.
    SQLite's writer is alone as it is.
    """
    if POSTGRES:
        for key in sorted({vault.index(number)[:8] for number in numbers if number}):
            await run("SELECT pg_advisory_xact_lock({})", int.from_bytes(key, signed=True))


@in_transaction
async def find(number: str) -> UUID:
    """For an operator, whatever the account's state. Raises `UnknownResident`."""
    holder = (await queries.found(number)).holder
    if holder is None:
        raise UnknownResident
    return holder.id


async def move(resident_id: UUID, number: str, *, former: str, now: datetime) -> None:
    """From now on the resident has this number, sealed with their key; the former still leads here.

    A sign-in that comes late and only knows the former number changes nothing back.
    """
    key = await queries.key_of(resident_id)
    moved = await run(
        "UPDATE residents SET number_index = {}, number_sealed = {}"
        " WHERE id = {} AND number_index = {} RETURNING 1 AS moved",
        vault.index(number),
        vault.seal(number.encode(), key, place("number_sealed", resident_id)),
        resident_id,
        vault.index(former),
    )
    await run(
        "INSERT INTO former_numbers (id, number_index, resident, created_at) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (number_index) DO NOTHING",
        uuid7(),
        vault.index(former),
        resident_id,
        now,
    )
    if moved:
        await record(
            Entry(
                action="account.number-changed",
                at=now,
                actor_kind=RESIDENT,
                actor_id=resident_id,
                resident_id=resident_id,
            )
        )


@in_transaction
async def never_link(number: str, *, now: datetime) -> None:
    """An operator's mark for fingerade personuppgifter, on either of the two numbers, known here or not.

    What led from the number, or from a former one, to another is forgotten. The audit does not say whose.
    """
    await hold(number)
    holder = (await queries.found(number)).holder
    await run(
        "INSERT INTO numbers_never_linked (id, number_index, created_at) VALUES ({}, {}, {})"
        " ON CONFLICT (number_index) DO NOTHING",
        uuid7(),
        vault.index(number),
        now,
    )
    await run("DELETE FROM former_numbers WHERE number_index = {}", vault.index(number))
    if holder:
        await run("DELETE FROM former_numbers WHERE resident = {}", holder.id)
    await record(Entry(action="number.never-linked", at=now, actor_kind="operator"))
