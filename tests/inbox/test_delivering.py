"""A letter arrives: available in the inbox, sealed in the database, in one thread by subject."""

from datetime import datetime

import pytest

from app.audit.queries import accesses_to
from app.callbacks.tables import HappenedEvent
from app.database import POSTGRES, run, statements
from app.errors import Missing
from app.inbox import actions, queries
from app.inbox.rules import UnknownThread
from app.inbox.tables import Message, Thread
from tests import make
from tests.make import Clock


async def test_a_letter_opens_a_thread_with_its_subject_and_sender(db: None, now: datetime) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)

    delivered = await ward.writes(anna, now=now, subject="Välkommen")

    inbox = await queries.inbox_for(anna, older_than=None, now=now)
    [line] = inbox.lines
    assert (line.id, line.subject, line.clinic_name) == (delivered.thread_id, "Välkommen", "Knäkliniken")
    assert (line.last_at, line.unread, inbox.unread, inbox.older) == (now, 1, 1, None)


async def test_a_second_letter_in_the_thread_moves_it_up(db: None, clock: Clock) -> None:
    anna, ward = await make.a_resident(now=clock()), await make.a_ward(now=clock())
    first = await ward.writes(anna, now=clock(), subject="Först")
    await ward.writes(anna, now=clock.turn(hours=1), subject="Sedan")
    await ward.writes(anna, now=clock.turn(hours=1), subject="Svar", thread_id=first.thread_id)

    inbox = await queries.inbox_for(anna, older_than=None, now=clock())

    assert [(line.subject, line.unread) for line in inbox.lines] == [("Först", 2), ("Sedan", 1)]


async def test_nobody_elses_thread_takes_a_letter(db: None, now: datetime) -> None:
    anna, bo = await make.a_resident(now=now), await make.a_resident(make.BO, now=now)
    ward = await make.a_ward(now=now)
    bos = await ward.writes(bo, now=now)

    with pytest.raises(UnknownThread):
        await ward.writes(anna, now=now, thread_id=bos.thread_id)

    assert await Message.count() == 1


async def test_another_clinics_thread_takes_no_letter(db: None, now: datetime) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    other = await make.a_clinic(
        make.OTHER_HSA_ID, now=now, provider="Annan vård", organisation_number="5560000001"
    )
    mine = await ward.writes(anna, now=now)

    with pytest.raises(UnknownThread):
        await ward._replace(clinic=other).writes(anna, now=now, thread_id=mine.thread_id)


async def test_a_page_holds_twenty_threads_and_leads_to_the_older_ones(db: None, clock: Clock) -> None:
    anna, ward = await make.a_resident(now=clock()), await make.a_ward(now=clock())
    for number in range(45):
        await ward.writes(anna, now=clock.turn(minutes=number % 2), subject=f"Brev {number}")

    seen: list[list[str]] = []
    cursor = None
    while True:
        page = await queries.inbox_for(anna, older_than=cursor, now=clock())
        seen.append([line.subject for line in page.lines])
        cursor = page.older
        if cursor is None:
            break

    assert [len(page) for page in seen] == [20, 20, 5]
    newest_first = [f"Brev {number}" for number in reversed(range(45))]
    assert [subject for page in seen for subject in page] == newest_first


async def test_the_sender_knows_that_it_is_delivered_and_when_it_was_read(db: None, clock: Clock) -> None:
    anna, ward = await make.a_resident(now=clock()), await make.a_ward(now=clock())
    sent = await ward.writes(anna, now=clock())
    delivered_at = clock()
    assert (await queries.status_for(ward.care_system, sent.id, now=clock())).read_at is None

    read_at = clock.turn(minutes=5)
    await actions.open_thread(sent.thread_id, resident=anna, now=read_at)
    await actions.open_thread(sent.thread_id, resident=anna, now=clock.turn(minutes=5))

    status = await queries.status_for(ward.care_system, sent.id, now=clock())
    assert (status.delivered_at, status.read_at) == (delivered_at, read_at), "read once, and never again"


