"""A resident's deletion destroys the resident's copy for good, and nothing else."""

import asyncio
from datetime import datetime

import pytest

from app import vault
from app.errors import Missing
from app.inbox import actions, queries
from app.inbox.tables import Message, Thread
from app.vault import Place, Unreadable
from tests import make
from tests.make import Clock


async def test_the_copy_is_gone_and_the_thread_stays(db: None, clock: Clock) -> None:
    anna, ward = await make.a_resident(now=clock()), await make.a_ward(now=clock())
    first = await ward.writes(anna, now=clock(), subject="Först")
    second = await ward.writes(anna, now=clock.turn(hours=1), subject="Svar", thread_id=first.thread_id)
    await actions.open_thread(first.thread_id, resident=anna, now=clock())

    await actions.delete(second.id, resident=anna, now=clock.turn(hours=1))

    thread = await queries.thread_for(anna, first.thread_id, now=clock())
    assert [letter.id for letter in thread.letters] == [first.id]
    [line] = (await queries.inbox_for(anna, older_than=None, now=clock())).lines
    assert line.last_at == first.delivered_at


async def test_the_key_of_the_residents_copy_is_destroyed_and_the_providers_opens(
    db: None, now: datetime
) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    sent = await ward.writes(anna, now=now, subject="Hemligt")
    await actions.delete(sent.id, resident=anna, now=now)

    [row] = await Message.select().where(Message.id == sent.id)

    assert row["resident_key"] is None
    place = Place(str(ward.clinic.provider_id), "messages", "provider_key", sent.id)
    key = vault.unwrap(row["provider_key"], place)
    content = vault.unseal(row["content_sealed"], key, place._replace(column="content_sealed"))
    assert b"Hemligt" in content


async def test_a_providers_key_does_not_pass_for_the_residents(db: None, now: datetime) -> None:
    """Associated data binds provider, table, column and row: nothing can be put back by swapping."""
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    sent = await ward.writes(anna, now=now)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)
    [row] = await Message.select().where(Message.id == sent.id)
    await Message.update({Message.resident_key: row["provider_key"]}).where(Message.id == sent.id)

    with pytest.raises(Unreadable):
        await queries.thread_for(anna, sent.thread_id, now=now)


async def test_the_last_deletion_blanks_the_threads_line(db: None, now: datetime) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    sent = await ward.writes(anna, now=now)

    await actions.delete(sent.id, resident=anna, now=now)

    assert (await queries.inbox_for(anna, older_than=None, now=now)).lines == []
    [row] = await Thread.select()
    assert (row["line_sealed"], row["unread"]) == (None, 0)


async def test_a_new_letter_brings_an_emptied_thread_back(db: None, clock: Clock) -> None:
    anna, ward = await make.a_resident(now=clock()), await make.a_ward(now=clock())
    sent = await ward.writes(anna, now=clock())
    await actions.delete(sent.id, resident=anna, now=clock())

    await ward.writes(anna, now=clock.turn(days=1), subject="Igen", thread_id=sent.thread_id)

    [line] = (await queries.inbox_for(anna, older_than=None, now=clock())).lines
    assert (line.subject, line.unread) == ("Igen", 1)


async def test_nobody_deletes_somebody_elses(db: None, now: datetime) -> None:
    anna, bo = await make.a_resident(now=now), await make.a_resident(make.BO, now=now)
    sent = await (await make.a_ward(now=now)).writes(anna, now=now)

    with pytest.raises(Missing):
        await actions.delete(sent.id, resident=bo, now=now)

    assert (await queries.inbox_for(anna, older_than=None, now=now)).lines


async def test_of_two_presses_one_deletes(db: None, now: datetime) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    sent = await ward.writes(anna, now=now)

    results = await asyncio.gather(
        *(actions.delete(sent.id, resident=anna, now=now) for _ in range(5)), return_exceptions=True
    )

    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert sum(isinstance(result, Missing) for result in results) == 4


async def test_a_deletion_keeps_the_receipt(db: None, now: datetime) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    sent = await ward.writes(anna, now=now)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)
    await actions.delete(sent.id, resident=anna, now=now)

    assert (await queries.status_for(ward.care_system, sent.id, now=now)).read_at == now
