"""Confirming, cancelling, and taking the cancelled time back: with HTMX, without, refused."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.booking.queries import TimeType, history_of
from tests import make
from tests.make import Browser, Clock, Ward
from tests.summons.flow import HTMX, TERMS, answers, books, case, holds, takes

SHAPES = pytest.mark.parametrize("headers", [{}, HTMX], ids=["without", "with-htmx"])


@SHAPES
@pytest.mark.parametrize(
    ("what", "state"), [("bekraftelse", "confirmed"), ("avbokning", "cancelled"), ("samma-tid", "booked")]
)
async def test_an_answer_leads_to_the_card_in_the_thread(
    anna: Browser,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    now: datetime,
    what: str,
    state: str,
    headers: dict[str, str],
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    if what == "samma-tid":
        await answers(anna, sent, "avbokning")
    page = f"/kallelser/{sent.id}"
    form = {"seen": (await case(anna, sent)).seen}

    answer = await anna.press(f"{page}/{what}", seen_on=page, form=form, headers=headers)

    there = answer.headers["hx-redirect"] if headers else answer.headers["location"]
    assert answer.status_code == (200 if headers else 303)
    assert there == f"/inkorg/{sent.thread_id}?svar={round(now.timestamp() * 1000)}#summons-{sent.id}"
    assert (await case(anna, sent)).state(now) == state


@SHAPES
@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("bekraftelse", "Tiden har ändrats sedan du såg den."),
        ("avbokning", "Tiden har ändrats sedan du såg den."),
        ("samma-tid", "Det finns ingen avbokad tid att boka igen."),
    ],
)
async def test_an_old_page_is_refused_in_words(
    anna: Browser,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    now: datetime,
    what: str,
    sentence: str,
    headers: dict[str, str],
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    old = (await case(anna, sent)).seen
    await books(anna, sent, times[1], to="ombokning")

    page = f"/kallelser/{sent.id}"
    answer = await anna.press(f"{page}/{what}", seen_on=page, form={"seen": old}, headers=headers)

    assert answer.status_code == 409
    assert sentence in answer.text
    assert "hx-retarget" not in answer.headers, "it is said where the button was"
    assert "Din tid är ombokad" in answer.text, "and there it stands how things are now"
    assert (await case(anna, sent)).state(now) == "rebooked"


@SHAPES
async def test_terms_are_ticked_before_a_time_is_confirmed(
    anna: Browser,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    now: datetime,
    headers: dict[str, str],
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], details=TERMS)
    page = f"/kallelser/{sent.id}"
    form = {"seen": (await case(anna, sent)).seen}

    wrong = await anna.press(f"{page}/bekraftelse", seen_on=page, form=form, headers=headers)
    right = await anna.press(f"{page}/bekraftelse", seen_on=page, form=form | {"accepted": "1"})

    assert wrong.status_code == 422
    assert f'<a href="#accepted-{sent.id}">Läs villkoren och kryssa i att du godkänner dem.</a>' in wrong.text
    assert f'id="accepted-{sent.id}-error"' in wrong.text
    assert ("<title>Fel:" in wrong.text) == (not headers)
    assert right.status_code == 303


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("closed", "Du får ingen ny tid. Ring mottagningen om du behöver en."),
        ("open", "Sedan kan du boka en ny tid här."),
        ("clinic", "Sedan hör mottagningen av sig om en ny tid."),
    ],
)
async def test_cancelling_asks_first_and_says_what_follows(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, after: str, words: str
) -> None:
    sent = await make.a_summons(
        ward, anna.resident, visits, now=now, slot_id=times[0], after_cancellation=after
    )

    page = await anna.get(f"/kallelser/{sent.id}/avbokning")
    fragment = await anna.get(f"/kallelser/{sent.id}/avbokning", headers=HTMX)

    for html in (page.text, fragment.text):
        assert "måndag 30 november 2026 kl. 9.30" in html
        assert "Tiden blir ledig för andra på en gång." in html
        assert words in html
    assert "<title>Vill du avboka tiden?" in page.text
    assert fragment.text.lstrip().startswith(f'<section id="cancellation-{sent.id}"')
    assert fragment.headers["hx-push-url"] == f"/kallelser/{sent.id}/avbokning"
    assert (await case(anna, sent)).state(now) == "to-confirm"


async def test_a_reason_for_cancelling_reaches_the_clinic_or_is_asked_to_be_shorter(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])

    wrong = await answers(anna, sent, "avbokning", reason="b" * 151)
    right = await answers(anna, sent, "avbokning", reason="  Jag är sjuk.  ")

    assert wrong.status_code == 422
    assert "b" * 151 in wrong.text
    assert f'<a href="#reason-{sent.id}">Korta det du har skrivit' in wrong.text
    assert right.status_code == 303
    assert [(step.action, step.reason) for step in await history_of(sent.id)] == [
        ("booked", ""),
        ("cancelled", "Jag är sjuk."),
    ]


async def test_the_same_time_is_offered_back_only_while_it_is_free(
    anna: Browser, bo: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=clock(), slot_id=times[0])
    others = await make.a_summons(ward, bo.resident, visits, now=clock())
    await answers(anna, sent, "avbokning")
    free = (await anna.get(f"/kallelser/{sent.id}")).text
    await takes(bo, others, times[0], clock)

    taken = (await anna.get(f"/kallelser/{sent.id}")).text
    answer = await anna.press(
        f"/kallelser/{sent.id}/samma-tid",
        seen_on=f"/kallelser/{sent.id}",
        form={"seen": (await case(anna, sent)).seen},
        headers=HTMX,
    )

    assert "Boka samma tid igen" in free
    assert "Boka samma tid igen" not in taken
    assert answer.status_code == 409
    assert "Tiden går inte att boka igen" in answer.text
    assert "Välj en annan tid" not in answer.text, "there is none to choose"
    assert "Boka samma tid igen" not in answer.text
    assert answer.text.lstrip().startswith(f'<section id="summons-{sent.id}"')


async def test_where_another_time_can_be_booked_the_nearest_are_offered_at_once(
    anna: Browser, bo: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    now = clock()
    sent = await make.a_summons(
        ward, anna.resident, visits, now=now, slot_id=times[0], after_cancellation="open"
    )
    await answers(anna, sent, "avbokning")
    others = await make.a_summons(ward, bo.resident, visits, now=now)
    await takes(bo, others, times[0], clock)

    answer = await answers(anna, sent, "samma-tid")

    assert answer.status_code == 409
    assert "Här är de lediga tider som ligger närmast." in answer.text


@pytest.mark.parametrize("what", ["avbokning", "bekraftelse"])
async def test_a_cut_off_that_passes_while_the_page_is_open_shows_phone_and_hours(
    anna: Browser, ward: Ward, visits: TimeType, clock: Clock, what: str
) -> None:
    [soon] = await make.some_slots(ward, visits, clock() + timedelta(hours=24, minutes=30), now=clock())
    policy = replace(make.ALLOWED, confirm_by=clock() + timedelta(minutes=30))
    sent = await make.a_summons(ward, anna.resident, visits, now=clock(), slot_id=soon, policy=policy)
    await anna.get(f"/kallelser/{sent.id}")
    clock.turn(minutes=31)

    answer = await answers(anna, sent, what)

    assert answer.status_code == 409
    assert "Det är för sent att" in answer.text
    assert "08-123 45 67" in answer.text
    assert "vardagar 8–16" in answer.text
    assert f'action="/kallelser/{sent.id}/{what}"' not in answer.text


async def test_the_same_time_is_not_offered_while_somebody_else_is_deciding(
    anna: Browser, bo: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=clock(), slot_id=times[0])
    others = await make.a_summons(ward, bo.resident, visits, now=clock())
    await answers(anna, sent, "avbokning")
    await holds(bo, others, times[0])

    held = (await anna.get(f"/kallelser/{sent.id}")).text
    clock.turn(minutes=10)
    over = (await anna.get(f"/kallelser/{sent.id}")).text

    assert "Boka samma tid igen" not in held
    assert "Boka samma tid igen" in over


@SHAPES
async def test_terms_are_ticked_before_the_same_time_is_booked_again(
    anna: Browser,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    now: datetime,
    headers: dict[str, str],
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], details=TERMS)
    await answers(anna, sent, "avbokning")
    page = f"/kallelser/{sent.id}"
    form = {"seen": (await case(anna, sent)).seen}

    before = (await anna.get(page)).text
    wrong = await anna.press(f"{page}/samma-tid", seen_on=page, form=form, headers=headers)
    right = await anna.press(f"{page}/samma-tid", seen_on=page, form=form | {"accepted": "1"})

    assert "Fakturan kommer i brevlådan." in before
    assert f'id="accepted-{sent.id}"' in before
    assert wrong.status_code == 422
    assert f'id="accepted-{sent.id}-error"' in wrong.text
    assert right.status_code == 303
    assert (await case(anna, sent)).state(now) == "booked"


async def test_where_a_cancelled_visit_opens_anew_both_ways_are_offered(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(
        ward, anna.resident, visits, now=now, slot_id=times[0], after_cancellation="open"
    )
    await answers(anna, sent, "avbokning")

    page = (await anna.get(f"/kallelser/{sent.id}")).text

    for words in ("Tiden är avbokad", "Du kan boka en ny tid.", "Boka samma tid igen", ">Boka en ny tid</a>"):
        assert words in page, words


async def test_nothing_is_confirmed_or_cancelled_where_nothing_is_booked(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    assert (await answers(anna, sent, "bekraftelse")).status_code == 404
    for answer in (
        await answers(anna, sent, "avbokning"),
        await anna.get(f"/kallelser/{sent.id}/avbokning"),
    ):
        assert "Du är kallad till ett besök" in answer.text
    assert await history_of(sent.id) == []
