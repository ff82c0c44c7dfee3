"""Letters that ask for something stand among what awaits an answer, until it is done or too late."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.database import uuid7
from app.inbox import actions
from app.inbox.queries import awaiting_for
from app.to_do.queries import everything_for
from tests import make
from tests.make import Browser, Clock, Ward

DAY = timedelta(days=1)
NOTHING = "Inget väntar på ditt svar"


async def page_of(anna: Browser) -> str:
    return (await anna.get("/att-gora")).text


@pytest.mark.parametrize(
    ("asks", "what"),
    [
        ({"confirm_receipt": True}, "Bekräfta att du har läst meddelandet från Knäkliniken"),
        ({}, "Svara på meddelandet från Knäkliniken"),
        ({"kind": "health-survey"}, "Svara på hälsoenkäten från Knäkliniken"),
    ],
)
async def test_each_says_what_to_do_with_whom_and_by_when(
    anna: Browser, ward: Ward, now: datetime, asks: dict[str, Any], what: str
) -> None:
    sent = await ward.writes(anna.resident, now=now, due_at=now + 3 * DAY, **asks)

    page = await page_of(anna)

    for words in (
        f'<a href="/inkorg/{sent.thread_id}#letter-{sent.id}">{what}</a>',
        'Svara senast <time datetime="2026-11-26T09:30:00+01:00">torsdag 26 november 2026 kl. 9.30</time>',
        "Gäller: <bdi>Inför ditt besök</bdi>",
        "En sak väntar på ditt svar",
        "<title>Att göra, 1 väntar",
    ):
        assert words in page, words


async def test_letters_and_summonses_stand_by_deadline_across_threads(
    anna: Browser, ward: Ward, visits: Any, now: datetime
) -> None:
    someday = await ward.writes(anna.resident, now=now, confirm_receipt=True)
    last = await ward.writes(anna.resident, now=now, due_at=now + 9 * DAY)
    call = await make.a_summons(ward, anna.resident, visits, now=now, book_by=now + 5 * DAY)
    first = await ward.writes(anna.resident, now=now, due_at=now + DAY)

    page = await page_of(anna)

    order = [page.index(str(id)) for id in (first.id, call.id, last.id, someday.id)]
    assert order == sorted(order)
    assert "4 saker väntar på ditt svar" in page
    assert "Det finns ingen sista dag att svara" in page


async def test_what_only_ends_has_that_for_its_last_day(anna: Browser, ward: Ward, now: datetime) -> None:
    await ward.writes(anna.resident, now=now, confirm_receipt=True, expires_at=now + 2 * DAY)
    first = await ward.writes(anna.resident, now=now, confirm_receipt=True, due_at=now + DAY)
    last = await ward.writes(anna.resident, now=now, confirm_receipt=True, due_at=now + 3 * DAY)

    page = await page_of(anna)

    ends = page.index('Svara senast <time datetime="2026-11-25T09:30:00+01:00">')
    assert page.index(str(first.id)) < ends < page.index(str(last.id))
    assert "ingen sista dag" not in page


async def test_what_asks_for_nothing_is_not_there(anna: Browser, ward: Ward, now: datetime) -> None:
    await ward.writes(anna.resident, now=now, expires_at=now + DAY)

    assert NOTHING in await page_of(anna)


async def test_a_confirmed_letter_is_done_and_a_survey_awaits_its_answer(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    asks: dict[str, Any] = {"confirm_receipt": True, "due_at": now + DAY}
    letter = await ward.writes(anna.resident, now=now, **asks)
    survey = await ward.writes(anna.resident, now=now, kind="health-survey", **asks)
    for sent in (letter, survey):
        await actions.open_thread(sent.thread_id, resident=anna.resident, now=now)
        await actions.confirm(sent.id, resident=anna.resident, now=now)

    page = await page_of(anna)
    assert str(letter.id) not in page
    assert "Svara på hälsoenkäten från Knäkliniken" in page

    await actions.answer(survey.id, answered_at=now, care_system=ward.care_system, now=now)
    assert NOTHING in await page_of(anna)


async def test_it_stays_when_its_last_day_is_past_and_goes_when_it_expires(
    anna: Browser, ward: Ward, clock: Clock
) -> None:
    now = clock()
    minute = timedelta(minutes=1)
    await ward.writes(anna.resident, now=now, due_at=now + minute, expires_at=now + 3 * minute)
    assert "Svara senast" in await page_of(anna)

    clock.turn(minutes=1)
    assert "Sista dag var" in await page_of(anna)

    clock.turn(minutes=2)
    assert NOTHING in await page_of(anna)


async def test_a_deleted_letter_awaits_nothing(anna: Browser, ward: Ward, now: datetime) -> None:
    sent = await ward.writes(anna.resident, now=now, due_at=now + DAY)
    await actions.delete(sent.id, resident=anna.resident, now=now)

    assert NOTHING in await page_of(anna)


async def test_what_waits_to_be_delivered_is_not_there(anna: Browser, ward: Ward, now: datetime) -> None:
    letter = make.a_letter(anna.resident, ward.clinic, due_at=now + 2 * DAY)
    waiting = actions.waiting(letter, b"{}", publish_at=now + DAY, care_system_id=ward.care_system.id)
    sender = ward.care_system
    await actions.schedule([waiting], care_system_id=sender.id, by=sender.actor, now=now)

    assert NOTHING in await page_of(anna)


async def test_a_subject_that_is_not_for_lists_is_not_for_this_one(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    await ward.writes(anna.resident, now=now, kind="test-result", subject="Ditt HbA1c", confirm_receipt=True)

    page = await page_of(anna)

    assert "HbA1c" not in page
    assert "Gäller: <bdi>Provsvar</bdi>" in page


async def test_another_language_is_marked(anna: Browser, ward: Ward, now: datetime) -> None:
    await ward.writes(anna.resident, now=now, subject="Before your visit", language="en", due_at=now + DAY)

    assert '<bdi lang="en">Before your visit</bdi>' in await page_of(anna)


async def test_guardians_do_not_see_what_is_hidden_from_them(db: None, ward: Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    shown = await ward.writes(anna, now=now, due_at=now + DAY)
    hidden = await ward.writes(anna, now=now, due_at=now + DAY, hidden_from_guardians=True)
    guardian = replace(anna, id=uuid7(), acting_for=anna.id)

    assert {letter.id for letter in await awaiting_for(anna, now=now)} == {shown.id, hidden.id}
    assert {letter.id for letter in await awaiting_for(guardian, now=now)} == {shown.id}


async def test_what_others_have_to_do_is_theirs_alone(bo: Browser, ward: Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    await ward.writes(anna, now=now, due_at=now + DAY)

    assert await everything_for(bo.resident, now=now) == []
    assert NOTHING in await page_of(bo)
