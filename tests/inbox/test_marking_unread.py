"""A thread may be marked as unread again. What has been read has been read."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import app
from app.audit.queries import accesses_to
from app.callbacks.tables import HappenedEvent
from app.errors import Missing
from app.inbox import actions, queries
from tests import make
from tests.make import Browser, Clock

HTMX = {"HX-Request": "true"}


@pytest.fixture
async def ward(db: None, now: datetime) -> make.Ward:
    return await make.a_ward(now=now)


async def test_it_stands_among_the_unread_and_the_receipt_stays(
    anna: Browser, ward: make.Ward, clock: Clock
) -> None:
    sent = await ward.writes(anna.resident, now=clock())
    thread = f"/inkorg/{sent.thread_id}"
    read_at = clock.turn(minutes=1)
    await anna.get(thread)
    clock.turn(minutes=1)

    answer = await anna.press(f"{thread}/olast", seen_on=thread)

    assert (answer.status_code, answer.headers["location"]) == (303, "/inkorg")
    inbox = (await anna.get("/inkorg")).text
    assert '<strong class="unread-mark">Oläst</strong>' in inbox
    assert "Du har 1 oläst konversation." in inbox
    known = await queries.status_for(ward.care_system, sent.id, now=clock())
    assert (known.state, known.read_at) == ("read", read_at)

    clock.turn(minutes=1)
    await anna.get(thread)
    assert "Oläst" not in (await anna.get("/inkorg")).text
    again = await queries.status_for(ward.care_system, sent.id, now=clock())
    assert again.read_at == read_at
    kinds = sorted(row["kind"] for row in await HappenedEvent.select(HappenedEvent.kind))
    assert kinds == ["message.delivered", "message.read"]
    assert "thread.marked-unread" in {row.action for row in await accesses_to(anna.resident.id)}


async def test_with_htmx_it_leads_to_the_list_as_well(anna: Browser, ward: make.Ward, now: datetime) -> None:
    sent = await ward.writes(anna.resident, now=now)
    thread = f"/inkorg/{sent.thread_id}"

    answer = await anna.press(f"{thread}/olast", seen_on=thread, headers=HTMX)

    assert answer.headers["hx-redirect"] == "/inkorg"


async def test_the_count_is_right_after_each_step(db: None, ward: make.Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    first = await ward.writes(anna, now=now)

    async def unread() -> int:
        [line] = (await queries.inbox_for(anna, older_than=None, now=now)).lines
        return line.unread

    await actions.mark_unread(first.thread_id, resident=anna, now=now)
    assert await unread() == 1, "it was unread as it was"
    await actions.open_thread(first.thread_id, resident=anna, now=now)
    await actions.mark_unread(first.thread_id, resident=anna, now=now)
    await actions.mark_unread(first.thread_id, resident=anna, now=now)
    assert await unread() == 1
    second = await ward.writes(anna, now=now, thread_id=first.thread_id)
    assert await unread() == 2
    await actions.delete(first.id, resident=anna, now=now)
    assert await unread() == 1
    await actions.open_thread(first.thread_id, resident=anna, now=now)
    assert await unread() == 0
    assert (await queries.status_for(ward.care_system, second.id, now=now)).read_at == now


async def test_nobody_marks_what_is_somebody_elses(bo: Browser, ward: make.Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    theirs, own = await ward.writes(anna, now=now), await ward.writes(bo.resident, now=now)
    await actions.open_thread(theirs.thread_id, resident=anna, now=now)

    answer = await bo.press(f"/inkorg/{theirs.thread_id}/olast", seen_on=f"/inkorg/{own.thread_id}")

    assert answer.status_code == 404
    assert (await queries.inbox_for(anna, older_than=None, now=now)).unread == 0


async def test_a_thread_without_letters_is_not_marked(db: None, ward: make.Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    sent = await ward.writes(anna, now=now)
    await actions.delete(sent.id, resident=anna, now=now)

    with pytest.raises(Missing):
        await actions.mark_unread(sent.thread_id, resident=anna, now=now)


async def test_a_guardian_marks_what_they_see_and_nothing_that_is_hidden(
    db: None, ward: make.Ward, now: datetime
) -> None:
    child = await make.a_resident(now=now)
    guardian = replace(await make.a_resident(make.BO, now=now), acting_for=child.id)
    shown, hidden = [
        await ward.writes(child, now=now, hidden_from_guardians=is_hidden) for is_hidden in (False, True)
    ]
    for sent in (shown, hidden):
        await actions.open_thread(sent.thread_id, resident=child, now=now)

    await actions.mark_unread(shown.thread_id, resident=guardian, now=now)
    with pytest.raises(Missing):
        await actions.mark_unread(hidden.thread_id, resident=guardian, now=now)

    lines = (await queries.inbox_for(child, older_than=None, now=now)).lines
    assert {line.id for line in lines if line.unread} == {shown.thread_id}


def test_no_statement_of_ours_takes_a_receipt_back() -> None:
    """Whatever sets `read_at` sets it where there is none."""
    code = "\n".join(path.read_text("utf-8") for path in Path(app.__file__).parent.rglob("*.py"))
    setting = re.findall(r"UPDATE messages\b[^;]{0,40}?\bSET\b[^;]{0,200}?\bread_at = [^;]{0,200}", code)

    assert len(setting) == 2
    assert all("read_at IS NULL" in each for each in setting)
