"""Whose account it is, who opens it, and when its door is shut."""

import asyncio
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from app import sessions, vault
from app.audit.queries import accesses_to
from app.database import rows, transaction
from app.residents import actions
from app.residents.queries import Person, people, reachable
from app.residents.rules import (
    AccountLocked,
    Deceased,
    Locked,
    NoAccount,
    NotAChild,
    NotForAGuardian,
    StaysShut,
    TwoInboxes,
    UnknownResident,
    ensure_child,
)
from app.sessions import Idle
from tests.make import ANNA, BO, a_resident

OLENA, OLENAS_NEW = "197512752382", "197512152385"


class _Count(NamedTuple):
    number: int


class _Number(NamedTuple):
    number_index: bytes


def luhn(nine: str) -> str:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(nine))
    return nine + str(-sum(n - 9 if n > 9 else n for n in doubled) % 10)


def born(day: str, three: str = "980") -> str:
    """A number that nobody has been asked about: only its date is of interest."""
    return day[:2] + luhn(day[2:] + three)


async def residents() -> int:
    return (await rows(_Count, "SELECT count(*) AS number FROM residents"))[0].number


async def actions_on(resident_id):
    return {(row.action, row.actor_kind) for row in await accesses_to(resident_id)}


async def test_a_new_number_takes_the_inbox_along_and_the_old_one_still_leads_there(db, now):
    """domain.md 3.1: one person, one inbox."""
    old = await actions.open_account(OLENA, "Olena Kovalenko", now=now)
    new = await actions.open_account(OLENAS_NEW, "Olena Berg", previous=OLENA, now=now)

    assert old == new
    assert await people([new]) == {new: Person("Olena Berg", OLENAS_NEW)}
    assert await reachable(OLENAS_NEW, now=now) == await reachable(OLENA, now=now) == new
    assert ("account.number-changed", "resident") in await actions_on(new)
    assert [row.number_index for row in await rows(_Number, "SELECT number_index FROM residents")] == [
        vault.index(OLENAS_NEW)
    ]


async def test_who_comes_late_with_the_old_number_changes_nothing_back(db, now):
    new = await actions.open_account(OLENAS_NEW, "Olena Berg", previous=OLENA, now=now)
    late = await actions.open_account(OLENA, "Olena Berg", now=now)

    assert late == new
    assert (await people([new]))[new].number == OLENAS_NEW
    assert await residents() == 1


async def test_two_inboxes_are_never_merged_silently(db, now):
    first = await actions.open_account(OLENA, "Olena Kovalenko", now=now)
    second = await actions.open_account(OLENAS_NEW, "Olena Berg", now=now)

    with pytest.raises(TwoInboxes):
        await actions.open_account(OLENAS_NEW, "Olena Berg", previous=OLENA, now=now)

    assert (await reachable(OLENA, now=now), await reachable(OLENAS_NEW, now=now)) == (first, second)


@pytest.mark.parametrize("marked", [OLENA, OLENAS_NEW])
async def test_a_protected_identity_is_never_linked_to_the_old_number(marked, db, now):
    """domain.md 2.9: a fingerad identity has nothing to do with the number before."""
    await actions.never_link(marked, now=now)
    old = await actions.open_account(OLENA, "Olena Kovalenko", now=now)
    new = await actions.open_account(OLENAS_NEW, "Anna Annan", previous=OLENA, now=now)

    assert old != new
    assert (await reachable(OLENA, now=now), await reachable(OLENAS_NEW, now=now)) == (old, new)
    assert "account.number-changed" not in {action for action, _ in await actions_on(new)}


async def test_the_mark_forgets_the_number_before(db, now):
    await actions.open_account(OLENAS_NEW, "Olena Berg", previous=OLENA, now=now)
    await actions.never_link(OLENAS_NEW, now=now)

    with pytest.raises(NoAccount):
        await reachable(OLENA, now=now)


@pytest.mark.parametrize("turn", range(6))
async def test_old_and_new_number_at_once_are_one_inbox(turn, db, now):
    """Whoever is first, and on whatever connection."""
    ways = [
        actions.open_account(OLENA, "Olena", now=now),
        actions.open_account(OLENAS_NEW, "Olena", previous=OLENA, now=now),
        actions.open_account(OLENA, "Olena", now=now),
        actions.open_account(OLENAS_NEW, "Olena", previous=OLENA, now=now),
    ]
    found = await asyncio.gather(*(ways[turn % 4 :] + ways[: turn % 4]))

    assert len(set(found)) == 1
    assert await residents() == 1
    assert (await people([found[0]]))[found[0]].number == OLENAS_NEW


async def test_a_locked_account_opens_to_nobody_and_who_is_inside_is_out(db, anna, now):
    await actions.lock(anna.resident.id, now=now)

    assert (await anna.get("/inkorg")).status_code == 303
    with pytest.raises(AccountLocked) as refusal:
        await actions.open_account(ANNA.number, ANNA.name, now=now)
    assert refusal.value.values == {"reason": "locked"}
    with pytest.raises(Locked):
        await reachable(ANNA.number, now=now)

    await actions.unlock(anna.resident.id, now=now)
    assert await reachable(ANNA.number, now=now) == anna.resident.id
    assert (await a_resident(now=now)).id == anna.resident.id
    assert {("account.locked", "operator"), ("account.unlocked", "operator")} <= await actions_on(
        anna.resident.id
    )