async def test_another_providers_care_system_learns_nothing(db: None, now: datetime) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    other = await make.a_clinic(
        make.OTHER_HSA_ID, now=now, provider="Annan vård", organisation_number="5560000001"
    )
    stranger = await make.a_care_system(other, now=now, client_id="annan")
    sent = await ward.writes(anna, now=now)

    with pytest.raises(Missing):
        await queries.status_for(stranger, sent.id, now=now)


async def test_delivering_and_reading_are_written_down(db: None, now: datetime) -> None:
    """ASVS 16.3.2; care unit, time, who and whose (HSLF-FS 2016:40 4 kap. 9 §)."""
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    sent = await ward.writes(anna, now=now)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)
    await queries.thread_for(anna, sent.thread_id, now=now)

    await queries.status_for(ward.care_system, sent.id, now=now)
    written = {access.action: access for access in await accesses_to(anna.id)}

    assert set(written) == {
        "account.opened",
        "message.delivered",
        "message.first-read",
        "message.status-read",
        "thread.read",
    }
    assert written["message.status-read"].care_unit == make.HSA_ID
    assert written["message.delivered"].actor_id == ward.care_system.id
    assert written["message.delivered"].care_unit == make.HSA_ID
    assert written["message.first-read"].object_id == str(sent.id)


async def test_a_failed_delivery_leaves_nothing(db: None, now: datetime) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    broken = ward._replace(care_system=None)  # type: ignore[arg-type]

    with pytest.raises(AttributeError):
        await broken.writes(anna, now=now)

    assert (await Thread.count(), await Message.count()) == (0, 0)


async def test_a_failed_event_takes_the_delivery_with_it(db: None, now: datetime) -> None:
    """Nothing is delivered that nobody will be told of, and nothing is told that was not delivered."""
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    await run("ALTER TABLE outbox RENAME TO outbox_away")
    try:
        with pytest.raises(Exception, match="outbox"):
            await ward.writes(anna, now=now)
    finally:
        await run("ALTER TABLE outbox_away RENAME TO outbox")

    assert (await Message.count(), await HappenedEvent.count()) == (0, 0)


@pytest.mark.parametrize("unread", [1, 10])
async def test_opening_a_thread_costs_as_many_statements_however_many_are_unread(
    db: None, now: datetime, unread: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    sent = await ward.writes(anna, now=now)
    for _ in range(unread - 1):
        await ward.writes(anna, now=now, thread_id=sent.thread_id)
    asked, fetch = [], statements._fetch

    async def counted(sql: str, args: list[object]) -> object:
        asked.append(sql.split(" (", maxsplit=1)[0])
        return await fetch(sql, args)

    monkeypatch.setattr(statements, "_fetch", counted)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)

    written = [sql for sql in asked if "pg_attribute" not in sql]
    assert [sql.split(" ")[:3] for sql in written[:3]] == [
        ["UPDATE", "threads", "SET"],
        ["UPDATE", "messages", "SET"],
        ["INSERT", "INTO", "audit"],
    ]
    assert len(written) == (4 if POSTGRES else 5), "the event and its job, in one statement or two"
    assert await HappenedEvent.count().where(HappenedEvent.kind == "message.read") == unread


async def test_what_was_read_before_is_told_once(db: None, clock: Clock) -> None:
    anna, ward = await make.a_resident(now=clock()), await make.a_ward(now=clock())
    sent = await ward.writes(anna, now=clock())
    for _ in range(3):
        await actions.open_thread(sent.thread_id, resident=anna, now=clock.turn(minutes=1))

    events = await HappenedEvent.select().order_by(HappenedEvent.id)
    assert [(event["kind"], event["actor_kind"]) for event in events] == [
        ("message.delivered", "care-system"),
        ("message.read", "resident"),
    ]
    for event in events:
        assert (event["message_id"], event["thread_id"]) == (sent.id, sent.thread_id)
        assert event["care_system_id"] == ward.care_system.id
        assert event["provider_id"] == ward.clinic.provider_id
