"""What a letter encloses stays; what no letter has enclosed in a week goes, and leaves nothing."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from app.attachments import actions
from app.attachments.actions import ERASE, keep, sweep
from app.attachments.gateways.desk import Desk
from app.attachments.gateways.staging import staged
from app.attachments.gateways.storing import Away
from app.attachments.queries import enclosures, standing_for
from app.attachments.sealed import Enclosure
from app.attachments.worker import works
from app.database import rows, run, transaction
from app.errors import Missing
from app.outbox.tables import Job
from app.outbox.worker import Worker
from tests import make
from tests.attachments.files import a_pdf
from tests.make import STORE, Clock, Ward

WEEK = timedelta(days=7)


class Stored(NamedTuple):
    name_sealed: bytes
    key_wrapped: bytes


def file_of(id: UUID) -> Path:
    return STORE / str(id)[-2:] / str(id)


async def test_an_unused_file_goes_after_a_week(ward: Ward, clock: Clock) -> None:
    used, unused = [await make.an_attachment(ward, a_pdf(), now=clock()) for _ in range(2)]
    anna = await make.a_resident(now=clock())
    await ward.writes(anna, now=clock(), attachments=(used,))
    worker = Worker(works(make.a_desk()), clock)

    assert await sweep(clock() + WEEK) == 0
    clock.turn(days=7, seconds=1)
    assert await sweep(clock()) == 1
    await worker.run_due()

    assert file_of(used.id).exists()
    assert not file_of(unused.id).exists()
    assert (await standing_for(ward.care_system, used.id, now=clock())).goes_at is None
    with pytest.raises(Missing):
        await standing_for(ward.care_system, unused.id, now=clock())


async def test_a_letter_that_comes_when_its_file_has_just_gone_is_refused(ward: Ward, clock: Clock) -> None:
    file = await make.an_attachment(ward, a_pdf(), now=clock())
    anna = await make.a_resident(now=clock())
    assert await sweep(clock.turn(days=8)) == 1

    with pytest.raises(Missing):
        await ward.writes(anna, now=clock(), attachments=(file,))

    assert await run("SELECT id FROM messages") == 0


async def test_keeping_and_sweeping_at_once_leaves_no_letter_without_its_file(
    ward: Ward, clock: Clock
) -> None:
    files = [await make.an_attachment(ward, a_pdf(), now=clock()) for _ in range(4)]
    clock.turn(days=8)

    async def kept(file: Enclosure) -> bool:
        async with transaction():
            await keep({file.id}, now=clock())
        return True

    said = await asyncio.gather(*map(kept, files), sweep(clock()), return_exceptions=True)

    left = {file.id for file in files if await run("SELECT 1 AS x FROM attachments WHERE id = {}", file.id)}
    assert left == {file.id for file, is_kept in zip(files, said, strict=False) if is_kept is True}


async def test_a_file_may_be_enclosed_by_many_letters_at_once(ward: Ward, now: datetime) -> None:
    file = await make.an_attachment(ward, a_pdf(), now=now)
    anna, bo = await make.a_resident(now=now), await make.a_resident(make.BO, now=now)

    await asyncio.gather(*[ward.writes(to, now=now, attachments=(file,)) for to in (anna, bo) * 4])

    assert await run("SELECT id FROM messages") == 8


async def test_a_file_that_nobody_got_to_know_of_is_erased(ward: Ward, clock: Clock) -> None:
    """Whoever stored it died before it was in the database: an hour later it is gone."""
    sender = ward.care_system
    async with staged(make.in_parts(a_pdf()), provider_id=sender.provider_id) as file:
        taken = await actions.receive(
            file,
            name="Råd.pdf",
            declared="application/pdf",
            care_system=sender,
            desk=make.a_desk(),
            now=clock(),
        )
    id = taken.staged.lock.id
    worker = Worker(works(make.a_desk()), clock)
    await worker.run_due()
    assert file_of(id).exists()

    clock.turn(hours=1, seconds=1)
    await worker.run_due()

    assert not file_of(id).exists()


async def test_an_hour_later_a_file_that_is_known_stays(ward: Ward, clock: Clock) -> None:
    file = await make.an_attachment(ward, a_pdf(), now=clock())

    clock.turn(hours=1, seconds=1)
    await Worker(works(make.a_desk()), clock).run_due()

    assert file_of(file.id).exists()


async def test_what_cannot_be_erased_now_is_tried_again(
    ward: Ward, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = await make.an_attachment(ward, a_pdf(), now=clock())
    desk: Desk = make.a_desk()
    away = True

    async def erase(id: UUID) -> None:
        if away:
            raise Away
        file_of(id).unlink(missing_ok=True)

    monkeypatch.setattr(desk.store, "erase", erase)
    await sweep(clock.turn(days=8))
    worker = Worker(works(desk), clock)
    await worker.run_due()
    assert file_of(file.id).exists()

    away = False
    clock.turn(seconds=2)
    await worker.run_due()

    assert not file_of(file.id).exists()
    assert await Job.count().where(Job.kind == ERASE, Job.done_at.is_null()) == 0


async def test_tests_and_life_are_apart(ward: Ward, now: datetime) -> None:
    file = await make.an_attachment(ward, a_pdf(), now=now)
    tester = replace(ward.care_system, test=True)

    with pytest.raises(Missing):
        await enclosures([file.id], care_system=tester)
    with pytest.raises(Missing):
        await standing_for(tester, file.id, now=now)


async def test_nothing_clear_is_in_the_store_or_the_database(ward: Ward, now: datetime) -> None:
    content = a_pdf(title="Meniskskadan syns på bilden")
    file = await make.an_attachment(ward, content, now=now, name="Annas knä.pdf")

    sealed = file_of(file.id).read_bytes()

    for clear in (b"%PDF-", b"Helvetica", "Meniskskadan".encode("utf-16-be"), content[100:140], file.key):
        assert clear not in sealed
    [stored] = await rows(Stored, "SELECT name_sealed, key_wrapped FROM attachments")
    assert "knä".encode() not in stored.name_sealed
    assert file.key not in stored.name_sealed + stored.key_wrapped
