"""Choosing a time, to book it or to move to it: step by step, in place and without JavaScript."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from app.audit.queries import accesses_to, denials
from app.booking import actions as booking
from app.booking.queries import TimeType, free_slots, history_of
from app.booking.rules import HOLD, Policy
from app.database import uuid7
from app.language import clock_time
from app.sessions.tables import Draft
from app.summons.actions import Sent
from app.summons.formats.steps import FIRST_DAYS, NEAREST
from tests import make
from tests.make import Browser, Clock, Ward
from tests.summons.flow import HTMX, TERMS, answers, books, case, holds, takes

MOVES = pytest.mark.parametrize("to", ["bokning", "ombokning"])


async def a_call(
    browser: Browser, ward: Ward, visits: TimeType, times: list[UUID], to: str, now: datetime, **more: object
) -> Sent:
    """A summons that is to be booked, or one with the first time that is to be rebooked."""
    slot = times[0] if to == "ombokning" else None
    return await make.a_summons(ward, browser.resident, visits, now=now, slot_id=slot, **more)  # type: ignore[arg-type]


def offered(html: str) -> list[str]:
    return re.findall(r'name="slot" type="radio" value="([^"]+)"', html)


def checked(html: str) -> list[str]:
    return re.findall(r'name="slot" type="radio" value="([^"]+)" checked', html)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


@MOVES
async def test_free_times_are_offered_by_day(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, to: str
) -> None:
    sent = await a_call(anna, ward, visits, times, to, now)

    page = await anna.get(f"/kallelser/{sent.id}/{to}")
    fragment = await anna.get(f"/kallelser/{sent.id}/{to}", headers=HTMX)

    free = times[1:] if to == "ombokning" else times
    assert offered(page.text) == offered(fragment.text) == [str(each) for each in free]
    assert re.findall(r"<legend>([^<]+)<", page.text) == ["måndag 30 november 2026"]
    assert "kl. 10.30" in page.text
    assert "<title>" in page.text
    assert fragment.text.lstrip().startswith(f'<section id="choice-{sent.id}"')
    assert fragment.headers["hx-push-url"] == f"/kallelser/{sent.id}/{to}"
    assert ("Nu har du tiden" in page.text) == (to == "ombokning")


@MOVES
async def test_the_chosen_time_is_held_ten_minutes_and_read_through(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, to: str
) -> None:
    sent = await a_call(anna, ward, visits, times, to, now)

    plain = await holds(anna, sent, times[1], to=to)
    page = await anna.get(plain.headers["location"])
    fragment = await holds(anna, sent, times[1], to=to, headers=HTMX)

    assert (plain.status_code, plain.headers["location"]) == (303, f"/kallelser/{sent.id}/{to}/granska")
    assert fragment.text.lstrip().startswith(f'<section id="review-{sent.id}"')
    assert fragment.headers["hx-push-url"] == plain.headers["location"]
    for html in (page.text, fragment.text):
        assert f"Vi håller tiden åt dig till {clock_time(now + HOLD, 'sv')}. Den är inte bokad än." in html
        assert "måndag 30 november 2026 kl. 10.30" in html
        assert "Vill du säga något till mottagningen?" in html
        assert ("Tiden du har nu" in html) == (to == "ombokning")
    assert (await case(anna, sent)).state(now) == ("to-confirm" if to == "ombokning" else "to-book")


@MOVES
async def test_the_last_step_does_it_and_leads_to_the_card(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, to: str
) -> None:
    sent = await a_call(anna, ward, visits, times, to, now)
    await holds(anna, sent, times[1], to=to)

    answer = await books(anna, sent, times[1], to=to, form={"reason": "Jag behöver tolk."})

    milliseconds = round(now.timestamp() * 1000)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/inkorg/{sent.thread_id}?svar={milliseconds}#summons-{sent.id}"
    assert (await case(anna, sent)).state(now) == ("rebooked" if to == "ombokning" else "booked")
    assert (await history_of(sent.id))[-1].reason == "Jag behöver tolk."


@MOVES
async def test_with_htmx_it_leads_to_the_same_place(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, to: str
) -> None:
    sent = await a_call(anna, ward, visits, times, to, now)

    answer = await books(anna, sent, times[1], to=to, headers=HTMX)

    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["hx-redirect"].startswith(f"/inkorg/{sent.thread_id}?svar=")


async def test_a_second_answer_leads_to_an_address_that_loads_anew(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    """A browser that is sent to where it is, but for what stands after #, would show the old state."""
    sent = await make.a_summons(ward, anna.resident, visits, now=clock(), slot_id=times[0])
    first = await answers(anna, sent, "bekraftelse")
    clock.turn(seconds=1)

    second = await answers(anna, sent, "avbokning")

    assert first.headers["location"].partition("#")[0] != second.headers["location"].partition("#")[0]


