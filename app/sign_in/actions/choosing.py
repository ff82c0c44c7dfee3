"""Staff who have several assignments and chose none at the provider choose here, before a session begins."""

from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe
from typing import NamedTuple

import msgspec

from app import database, vault
from app.database import uuid7
from app.sign_in import queries
from app.sign_in.actions import staff
from app.sign_in.actions.beginnings import Beginning
from app.sign_in.queries import Offered, choice_place
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import AlreadyOver, NoAssignment, TookTooLong
from app.sign_in.rules.staff import Employee
from app.sign_in.rules.transactions import LIFETIME, choice_key, secret_hash
from app.sign_in.tables import Choice


@dataclass(frozen=True)
class Undecided:
    """`browser` goes into a cookie; the database has only its hash."""

    browser: str = field(repr=False)


class Option(NamedTuple):
    """An assignment that opens, with the clinic as we know it."""

    employee: Employee
    clinic_name: str

    @property
    def id(self) -> str:
        return self.employee.assignment

    @property
    def name(self) -> str:
        return self.employee.assignment_name


async def decide(employee: Employee, beginning: Beginning, *, next_path: str) -> str | Undecided:
    """One that opens is not asked about; of several the person chooses within ten minutes.

    Raises why the first does not open, when none does.
    """
    options = await _open_to(employee, beginning.provider)
    if not options:
        first = employee.acting_in(employee.choices[0])
        raise (await staff.door_of(first, beginning.provider)).refusal or NoAssignment
    if len(options) == 1:
        return await staff.start(options[0].employee, beginning)
    id, browser = uuid7(), token_urlsafe(32)
    await Choice.insert(
        Choice(
            id=id,
            browser_hash=secret_hash(browser),
            employee_sealed=vault.seal(msgspec.json.encode(employee), choice_key(browser), choice_place(id)),
            next_path=next_path,
            provider=beginning.provider.key,
            expires_at=beginning.now + LIFETIME,
        )
    )
    return Undecided(browser)


async def options_for(browser: str, *, provider: Provider, now: datetime) -> list[Option]:
    """What opens as of now. Raises `AlreadyOver` or `TookTooLong`."""
    offered = await _offered_to(browser, provider=provider, now=now)
    return await _open_to(_unsealed(offered, browser), provider)


async def choose(browser: str, option: Option, beginning: Beginning) -> tuple[str, str]:
    """The cookie's value, and where to go. Once, whatever comes of it.

    Raises `AlreadyOver`, `TookTooLong`, or what `start` raises.
    """
    offered = await _offered_to(browser, provider=beginning.provider, now=beginning.now)
    # Deleting is claiming: of two who press at once, one gets a row back.
    if not await database.run("DELETE FROM sign_in_choices WHERE id = {} RETURNING 1 AS claimed", offered.id):
        raise AlreadyOver
    return await staff.start(option.employee, beginning), offered.next_path


async def _offered_to(browser: str, *, provider: Provider, now: datetime) -> Offered:
    offered = await queries.offered_to(browser)
    if offered is None or offered.provider != provider.key:
        raise AlreadyOver
    if now >= offered.expires_at:
        raise TookTooLong
    return offered


def _unsealed(offered: Offered, browser: str) -> Employee:
    sealed = vault.unseal(offered.employee_sealed, choice_key(browser), choice_place(offered.id))
    return msgspec.json.decode(sealed, type=Employee)


async def _open_to(employee: Employee, provider: Provider) -> list[Option]:
    found = []
    for commission in employee.choices:
        acting = employee.acting_in(commission)
        unit, _ = await staff.door_of(acting, provider)
        if unit:
            found.append(Option(acting, unit.name))
    return found
