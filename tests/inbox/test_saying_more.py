"""What letters can say beyond their text: in which thread they come, what they replace, who may see them."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from app.database import rows, run
from app.errors import Missing
from app.inbox import actions
from app.inbox.rules import AlreadyReplaced
from app.sessions.principals import Resident
from tests import make
from tests.make import Ward


@pytest.fixture
async def ward(db: None, now: datetime) -> Ward:
    return await make.a_ward(now=now)


@pytest.fixture
async def anna(db: None, now: datetime) -> Resident:
    return await make.a_resident(now=now)


class Flags(NamedTuple):
    reply_allowed: bool
    sensitive: bool
    hidden_from_guardians: bool
    notify: bool
    replaced_by: UUID | None


async def stored(message_id: UUID) -> Flags:
    [found] = await rows(
        Flags,
        "SELECT reply_allowed, sensitive, hidden_from_guardians, notify, replaced_by FROM messages"
        " WHERE id = {}",
        message_id,
    )
    return found


async def test_a_letter_is_closed_open_to_guardians_and_told_of_unless_it_says_otherwise(
    ward: Ward, anna: Resident, now: datetime
) -> None:
    plain = await ward.writes(anna, now=now)
    other = await ward.writes(
        anna, now=now, reply_allowed=True, sensitive=True, hidden_from_guardians=True, notify=False
    )

    assert await stored(plain.id) == (False, False, False, True, None)
    assert await stored(other.id) == (True, True, True, False, None)


async def test_the_senders_own_reference_leads_to_one_thread(
    ward: Ward, anna: Resident, now: datetime
) -> None:
    first = await ward.writes(anna, now=now, thread_reference="ärende 4711")
    second = await ward.writes(anna, now=now, thread_reference="ärende 4711")
    other = await ward.writes(anna, now=now, thread_reference="ärende 4712")

    assert first.thread_id == second.thread_id != other.thread_id
    assert first.thread_id.version == 8
    assert await run("SELECT id FROM threads") == 2
    assert await run("SELECT id FROM threads WHERE unread = 2 AND line_sealed IS NOT NULL") == 1


async def test_a_reference_is_one_clinics_one_residents_and_one_care_systems(
    ward: Ward, anna: Resident, now: datetime
) -> None:
    bo = await make.a_resident(make.BO, now=now)
    other_system = await make.a_care_system(ward.clinic, now=now, client_id="other")
    sent = [
        await ward.writes(anna, now=now, thread_reference="1"),
        await ward.writes(bo, now=now, thread_reference="1"),
        await Ward(ward.clinic, other_system).writes(anna, now=now, thread_reference="1"),
    ]

    assert len({each.thread_id for each in sent}) == 3


async def test_ten_first_letters_with_one_reference_begin_one_thread(
    ward: Ward, anna: Resident, now: datetime
) -> None:
    sent = await asyncio.gather(*(ward.writes(anna, now=now, thread_reference="samma") for _ in range(10)))

    assert len({each.thread_id for each in sent}) == 1
    assert await run("SELECT id FROM threads WHERE unread = 10") == 1


async def test_many_at_once_find_their_threads_by_reference(
    ward: Ward, anna: Resident, now: datetime
) -> None:
    letters = [
        make.a_letter(anna, ward.clinic, thread_reference=name, hidden_from_guardians=name == "b")
        for name in ("a", "b", "a", "c")
    ]
    sender = ward.care_system

    sent = await actions.deliver_all(letters, care_system_id=sender.id, by=sender.actor, now=now)

    a, b, again, c = [each.thread_id for each in sent]
    assert a == again
    assert len({a, b, c}) == 3
    assert await run("SELECT id FROM threads WHERE unread = 2") == 1
    assert [(await stored(each.id)).hidden_from_guardians for each in sent] == [False, True, False, False]


async def test_what_comes_into_a_hidden_thread_is_hidden_and_not_the_other_way_round(
    ward: Ward, anna: Resident, now: datetime
) -> None:
    secret = await ward.writes(anna, now=now, hidden_from_guardians=True)
    after = await ward.writes(anna, now=now, thread_id=secret.thread_id)
    known = await ward.writes(anna, now=now)
    within = await ward.writes(anna, now=now, thread_id=known.thread_id, hidden_from_guardians=True)
    last = await ward.writes(anna, now=now, thread_id=known.thread_id)

    hidden = [(await stored(each.id)).hidden_from_guardians for each in (secret, after, known, within, last)]

    assert hidden == [True, True, False, True, False]


async def test_a_thread_that_was_emptied_is_as_hidden_as_the_letter_that_begins_it_anew(
    ward: Ward, anna: Resident, now: datetime
) -> None:
    secret = await ward.writes(anna, now=now, hidden_from_guardians=True)
    await actions.delete(secret.id, resident=anna, now=now)

    anew = await ward.writes(anna, now=now, thread_id=secret.thread_id)

    assert not (await stored(anew.id)).hidden_from_guardians


async def an_ordination(ward: Ward, anna: Resident, now: datetime, **more: Any) -> actions.Delivered:
    return await ward.writes(anna, now=now, kind="ordination", subject="Din medicin", **more)


async def test_an_ordination_is_replaced_once(ward: Ward, anna: Resident, now: datetime) -> None:
    old = await an_ordination(ward, anna, now)
    new = await an_ordination(ward, anna, now + timedelta(days=1), replaces=old.id)

    assert (await stored(old.id)).replaced_by == new.id
    with pytest.raises(AlreadyReplaced):
        await an_ordination(ward, anna, now, replaces=old.id)
    await an_ordination(ward, anna, now, replaces=new.id)


async def test_without_replaces_nothing_is_replaced(ward: Ward, anna: Resident, now: datetime) -> None:
    old = await an_ordination(ward, anna, now)
    await an_ordination(ward, anna, now, thread_id=old.thread_id)

    assert (await stored(old.id)).replaced_by is None


async def test_only_the_clinics_own_ordination_to_the_same_resident_is_replaced(
    ward: Ward, anna: Resident, now: datetime
) -> None:
    bo = await make.a_resident(make.BO, now=now)
    theirs = await an_ordination(ward, bo, now)
    letter = await ward.writes(anna, now=now)
    other = Ward(await make.another_clinic(now=now), ward.care_system)
    another = await an_ordination(other, anna, now)

    for id in (theirs.id, letter.id, another.id, UUID(int=7)):
        with pytest.raises(Missing) as missing:
            await an_ordination(ward, anna, now, replaces=id)
        assert (missing.value.kind, missing.value.id) == ("ordination", id)
    assert await run("SELECT id FROM messages") == 3