@MOVES
async def test_nothing_chosen_is_said_beside_the_times(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, to: str
) -> None:
    sent = await a_call(anna, ward, visits, times, to, now)
    page = f"/kallelser/{sent.id}/{to}"

    for headers in ({}, HTMX):
        answer = await anna.press(f"{page}/tid", seen_on=page, form={"reason": "Tolk"}, headers=headers)

        assert answer.status_code == 422
        assert f'<a href="#slot-{offered(answer.text)[0]}">Välj en tid.</a>' in answer.text
        assert hidden(answer.text, "reason") == "Tolk"
    assert "<title>Fel:" in (await anna.press(f"{page}/tid", seen_on=page)).text


async def test_terms_are_ticked_first_and_nothing_typed_is_lost(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, details=TERMS)
    await holds(anna, sent, times[1])

    for headers in ({}, HTMX):
        answer = await books(anna, sent, times[1], form={"reason": "Tolk, tack"}, headers=headers)

        assert answer.status_code == 422
        assert f'<a href="#accepted-{sent.id}">Läs villkoren' in answer.text
        assert ">\nTolk, tack</textarea>" in answer.text
        assert "Vi håller tiden åt dig till kl. 9.40." in answer.text
    done = await books(anna, sent, times[1], form={"reason": "Tolk, tack", "accepted": "1"})
    assert done.status_code == 303
    assert (await case(anna, sent)).state(now) == "booked"


@MOVES
async def test_a_reason_has_a_length(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, to: str
) -> None:
    sent = await a_call(anna, ward, visits, times, to, now)

    answer = await books(anna, sent, times[1], to=to, form={"reason": "a" * 151})

    assert answer.status_code == 422
    assert f'<a href="#reason-{sent.id}">Korta det du har skrivit till högst 150 tecken.</a>' in answer.text
    assert "a" * 151 in answer.text
    done = await books(anna, sent, times[1], to=to, form={"reason": "å" * 148 + "\r\n."})
    assert done.status_code == 303


async def test_no_reason_is_asked_for_where_none_is_wanted(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    policy = Policy(rebook_allowed=True, cancel_allowed=True)
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], policy=policy)

    review = await holds(anna, sent, times[1], to="ombokning", headers=HTMX)
    question = await anna.get(f"/kallelser/{sent.id}/avbokning", headers=HTMX)

    assert "textarea" not in review.text + question.text


@MOVES
async def test_choosing_another_time_keeps_what_was_chosen_and_typed(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, to: str
) -> None:
    sent = await a_call(anna, ward, visits, times, to, now, details=TERMS)
    await holds(anna, sent, times[1], to=to)
    kept = {"reason": "Tolk", "accepted": "1"}

    for headers in ({}, HTMX):
        back = await books(anna, sent, times[1], to=to, form=kept | {"another": "1"}, headers=headers)
        choice = await _followed(anna, back, None if headers else f"/kallelser/{sent.id}/{to}")
        forth = await holds(anna, sent, times[2], to=to, form=kept, headers=headers)
        review = await _followed(anna, forth, None if headers else f"/kallelser/{sent.id}/{to}/granska")

        assert checked(choice) == [str(times[1])]
        assert (hidden(choice, "reason"), hidden(choice, "accepted")) == ("Tolk", "1")
        assert ">\nTolk</textarea>" in review
        assert 'value="1" checked' in review
        assert hidden(review, "slot") == str(times[2])
        assert "Du hade blivit utloggad" not in choice + review
    assert await Draft.count() == 0


@MOVES
async def test_what_was_written_is_filled_in_once_and_what_is_held_stays_chosen(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, to: str
) -> None:
    sent = await a_call(anna, ward, visits, times, to, now, details=TERMS)
    await holds(anna, sent, times[1], to=to)
    await books(anna, sent, times[1], to=to, form={"reason": "Tolk", "another": "1"})
    choice = f"/kallelser/{sent.id}/{to}"

    first, second = [(await anna.get(choice)).text for _ in range(2)]

    assert (hidden(first, "reason"), hidden(second, "reason")) == ("Tolk", "")
    assert checked(first) == checked(second) == [str(times[1])]


