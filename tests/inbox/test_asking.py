"""A letter asks its reader to confirm or to answer: what they see, what they press, what is told."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.audit.queries import accesses_to
from app.callbacks.tables import HappenedEvent
from app.errors import Missing
from app.inbox import actions, queries
from app.inbox.queries import MessageStatus
from app.inbox.rules import AlreadyExpired
from app.inbox.sealed import ActionLink
from app.residents import actions as residents
from tests import make
from tests.make import Browser, Clock

HTMX = {"HX-Request": "true"}
DAY = timedelta(days=1)
PRESS = "Bekräfta att du har läst"


@pytest.fixture
async def ward(db: None, now: datetime) -> make.Ward:
    return await make.a_ward(now=now)


async def told(kind: str) -> int:
    return int(await HappenedEvent.count().where(HappenedEvent.kind == kind))


async def status(ward: make.Ward, sent: actions.Delivered, clock: Clock) -> MessageStatus:
    return await queries.status_for(ward.care_system, sent.id, now=clock())


async def test_the_letter_says_what_is_asked_and_by_when(
    anna: Browser, ward: make.Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now, confirm_receipt=True, due_at=now + 3 * DAY)

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    last = '<time datetime="2026-11-26T09:30:00+01:00">torsdag 26 november 2026 kl. 9.30</time>'
    assert f"Bekräfta senast {last}" in page
    assert f'action="/inkorg/meddelanden/{sent.id}/bekraftelse"' in page
    assert PRESS in page


async def test_a_letter_that_asks_for_nothing_says_nothing_of_it(
    anna: Browser, ward: make.Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now)

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    assert "letter-asks" not in page
    assert PRESS not in page


async def test_confirming_without_htmx_leads_back_to_the_letter(
    anna: Browser, ward: make.Ward, clock: Clock
) -> None:
    sent = await ward.writes(anna.resident, now=clock(), confirm_receipt=True)
    thread = f"/inkorg/{sent.thread_id}"
    await anna.get(thread)
    pressed_at = clock.turn(minutes=2)

    answer = await anna.press(f"/inkorg/meddelanden/{sent.id}/bekraftelse", seen_on=thread)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{thread}#letter-{sent.id}")
    page = (await anna.get(thread)).text
    assert "Du bekräftade att du har läst måndag 23 november 2026 kl. 9.32." in page
    assert PRESS not in page
    known = await status(ward, sent, clock)
    assert (known.state, known.confirmed_at, known.read_at) == ("confirmed", pressed_at, clock() - 2 * MINUTE)


MINUTE = timedelta(minutes=1)


async def test_confirming_with_htmx_puts_the_letter_in_its_place(
    anna: Browser, ward: make.Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now, confirm_receipt=True)

    answer = await anna.press(
        f"/inkorg/meddelanden/{sent.id}/bekraftelse", seen_on=f"/inkorg/{sent.thread_id}", headers=HTMX
    )

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(f'<article id="letter-{sent.id}"')
    assert "Du bekräftade att du har läst" in answer.text


async def test_pressing_twice_is_once(anna: Browser, ward: make.Ward, clock: Clock) -> None:
    sent = await ward.writes(anna.resident, now=clock(), confirm_receipt=True)
    thread, url = f"/inkorg/{sent.thread_id}", f"/inkorg/meddelanden/{sent.id}/bekraftelse"
    first = clock()
    await anna.press(url, seen_on=thread)
    clock.turn(minutes=1)

    again = await anna.press(url, seen_on=thread)

    assert again.status_code == 303
    assert (await status(ward, sent, clock)).confirmed_at == first
    assert await told("message.confirmed") == 1
    rows = [row.action for row in await accesses_to(anna.resident.id)]
    assert rows.count("message.confirmed") == 1


async def test_of_many_presses_at_once_one_is_told(db: None, ward: make.Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    sent = await ward.writes(anna, now=now, confirm_receipt=True)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)

    await asyncio.gather(*(actions.confirm(sent.id, resident=anna, now=now) for _ in range(6)))

    assert await told("message.confirmed") == 1


async def test_what_is_over_can_be_read_and_not_confirmed(
    anna: Browser, ward: make.Ward, clock: Clock
) -> None:
    sent = await ward.writes(
        anna.resident, now=clock(), confirm_receipt=True, expires_at=clock() + 5 * MINUTE
    )
    thread, url = f"/inkorg/{sent.thread_id}", f"/inkorg/meddelanden/{sent.id}/bekraftelse"
    before = (await anna.get(thread)).text
    assert PRESS in before
    assert 'Bekräfta senast <time datetime="2026-11-23T09:35:00+01:00">' in before, "the end is the last day"
    clock.turn(minutes=5)

    refused = await anna.press(url, seen_on=thread, headers=HTMX)
    page = (await anna.get(thread)).text

    assert refused.status_code == 409
    assert refused.headers["hx-retarget"] == "#refusal"
    assert "har gått ut" in refused.text
    assert "Tiden att svara gick ut måndag 23 november 2026 kl. 9.35" in page
    assert "Välkommen till oss på tisdag." in page
    assert PRESS not in page
    assert (await status(ward, sent, clock)).state == "expired"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reply_allowed": True}, True),
        (
            {"links": (ActionLink("Svara på frågorna", "https://enkat.example.se/f", "enkat.example.se"),)},
            True,
        ),
        ({}, False),
        ({"reply_allowed": True, "due_at": 1}, True),
    ],
    ids=["reply", "link", "nothing-to-do", "own-last-day"],
)
async def test_the_end_of_what_can_be_done_is_said_while_it_can(
    anna: Browser, ward: make.Ward, clock: Clock, more: dict[str, Any], said: bool
) -> None:
    """Where a last day to answer is said, that is the one."""
    days = {"due_at": clock() + DAY} if "due_at" in more else {}
    sent = await ward.writes(anna.resident, now=clock(), expires_at=clock() + 2 * DAY, **(more | days))

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    last = "2026-11-24" if days else "2026-11-25"
    assert (f'Svara senast <time datetime="{last}T09:30:00+01:00">' in page) == said


async def test_the_last_moment_counts(db: None, ward: make.Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    sent = await ward.writes(anna, now=now, confirm_receipt=True, expires_at=now + DAY)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)
    with pytest.raises(AlreadyExpired):
        await actions.confirm(sent.id, resident=anna, now=now + DAY)

    await actions.confirm(sent.id, resident=anna, now=now + DAY - timedelta(microseconds=1))

    await actions.confirm(sent.id, resident=anna, now=now + 2 * DAY)
    assert await told("message.confirmed") == 1


async def test_a_letter_that_asks_for_no_receipt_is_not_confirmed(
    anna: Browser, ward: make.Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now)

    refused = await anna.press(
        f"/inkorg/meddelanden/{sent.id}/bekraftelse", seen_on=f"/inkorg/{sent.thread_id}", headers=HTMX
    )

    assert refused.status_code == 409
    assert "behöver du inte bekräfta" in refused.text


async def test_nobody_confirms_what_they_have_not_opened_or_what_is_somebody_elses(
    anna: Browser, bo: Browser, ward: make.Ward, now: datetime
) -> None:
    unread = await ward.writes(anna.resident, now=now, confirm_receipt=True)
    own = await ward.writes(bo.resident, now=now)
    url = f"/inkorg/meddelanden/{unread.id}/bekraftelse"

    hers = await anna.press(url, seen_on=f"/inkorg/meddelanden/{unread.id}/radering")
    theirs = await bo.press(url, seen_on=f"/inkorg/{own.thread_id}")

    assert (hers.status_code, theirs.status_code) == (404, 404)
    assert await told("message.confirmed") == 0


async def test_a_deleted_copy_is_not_confirmed(db: None, ward: make.Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    sent = await ward.writes(anna, now=now, confirm_receipt=True)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)
    await actions.delete(sent.id, resident=anna, now=now)

    with pytest.raises(Missing):
        await actions.confirm(sent.id, resident=anna, now=now)


async def test_an_answer_stands_in_the_letter(anna: Browser, ward: make.Ward, clock: Clock) -> None:
    sent = await ward.writes(
        anna.resident, now=clock(), kind="health-survey", due_at=clock() + DAY, confirm_receipt=True
    )
    thread = f"/inkorg/{sent.thread_id}"
    assert "senast" in (await anna.get(thread)).text
    at = clock.turn(minutes=5)
    await actions.answer(sent.id, answered_at=at, care_system=ward.care_system, now=at)

    page = (await anna.get(thread)).text

    assert "Ditt svar kom in måndag 23 november 2026 kl. 9.35." in page
    assert PRESS not in page
    assert "senast" not in page


async def test_a_late_answer_is_still_an_answer(anna: Browser, ward: make.Ward, clock: Clock) -> None:
    sent = await ward.writes(anna.resident, now=clock(), due_at=clock() + 5 * MINUTE)
    clock.turn(minutes=5)

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    assert "Svara senast" in page
    assert "Den tiden har passerat, men det går fortfarande bra." in page


@pytest.mark.parametrize("opened", [None, -MINUTE, timedelta(0), MINUTE])
async def test_unread_at_its_last_day_is_told_once(
    db: None, ward: make.Ward, now: datetime, opened: timedelta | None
) -> None:
    """Read in the last moment is read; whoever reads while the worker is late had not read then."""
    anna = await make.a_resident(now=now)
    due_at = now + DAY
    sent = await ward.writes(anna, now=now, due_at=due_at)
    if opened is not None:
        await actions.open_thread(sent.thread_id, resident=anna, now=due_at + opened)

    await actions.fall_due(sent.id, answered={}, now=due_at - timedelta(seconds=1))
    assert await told("message.unread-at-due") == 0
    await asyncio.gather(*(actions.fall_due(sent.id, answered={}, now=due_at + 2 * MINUTE) for _ in range(4)))

    unread = opened is None or opened > timedelta(0)
    assert await told("message.unread-at-due") == int(unread)
    known = await queries.status_for(ward.care_system, sent.id, now=due_at + DAY)
    assert known.unread_at_due is unread


async def test_an_expiry_is_told_once_and_only_of_what_was_not_done(
    db: None, ward: make.Ward, now: datetime
) -> None:
    anna = await make.a_resident(now=now)
    asked = {"confirm_receipt": True, "expires_at": now + DAY}
    left, done, answered, survey = [
        await ward.writes(anna, now=now, **asked | more)
        for more in ({}, {}, {}, {"kind": "health-survey", "due_at": now + DAY})
    ]
    for letter in (done, survey):
        await actions.open_thread(letter.thread_id, resident=anna, now=now)
        await actions.confirm(letter.id, resident=anna, now=now)
    await actions.answer(answered.id, answered_at=now, care_system=ward.care_system, now=now)

    for letter in (left, done, answered, survey) * 2:
        await actions.expire(letter.id, answered={}, now=now + DAY)

    rows = await HappenedEvent.select().where(HappenedEvent.kind == "message.expired")
    assert {row["message_id"] for row in rows} == {left.id, survey.id}
    assert len(rows) == 2
    states = [
        (await queries.status_for(ward.care_system, letter.id, now=now + DAY)).state
        for letter in (left, done, answered, survey)
    ]
    assert states == ["expired", "confirmed", "answered", "expired"]


async def test_of_who_has_died_nothing_is_awaited(db: None, ward: make.Ward, now: datetime) -> None:
    """A death stops reminders: nobody is told to write on paper to who is dead."""
    anna = await make.a_resident(now=now)
    sent = await ward.writes(anna, now=now, due_at=now + DAY, expires_at=now + 2 * DAY)
    await residents.mark_deceased(anna.id, now=now)

    await actions.fall_due(sent.id, answered={}, now=now + DAY)
    await actions.expire(sent.id, answered={}, now=now + 2 * DAY)

    assert await told("message.unread-at-due") == await told("message.expired") == 0


async def test_nothing_expires_too_early(db: None, ward: make.Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    sent = await ward.writes(anna, now=now, confirm_receipt=True, expires_at=now + DAY)

    await actions.expire(sent.id, answered={}, now=now + DAY - timedelta(seconds=1))

    assert await told("message.expired") == 0


async def test_an_answer_and_the_end_at_once_leave_an_answered_letter(
    db: None, ward: make.Ward, now: datetime
) -> None:
    """Whoever is first: the answer was given in time, and stands. The end is told at most once."""
    anna = await make.a_resident(now=now)
    end = now + DAY
    for _ in range(5):
        sent = await ward.writes(anna, now=now, due_at=end, expires_at=end)
        before = await told("message.expired")
        answered_at = end - timedelta(seconds=1)
        await asyncio.gather(
            actions.expire(sent.id, answered={}, now=end),
            *(
                actions.answer(sent.id, answered_at=answered_at, care_system=ward.care_system, now=end)
                for _ in range(3)
            ),
            actions.expire(sent.id, answered={}, now=end),
        )
        known = await queries.status_for(ward.care_system, sent.id, now=end)
        assert (known.state, known.answered_at) == ("answered", answered_at)
        assert await told("message.expired") - before in (0, 1)
    assert await told("message.answered") == 5