async def test_a_deceased_persons_account_stays_shut_and_says_no_more_than_a_lock(db, anna, now):
    await actions.mark_deceased(anna.resident.id, now=now)
    with pytest.raises(StaysShut):
        await actions.unlock(anna.resident.id, now=now)
    assert ("account.unlocked", "operator") not in await actions_on(anna.resident.id)

    assert (await anna.get("/inkorg")).status_code == 303
    with pytest.raises(AccountLocked) as refusal:
        await actions.open_account(ANNA.number, ANNA.name, now=now)
    assert refusal.value.said("sv") == AccountLocked(reason="locked").said("sv")
    assert "Ring oss" in refusal.value.said("sv")
    assert refusal.value.values == {"reason": "deceased"}
    with pytest.raises(Deceased):
        await reachable(ANNA.number, now=now)


async def test_the_lock_is_asked_of_the_person_whatever_number_they_come_with(db, now):
    resident_id = await actions.open_account(OLENA, "Olena", now=now)
    await actions.lock(resident_id, now=now)

    with pytest.raises(AccountLocked):
        await actions.open_account(OLENAS_NEW, "Olena", previous=OLENA, now=now)


async def test_a_sign_in_and_a_lock_at_once_leave_nobody_inside(app, db, settings, now):
    resident = await a_resident(now=now)
    idle = Idle(settings.session_absolute, settings.session_absolute)

    async def sign_in() -> str:
        async with transaction():
            await actions.open_account(ANNA.number, ANNA.name, now=now)
            return await sessions.start(
                kind="resident", subject_id=resident.id, level="loa3", name=ANNA.name, now=now,
                absolute=settings.session_absolute,
            )  # fmt: skip

    for _ in range(5):
        token, _locked = await asyncio.gather(
            sign_in(), actions.lock(resident.id, now=now), return_exceptions=True
        )
        if isinstance(token, str):
            assert await sessions.find(token, now, idle) is None
        else:
            assert isinstance(token, AccountLocked)
        await actions.unlock(resident.id, now=now)


async def test_an_operator_finds_a_resident_by_number_or_is_told(db, now):
    anna = await a_resident(now=now)
    assert await actions.find(ANNA.number) == anna.id
    with pytest.raises(UnknownResident):
        await actions.find(BO.number)


async def test_a_guardian_opens_a_childs_account(db, now):
    anna = await a_resident(now=now)
    child = born("20150301")
    opened = await actions.open_childs_account(anna, child, "Elsa Andersson", now=now)

    assert await reachable(child, now=now) == opened
    assert (await people([opened]))[opened].name == "Elsa Andersson"
    [entry] = [row for row in await accesses_to(opened) if row.action == "account.opened"]
    assert (entry.actor_kind, entry.actor_id) == ("guardian", anna.id)


async def test_a_childs_account_that_is_open_stays_as_it_is(db, now):
    anna, bo = await a_resident(now=now), await a_resident(BO, now=now)
    child = born("20150301")
    first = await actions.open_childs_account(anna, child, "Elsa Andersson", now=now)
    again = await actions.open_childs_account(bo, child, "Någon Annan", now=now)

    assert again == first
    assert (await people([first]))[first].name == "Elsa Andersson"


async def test_a_child_of_thirteen_signs_in_themself(db, now):
    """domain.md 2.9: until the 13th birthday; the day begins in Sweden."""
    anna = await a_resident(now=now)
    with pytest.raises(NotAChild) as refusal:
        await actions.open_childs_account(anna, born("20131123"), "Ture", now=now)
    assert "13" in refusal.value.said("sv")
    await actions.open_childs_account(anna, born("20131124"), "Ture", now=now)
    with pytest.raises(NotAChild):
        await actions.open_childs_account(anna, born("20150301"), "Elsa", now=now, until=11)


@pytest.mark.parametrize(
    ("day", "last", "first"),
    [
        ("20130601", datetime(2026, 5, 31, 21, 59, tzinfo=UTC), datetime(2026, 5, 31, 22, tzinfo=UTC)),
        ("20160229", datetime(2029, 2, 27, 22, 59, tzinfo=UTC), datetime(2029, 2, 27, 23, tzinfo=UTC)),
        ("20130661", datetime(2026, 5, 31, 21, 59, tzinfo=UTC), datetime(2026, 5, 31, 22, tzinfo=UTC)),
    ],
)
def test_the_birthday_begins_at_midnight_in_sweden(day, last, first):
    ensure_child(born(day), until=13, now=last)
    with pytest.raises(NotAChild):
        ensure_child(born(day), until=13, now=first)


@pytest.mark.parametrize("which", ["child", "guardian"])
async def test_protected_identity_ends_it_whichever_of_the_two_has_it(which, db, now):
    anna, child = await a_resident(now=now), born("20150301")
    await actions.never_link(child if which == "child" else ANNA.number, now=now)

    with pytest.raises(NotForAGuardian):
        await actions.open_childs_account(anna, child, "Elsa", now=now)


async def test_a_child_is_nobodys_guardian_and_neither_is_a_locked_person(db, now):
    anna = await a_resident(now=now)
    child = await actions.open_childs_account(anna, born("20150301"), "Elsa", now=now)
    as_child = type(anna)(id=child, session_id=anna.session_id, name="Elsa", level="loa3")
    with pytest.raises(NotForAGuardian):
        await actions.open_childs_account(as_child, born("20180301"), "Lo", now=now)

    as_other = type(anna)(
        id=anna.id, session_id=anna.session_id, name=anna.name, level="loa3", acting_for=child
    )
    with pytest.raises(NotForAGuardian):
        await actions.open_childs_account(as_other, born("20180301"), "Lo", now=now)

    await actions.lock(anna.id, now=now)
    with pytest.raises(AccountLocked):
        await actions.open_childs_account(anna, born("20180301"), "Lo", now=now)