async def test_what_was_written_on_the_way_is_for_nobody_else(
    anna: Browser, bo: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """Of the same browser, when somebody else signs in there."""
    sent = await make.a_summons(ward, anna.resident, visits, now=now)
    await books(anna, sent, times[1], form={"reason": "Tolk", "another": "1"})
    bo.client.cookies.set("draft", anna.client.cookies["draft"])

    theirs = await bo.get(f"/kallelser/{sent.id}/bokning")

    assert theirs.status_code == 404
    assert await Draft.count() == 0


async def _followed(browser: Browser, answer: httpx.Response, there: str | None) -> str:
    """What is shown in the end: at once, or at an address that says nothing of what was written."""
    if there is None:
        assert answer.status_code == 200
        return answer.text
    assert (answer.status_code, answer.headers["location"]) == (303, there)
    return (await browser.get(there)).text


async def test_what_is_held_is_checked_when_somebody_comes_back(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=clock())
    await holds(anna, sent, times[2])

    held = (await anna.get(f"/kallelser/{sent.id}/bokning")).text
    clock.turn(minutes=10)
    over = (await anna.get(f"/kallelser/{sent.id}/bokning")).text

    assert (checked(held), checked(over)) == ([str(times[2])], [])
    assert offered((await anna.get(f"/kallelser/{sent.id}/bokning/granska")).text), "the choice comes first"


async def test_leaving_a_step_puts_the_card_back_at_its_own_address(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    fragment = await anna.get(f"/kallelser/{sent.id}", headers=HTMX)

    assert fragment.text.lstrip().startswith(f'<section id="summons-{sent.id}"')
    assert fragment.headers["hx-push-url"] == f"/inkorg/{sent.thread_id}#summons-{sent.id}"


@MOVES
@pytest.mark.parametrize("step", ["hold", "book"])
async def test_a_time_taken_meanwhile_offers_the_nearest_and_loses_nothing(
    anna: Browser,
    bo: Browser,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    clock: Clock,
    to: str,
    step: str,
) -> None:
    sent = await a_call(anna, ward, visits, times, to, clock())
    others = await make.a_summons(ward, bo.resident, visits, now=clock())
    far = await make.some_slots(
        ward, visits, *(clock() + timedelta(days=30 + number) for number in range(9)), now=clock()
    )
    await takes(bo, others, times[1], clock)
    do = holds if step == "hold" else books
    kept = {"reason": "Tolk", "accepted": "1"}

    for headers in ({}, HTMX):
        answer = await do(anna, sent, times[1], to=to, form=kept, headers=headers)

        assert answer.status_code == 409
        assert "hx-retarget" not in answer.headers
        assert "Tiden är upptagen. Välj en annan tid." in answer.text
        assert "Det du har skrivit finns kvar." in answer.text
        near = [each for each in times if each != times[1]][-2 if to == "bokning" else -1 :]
        shown = offered(answer.text)
        assert len(shown) == NEAREST
        assert shown == [str(each) for each in (near + far)[:NEAREST]]
        assert (hidden(answer.text, "reason"), hidden(answer.text, "accepted")) == ("Tolk", "1")
    assert (await case(anna, sent)).state(clock()) == ("to-confirm" if to == "ombokning" else "to-book")


async def test_a_withdrawn_time_is_told_from_a_taken_one(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)
    await booking.withdraw(times[1], care_system=ward.care_system, now=now)

    answer = await books(anna, sent, times[1])

    assert answer.status_code == 409
    assert "Tiden finns inte kvar. Välj en annan tid." in answer.text
    assert offered(answer.text) == [str(times[0]), str(times[2])]


async def test_a_time_that_clashes_with_another_of_ones_own_is_said(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    [clashing] = await make.some_slots(ward, visits, now + timedelta(days=7, minutes=15), now=now)
    await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    answer = await books(anna, sent, clashing)

    assert answer.status_code == 409
    assert "Du har redan en tid som krockar med den här." in answer.text
    assert offered(answer.text) == [str(times[1]), str(times[2])], "and neither that nor what clashes too"


async def test_a_hold_that_has_ended_is_no_hindrance_while_the_time_is_free(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=clock(), details=TERMS)
    await holds(anna, sent, times[1])
    clock.turn(minutes=10)

    wrong = await books(anna, sent, times[1])
    done = await books(anna, sent, times[1], form={"accepted": "1"})

    assert "Vi håller inte tiden åt dig längre, men den är ledig än." in wrong.text
    assert done.status_code == 303
    assert (await case(anna, sent)).state(clock()) == "booked"


async def test_a_hold_that_has_ended_may_be_somebody_elses_time(
    anna: Browser, bo: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=clock(), details=TERMS)
    others = await make.a_summons(ward, bo.resident, visits, now=clock())
    await holds(anna, sent, times[1])
    clock.turn(minutes=10)
    await takes(bo, others, times[1], clock)

    wrong = await books(anna, sent, times[1])
    right = await books(anna, sent, times[1], form={"accepted": "1"})

    for answer in (wrong, right):
        assert answer.status_code == 409
        assert "Tiden är upptagen." in answer.text
        assert str(times[1]) not in offered(answer.text)


async def test_what_somebody_else_holds_is_not_offered(
    anna: Browser, bo: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent, others = [await make.a_summons(ward, each.resident, visits, now=now) for each in (anna, bo)]
    await holds(bo, others, times[0])

    page = (await anna.get(f"/kallelser/{sent.id}/bokning")).text

    assert offered(page) == [str(each) for each in times[1:]]


async def test_more_days_come_when_they_are_asked_for_and_the_choice_stays(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    many = await make.some_slots(ward, visits, *(now + timedelta(days=1 + n) for n in range(20)), now=now)
    sent = await make.a_summons(ward, anna.resident, visits, now=now)
    page = f"/kallelser/{sent.id}/bokning"

    first = (await anna.get(page)).text
    form = {"slot": str(many[1]), "reason": "Tolk", "days": "10"}
    more = await anna.press(f"{page}/tid", seen_on=page, form=form, headers=HTMX)
    plain = await anna.press(f"{page}/tid", seen_on=page, form=form | {"days": "24"})
    every = await anna.get(plain.headers["location"])

    assert len(offered(first)) == FIRST_DAYS
    assert 'name="days" value="10">Visa fler tider' in first
    assert len(offered(more.text)) == 10
    assert checked(more.text) == [str(many[1])]
    assert hidden(more.text, "reason") == "Tolk"
    [new] = re.findall(r"<legend [^>]*data-focus-after-swap>([^<]+)<", more.text)
    assert new == "fredag 27 november 2026", "focus goes to the first of the new days"
    assert (plain.status_code, plain.headers["location"]) == (303, page)
    assert checked(every.text) == [str(many[1])]
    assert hidden(every.text, "reason") == "Tolk"
    assert 'name="days"' not in every.text
    assert len(offered(every.text)) == 20


async def test_without_free_times_there_is_a_number(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    page = (await anna.get(f"/kallelser/{sent.id}/bokning")).text

    assert "Det finns inga lediga tider just nu. Ring mottagningen, så hjälper de dig." in page
    assert 'class="phone alone" href="tel:+4681234567"' in page
    assert "Gå vidare" not in page


async def test_who_and_where_are_said_with_each_time_when_they_differ(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    day = now + timedelta(days=3)
    new = [
        booking.NewSlot(
            starts_at=day + n * make.HOUR, ends_at=day + n * make.HOUR + make.HOUR / 2, practitioner=who
        )
        for n, who in enumerate(("Dr Lo", "Dr Ek"))
    ]
    await booking.publish(new, clinic=ward.clinic, time_type=visits, care_system=ward.care_system, now=now)
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    page = (await anna.get(f"/kallelser/{sent.id}/bokning")).text

    assert "<bdi>Dr Lo</bdi></label>" in page
    assert "Du träffar" not in page


@MOVES
@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_an_old_page_changes_nothing(
    anna: Browser,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    now: datetime,
    to: str,
    headers: dict[str, str],
) -> None:
    sent = await a_call(anna, ward, visits, times, to, now)
    old = (await case(anna, sent)).seen
    await books(anna, sent, times[1], to=to)

    answer = await books(anna, sent, times[2], to=to, form={"seen": old}, headers=headers)

    assert answer.status_code == 409
    assert "hx-retarget" not in answer.headers
    visit = (await case(anna, sent)).visit
    assert visit
    assert visit.slot_id == times[1]


async def test_no_page_revives_what_is_cancelled(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    await holds(anna, sent, times[1], to="ombokning")
    old = {"seen": (await case(anna, sent)).seen}
    await answers(anna, sent, "avbokning")

    for to in ("ombokning", "bokning"):
        assert (await books(anna, sent, times[1], to=to, form=old)).status_code == 409
        for step in (to, f"{to}/granska"):
            page = (await anna.get(f"/kallelser/{sent.id}/{step}")).text
            assert "Tiden är avbokad" in page
            assert not offered(page)
    assert (await case(anna, sent)).state(now) == "cancelled"
    free = await free_slots(visits.id, resident_id=anna.resident.id, errand_id=uuid7(), now=now)
    assert [slot.id for slot in free] == times, "and what was held is free"


@MOVES
async def test_a_time_of_another_kind_is_missing_and_written_down(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, to: str
) -> None:
    """A hidden time type is for those whom a summons of its own admits."""
    sent = await a_call(anna, ward, visits, times, to, now)
    other = await make.a_time_type(ward, now=now, code="annat", hidden=True)
    [slot] = await make.some_slots(ward, other, now + timedelta(days=1), now=now)

    for answer in (await holds(anna, sent, slot, to=to), await books(anna, sent, slot, to=to)):
        assert answer.status_code == 404
    assert {(each.action, each.object_id) for each in await denials()} == {("slot.denied", str(slot))}


STEPS = ["bokning", "bokning/granska", "ombokning", "ombokning/granska", "avbokning", ""]
PRESSED = ["bokning", "bokning/tid", "ombokning", "ombokning/tid", "avbokning", "bekraftelse", "samma-tid"]


@pytest.mark.parametrize("step", STEPS)
async def test_nobody_sees_somebody_elses_summons(
    bo: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, step: str
) -> None:
    """ASVS 8.2.2, 16.3.2."""
    theirs = await make.a_resident(now=now)
    sent = await make.a_summons(ward, theirs, visits, now=now, slot_id=times[0])

    for headers in ({}, HTMX):
        page = await bo.get(f"/kallelser/{sent.id}/{step}".rstrip("/"), headers=headers)
        assert page.status_code == 404
        assert "återbesök" not in page.text
    denied = await denials()
    assert [(each.action, each.object_id, each.care_unit) for each in denied] == [
        ("summons.denied", str(sent.id), make.HSA_ID)
    ] * 2
    assert denied[0] in await accesses_to(theirs.id), "whose it is sees who tried"


@pytest.mark.parametrize("step", PRESSED)
async def test_nobody_presses_somebody_elses_buttons(
    bo: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, step: str
) -> None:
    theirs = await make.a_resident(now=now)
    sent = await make.a_summons(ward, theirs, visits, now=now, slot_id=times[0])
    own = await make.a_summons(ward, bo.resident, visits, now=now)
    form = {"slot": str(times[1]), "accepted": "1"}

    answer = await bo.press(f"/kallelser/{sent.id}/{step}", seen_on=f"/kallelser/{own.id}/bokning", form=form)

    assert answer.status_code == 404
    assert [each.action for each in await denials()] == ["summons.denied"]
    assert len(await history_of(sent.id)) == 1


@pytest.mark.parametrize("step", PRESSED)
async def test_a_form_from_elsewhere_does_nothing(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, step: str
) -> None:
    """ASVS 3.5.1."""
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    seen = (await case(anna, sent)).seen
    form = {"_csrf": "guess", "slot": str(times[1]), "seen": seen, "accepted": "1"}

    answer = await anna.client.post(f"/kallelser/{sent.id}/{step}", data=form)

    assert answer.status_code == 403
    assert len(await history_of(sent.id)) == 1


async def test_what_a_resident_types_is_only_text(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    """ASVS 1.1.2."""
    canary = "\"'></textarea><svg onload=alert(1)>"
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    back = await books(anna, sent, times[1], form={"reason": canary, "another": "1"})
    choice = await anna.get(back.headers["location"])
    forth = await holds(anna, sent, times[1], form={"reason": canary})
    review = await anna.get(forth.headers["location"])
    strange = await holds(anna, sent, times[1], form={"slot": canary, "days": canary})

    for answer in (choice, review, strange):
        assert "<svg" not in answer.text
    assert "&lt;svg" in choice.text
    assert "&lt;svg" in review.text
    assert strange.status_code == 422
