"""Cancelling for a resident: asked first, seen by the resident and the care system."""

from datetime import datetime
from uuid import UUID

import httpx
import pytest

from app.booking.queries import TimeType, free_slots
from app.booking.rules import Policy
from app.inbox import actions as inbox
from app.inbox.queries import thread_for
from app.sessions.principals import Resident
from app.summons import actions
from app.summons.queries import Case, case_for
from tests import make
from tests.make import Clock, StaffBrowser
from tests.staff.conftest import SignInAgain, Summons
from tests.staff.test_choosing import HTMX, LIST, SWEDISH, Told, told, written


async def cancel(
    disa: StaffBrowser, case: Case, *, headers: dict[str, str] = SWEDISH, **more: str
) -> httpx.Response:
    path = f"{LIST}/{case.summons.id}/avbokning"
    return await disa.press(path, seen_on=LIST, form={"seen": case.seen} | more, headers=headers)


async def free(visits: TimeType, now: datetime) -> list[UUID]:
    found = await free_slots(visits.id, resident_id=UUID(int=1), errand_id=UUID(int=1), now=now)
    return [slot.id for slot in found]


@pytest.mark.parametrize(
    ("follows", "said"),
    [
        ("closed", "Invånaren kan inte boka en ny tid i den."),
        ("open", "Invånaren kan själv boka en ny tid i kallelsen."),
        ("clinic", "mottagningen hör av sig om en ny tid."),
    ],
)
async def test_it_asks_first_and_says_what_follows(
    disa: StaffBrowser, calls: Summons, times: list[UUID], follows: str, said: str
) -> None:
    sent = await calls(slot_id=times[0], after_cancellation=follows)

    page = await disa.get(f"{LIST}/{sent.id}/avbokning", headers=SWEDISH)
    fragment = await disa.get(f"{LIST}/{sent.id}/avbokning", headers=HTMX | SWEDISH)

    for words in ("Anna Andersson", "19121212-1212", "måndag 30 november 2026 kl. 9.30", said):
        assert words in page.text, words
    assert 'aria-describedby="oppna-hint">' in page.text, "nobody else books it, unless staff say so"
    assert fragment.text.lstrip().startswith('<section id="calling-off"')
    assert said in fragment.text


async def test_staff_cancel_whatever_the_resident_may_not(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, visits: TimeType, now: datetime
) -> None:
    sent = await calls(slot_id=times[0], policy=Policy(cut_off_hours=24 * 30))

    answer = await cancel(disa, await case_for(resident.id, sent.id))
    page = (await disa.get(answer.headers["location"], headers=SWEDISH)).text

    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/{sent.id}?gjort=avbokad")
    assert "Tiden är avbokad. Invånaren har fått ett meddelande" in page
    assert "Avbokad av mottagningen" in page
    assert (await case_for(resident.id, sent.id)).state(now) == "cancelled"
    assert await free(visits, now) == times[1:]


async def test_others_may_book_it_when_staff_say_so(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, visits: TimeType, now: datetime
) -> None:
    sent = await calls(slot_id=times[0])

    await cancel(disa, await case_for(resident.id, sent.id), oppna="1")

    assert await free(visits, now) == times


async def test_with_htmx_the_summons_comes_in_the_place_of_the_question(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident
) -> None:
    sent = await calls(slot_id=times[0])

    answer = await cancel(disa, await case_for(resident.id, sent.id), headers=HTMX | SWEDISH)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="case"')
    assert "Tiden är avbokad." in answer.text


async def test_the_resident_the_care_system_and_the_audit_hear_of_it(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, now: datetime
) -> None:
    sent = await calls(slot_id=times[0], after_cancellation="clinic")

    await cancel(disa, await case_for(resident.id, sent.id))

    await inbox.open_thread(sent.thread_id, resident=resident, now=now)
    receipt = (await thread_for(resident, sent.thread_id, now=now)).letters[-1]
    assert receipt.content.subject == "Mottagningen har avbokat din tid"
    assert Told("summons.cancelled", "clinician", times[0], None) in await told()
    [row] = await written(resident, "appointment.cancelled")
    assert row == ("appointment.cancelled", "clinician", make.DISA.assignment, make.HSA_ID)
    assert not (await case_for(resident.id, sent.id)).may_take_back(now)


async def test_when_it_is_the_clinics_turn_staff_book_anew(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, now: datetime
) -> None:
    sent = await calls(slot_id=times[0], after_cancellation="clinic")
    await cancel(disa, await case_for(resident.id, sent.id))

    path = f"{LIST}/{sent.id}/bokning"
    answer = await disa.press(path, seen_on=path, form={"tid": str(times[2])})

    assert answer.status_code == 303
    assert (await case_for(resident.id, sent.id)).state(now) == "booked"


async def test_an_old_page_cancels_nothing_and_asks_again_about_what_holds_now(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, now: datetime
) -> None:
    sent = await calls(slot_id=times[0])
    old = await case_for(resident.id, sent.id)
    await actions.rebook(
        sent.id, resident_id=resident.id, slot_id=times[2], seen=old.seen, accepted=True, by=resident.actor,
        language="sv", now=now,
    )  # fmt: skip
    current = await case_for(resident.id, sent.id)

    for headers, opening in (({}, "<!doctype"), (HTMX, '<section id="calling-off"')):
        answer = await cancel(disa, old, headers=headers | SWEDISH, oppna="1")
        assert answer.status_code == 409
        assert answer.text.lstrip().startswith(opening)
        assert "Tiden hade ändrats sedan du öppnade sidan." in answer.text
        assert "tisdag 1 december 2026 kl. 9.30" in answer.text
        assert f'name="seen" value="{current.seen}"' in answer.text
        assert 'aria-describedby="oppna-hint" checked' in answer.text
    assert (await case_for(resident.id, sent.id)).visit == current.visit


async def test_pressing_twice_is_told_that_it_is_done(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident
) -> None:
    sent = await calls(slot_id=times[0])
    case = await case_for(resident.id, sent.id)
    await cancel(disa, case)

    again = await cancel(disa, case, headers=HTMX | SWEDISH)

    assert again.status_code == 409
    assert again.text.lstrip().startswith('<section id="case"')
    assert "Tiden var redan avbokad." in again.text
    assert len(await written(resident, "appointment.cancelled")) == 1


async def test_what_has_begun_is_not_cancelled(
    disa: StaffBrowser,
    calls: Summons,
    times: list[UUID],
    resident: Resident,
    clock: Clock,
    sign_in_again: SignInAgain,
) -> None:
    sent = await calls(slot_id=times[0])
    case = await case_for(resident.id, sent.id)
    clock.turn(days=7)
    await sign_in_again(disa)

    page = await disa.get(f"{LIST}/{sent.id}/avbokning", headers=SWEDISH)
    answer = await cancel(disa, case)

    assert "Besöket har redan börjat." in page.text
    assert answer.status_code == 409
    assert "Besöket har redan börjat." in answer.text
    assert (await case_for(resident.id, sent.id)).visit == case.visit
