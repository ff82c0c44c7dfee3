"""Another time for a resident, or a first one: chosen by staff, seen by the resident and the care system."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import httpx
import pytest

from app.booking.queries import TimeType, free_slots
from app.booking.rules import Policy
from app.database import rows
from app.inbox import actions as inbox
from app.inbox.queries import thread_for
from app.sessions.principals import Resident
from app.staff.pages import choosing
from app.summons import actions
from app.summons.queries import Case, case_for
from app.summons.sealed import Term
from tests import make
from tests.make import Clock, StaffBrowser, Ward
from tests.staff.conftest import SignInAgain, Summons

HTMX = {"HX-Request": "true"}
SWEDISH = {"Accept-Language": "sv"}
LIST = "/personal/kallelser"
NOT_BY_RESIDENTS = Policy(cut_off_hours=24 * 30)


class Told(NamedTuple):
    kind: str
    actor_kind: str
    slot_id: UUID
    from_slot_id: UUID | None


class Written(NamedTuple):
    action: str
    actor_kind: str
    assignment: str | None
    care_unit: str


async def told() -> list[Told]:
    return await rows(
        Told, "SELECT kind, actor_kind, slot_id, from_slot_id FROM events WHERE slot_id IS NOT NULL"
    )


async def written(resident: Resident, action: str) -> list[Written]:
    return await rows(
        Written,
        "SELECT action, actor_kind, assignment, care_unit FROM audit WHERE resident_id = {} AND action = {}",
        resident.id,
        action,
    )


async def free(visits: TimeType, now: datetime) -> list[UUID]:
    found = await free_slots(visits.id, resident_id=UUID(int=1), errand_id=UUID(int=1), now=now)
    return [slot.id for slot in found]


async def move(
    disa: StaffBrowser, case: Case, slot: UUID | str, *, headers: dict[str, str] = SWEDISH, **more: str
) -> httpx.Response:
    path = f"{LIST}/{case.summons.id}/flytt"
    form = {"tid": str(slot), "seen": case.seen} | more
    return await disa.press(path, seen_on=LIST, form=form, headers=headers)


async def test_the_free_times_of_the_same_kind_are_offered_by_day(
    disa: StaffBrowser, calls: Summons, times: list[UUID], ward: Ward, now: datetime
) -> None:
    other = await make.a_time_type(ward, now=now, code="annat", name="Annat")
    [elsewhere] = await make.some_slots(ward, other, now + timedelta(days=7), now=now)
    sent = await calls(slot_id=times[0])

    page = (await disa.get(f"{LIST}/{sent.id}/flytt", headers=SWEDISH)).text

    for words in (
        "Anna Andersson",
        "19121212-1212",
        "Tiden nu:",
        "måndag 30 november 2026 kl. 9.30",
        "<legend>måndag 30 november 2026</legend>",
        "<legend>tisdag 1 december 2026</legend>",
        "kl. 10.30",
        "Dr Lo",
        f'value="{times[1]}"',
        f'value="{times[2]}"',
    ):
        assert words in page, words
    assert f'value="{times[0]}"' not in page, "the time they have is no new time"
    assert f'value="{elsewhere}"' not in page
    assert 'name="oppna" type="checkbox" value="1" aria-describedby="oppna-hint">' in page, "not by itself"


async def test_with_htmx_it_is_the_choice_alone(
    disa: StaffBrowser, calls: Summons, times: list[UUID]
) -> None:
    sent = await calls(slot_id=times[0])

    fragment = await disa.get(f"{LIST}/{sent.id}/flytt", headers=HTMX)

    assert fragment.text.lstrip().startswith('<section id="new-time"')


async def test_staff_move_whatever_the_resident_may_not(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, visits: TimeType, now: datetime
) -> None:
    """Cut-offs and permissions are for residents; the old time goes back to the clinic."""
    sent = await calls(slot_id=times[0], policy=NOT_BY_RESIDENTS)
    case = await case_for(resident.id, sent.id)

    answer = await move(disa, case, times[1])
    page = (await disa.get(answer.headers["location"], headers=SWEDISH)).text

    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/{sent.id}?gjort=ombokad")
    assert "Tiden är ombokad. Invånaren har fått ett meddelande" in page
    assert "måndag 30 november 2026 kl. 10.30" in page
    moved = (await case_for(resident.id, sent.id)).visit
    assert moved is not None
    assert (moved.slot_id, moved.moved_by) == (times[1], "clinician")
    assert await free(visits, now) == [times[2]]


async def test_others_may_book_the_old_time_when_staff_say_so(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, visits: TimeType, now: datetime
) -> None:
    sent = await calls(slot_id=times[0])

    await move(disa, await case_for(resident.id, sent.id), times[1], oppna="1")

    assert await free(visits, now) == [times[0], times[2]]


async def test_with_htmx_the_summons_comes_in_the_place_of_the_form(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident
) -> None:
    sent = await calls(slot_id=times[0])

    answer = await move(disa, await case_for(resident.id, sent.id), times[1], headers=HTMX | SWEDISH)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="case"')
    assert "Tiden är ombokad." in answer.text
    assert "Ombokad av mottagningen" in answer.text


async def test_the_resident_the_care_system_and_the_audit_hear_of_it(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, now: datetime
) -> None:
    sent = await calls(slot_id=times[0])

    await move(disa, await case_for(resident.id, sent.id), times[1])

    await inbox.open_thread(sent.thread_id, resident=resident, now=now)
    receipt = (await thread_for(resident, sent.thread_id, now=now)).letters[-1]
    assert receipt.content.subject == "Mottagningen har bokat om din tid"
    assert Told("summons.rebooked", "clinician", times[1], times[0]) in await told()
    [row] = await written(resident, "appointment.rebooked")
    assert row == ("appointment.rebooked", "clinician", make.DISA.assignment, make.HSA_ID)


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "The clinic has moved your appointment"),
        ("sv", "Mottagningen har bokat om din tid"),
        ("so", "Mottagningen har bokat om din tid"),
    ],
)
async def test_the_receipt_is_in_the_summonses_own_language(
    disa: StaffBrowser,
    calls: Summons,
    times: list[UUID],
    resident: Resident,
    now: datetime,
    language: str,
    subject: str,
) -> None:
    sent = await calls(slot_id=times[0], language=language, details={"language": language})

    await move(disa, await case_for(resident.id, sent.id), times[1], headers={"Accept-Language": "en"})

    await inbox.open_thread(sent.thread_id, resident=resident, now=now)
    letters = (await thread_for(resident, sent.thread_id, now=now)).letters
    assert letters[-1].content.subject == subject


@pytest.mark.parametrize(("headers", "opening"), [({}, "<!doctype"), (HTMX, '<section id="new-time"')])
async def test_a_time_that_was_taken_meanwhile_gives_the_form_with_what_is_free_now(
    disa: StaffBrowser,
    calls: Summons,
    times: list[UUID],
    resident: Resident,
    ward: Ward,
    visits: TimeType,
    now: datetime,
    headers: dict[str, str],
    opening: str,
) -> None:
    sent = await calls(slot_id=times[0])
    case = await case_for(resident.id, sent.id)
    bo = await make.a_resident(make.BO, now=now)
    await make.a_summons(ward, bo, visits, now=now, slot_id=times[1])

    answer = await move(disa, case, times[1], headers=headers | SWEDISH, oppna="1")

    assert answer.status_code == 409
    assert answer.text.lstrip().startswith(opening)
    assert "Tiden är upptagen. Välj en annan tid." in answer.text
    assert f'value="{times[1]}"' not in answer.text
    assert f'value="{times[2]}"' in answer.text
    assert 'aria-describedby="oppna-hint" checked' in answer.text, "what was ticked stays"
    assert (await case_for(resident.id, sent.id)).visit == case.visit


async def test_a_clash_is_told_as_the_residents(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, ward: Ward, now: datetime
) -> None:
    other = await make.a_time_type(ward, now=now, code="annat", name="Annat")
    [same_hour] = await make.some_slots(ward, other, now + timedelta(days=7, hours=1), now=now)
    await make.a_summons(ward, resident, other, now=now, slot_id=same_hour)
    sent = await calls(slot_id=times[0])

    answer = await move(disa, await case_for(resident.id, sent.id), times[1])

    assert answer.status_code == 409
    assert "Invånaren har redan en tid som krockar med den." in answer.text
    assert f'value="{times[1]}"' not in answer.text
    assert f'value="{times[2]}"' in answer.text


async def test_an_old_page_changes_nothing_and_shows_what_holds_now(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, now: datetime
) -> None:
    sent = await calls(slot_id=times[0])
    old = await case_for(resident.id, sent.id)
    await actions.rebook(
        sent.id, resident_id=resident.id, slot_id=times[2], seen=old.seen, accepted=True, by=resident.actor,
        language="sv", now=now,
    )  # fmt: skip
    current = await case_for(resident.id, sent.id)

    answer = await move(disa, old, times[1])

    assert answer.status_code == 409
    assert f'value="{times[1]}" checked' in answer.text, "what was chosen stays"
    assert "Tiden hade ändrats sedan du öppnade sidan." in answer.text
    assert "tisdag 1 december 2026 kl. 9.30" in answer.text
    assert f'name="seen" value="{current.seen}"' in answer.text, "who presses again knows what they change"
    assert (await case_for(resident.id, sent.id)).visit == current.visit


@pytest.mark.parametrize(("headers", "opening"), [({}, "<!doctype"), (HTMX, '<section id="case"')])
async def test_a_visit_cancelled_meanwhile_is_not_revived(
    disa: StaffBrowser,
    calls: Summons,
    times: list[UUID],
    resident: Resident,
    now: datetime,
    headers: dict[str, str],
    opening: str,
) -> None:
    sent = await calls(slot_id=times[0])
    old = await case_for(resident.id, sent.id)
    await actions.cancel(
        sent.id, resident_id=resident.id, seen=old.seen, by=resident.actor, language="sv", now=now
    )

    answer = await move(disa, old, times[1], headers=headers | SWEDISH)

    assert answer.status_code == 409
    assert answer.text.lstrip().startswith(opening)
    assert "Tiden var redan avbokad." in answer.text
    assert (await case_for(resident.id, sent.id)).state(now) == "cancelled"


async def test_what_has_begun_is_not_moved(
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

    page = await disa.get(f"{LIST}/{sent.id}/flytt", headers=SWEDISH)
    answer = await move(disa, case, times[2])

    assert "Besöket har redan börjat." in page.text
    assert answer.status_code == 409
    assert "Besöket har redan börjat." in answer.text
    assert "Boka om åt invånaren" not in answer.text
    assert (await case_for(resident.id, sent.id)).visit == case.visit


async def test_without_a_choice_the_form_asks_for_one(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident
) -> None:
    sent = await calls(slot_id=times[0])
    case = await case_for(resident.id, sent.id)

    for headers in (SWEDISH, SWEDISH | HTMX):
        answer = await move(disa, case, "", headers=headers)
        assert answer.status_code == 422
        assert "Välj en tid." in answer.text
        assert 'href="#tid"' in answer.text
        assert 'id="tid" name="tid" type="radio"' in answer.text


async def test_a_time_of_something_else_does_not_exist(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, ward: Ward, now: datetime
) -> None:
    other = await make.a_time_type(ward, now=now, code="annat", name="Annat")
    [elsewhere] = await make.some_slots(ward, other, now + timedelta(days=7), now=now)
    sent = await calls(slot_id=times[0])

    answer = await move(disa, await case_for(resident.id, sent.id), elsewhere)

    assert answer.status_code == 404


async def test_later_times_are_a_date_away(
    disa: StaffBrowser, calls: Summons, times: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "MOST", 1)
    sent = await calls(slot_id=times[0])
    path = f"{LIST}/{sent.id}/flytt"

    first = (await disa.get(path, headers=SWEDISH)).text
    later = (await disa.get(f"{path}?fran=2026-12-01", headers=SWEDISH)).text
    never = (await disa.get(f"{path}?fran=2026-12-02", headers=SWEDISH)).text

    assert "Det finns fler tider." in first
    assert f'value="{times[2]}"' not in first
    assert f'value="{times[2]}"' in later
    assert 'value="2026-12-01" aria-describedby="fran-hint">' in later
    assert "inga lediga tider från och med den dagen" in never


@pytest.mark.parametrize("date", ["igår", "2026-02-30", "0001-01-01", "9999-12-31", "🙂"])
async def test_a_date_that_is_none_is_told_and_what_is_soonest_shown(
    disa: StaffBrowser, calls: Summons, times: list[UUID], date: str
) -> None:
    sent = await calls(slot_id=times[0])

    page = await disa.get(f"{LIST}/{sent.id}/flytt", params={"fran": date}, headers=SWEDISH)

    assert page.status_code == 200
    assert "Det är ingen dag som går att läsa." in page.text
    assert f'value="{date}"' in page.text
    assert f'value="{times[1]}"' in page.text


async def test_staff_book_what_the_resident_has_not(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, clock: Clock
) -> None:
    """On the phone, after the last day, without the terms that residents tick."""
    sent = await calls(
        book_by=clock() + timedelta(minutes=1),
        details={"terms": [Term("Avgift", "Besöket kostar 400 kronor.")]},
    )
    clock.turn(minutes=2)
    path = f"{LIST}/{sent.id}/bokning"
    page = (await disa.get(path, headers=SWEDISH)).text

    answer = await disa.press(path, seen_on=path, form={"tid": str(times[0])})

    assert "Låt någon annan" not in page
    assert answer.headers["location"] == f"{LIST}/{sent.id}?gjort=bokad"
    assert (await case_for(resident.id, sent.id)).state(clock()) == "booked"
    assert Told("summons.booked", "clinician", times[0], None) in await told()
    [row] = await written(resident, "appointment.booked")
    assert (row.actor_kind, row.assignment) == ("clinician", make.DISA.assignment)
    await inbox.open_thread(sent.thread_id, resident=resident, now=clock())
    letters = (await thread_for(resident, sent.thread_id, now=clock())).letters
    assert letters[-1].content.subject == "Mottagningen har bokat en tid åt dig"


@pytest.mark.parametrize(("headers", "opening"), [({}, "<!doctype"), (HTMX, '<section id="case"')])
async def test_what_the_resident_has_booked_meanwhile_stays(
    disa: StaffBrowser,
    calls: Summons,
    times: list[UUID],
    resident: Resident,
    now: datetime,
    headers: dict[str, str],
    opening: str,
) -> None:
    sent = await calls()
    await actions.book(
        sent.id, resident_id=resident.id, slot_id=times[0], accepted=True, by=resident.actor, language="sv",
        now=now,
    )  # fmt: skip
    booked = (await case_for(resident.id, sent.id)).visit

    answer = await disa.press(
        f"{LIST}/{sent.id}/bokning", seen_on=LIST, form={"tid": str(times[1])}, headers=headers | SWEDISH
    )

    assert answer.status_code == 409
    assert answer.text.lstrip().startswith(opening)
    assert "Invånaren har redan en tid." in answer.text
    assert (await case_for(resident.id, sent.id)).visit == booked
    assert (
        "Invånaren har redan en tid." in (await disa.get(f"{LIST}/{sent.id}/bokning", headers=SWEDISH)).text
    )


async def test_with_nothing_free_it_says_so(disa: StaffBrowser, calls: Summons) -> None:
    sent = await calls()

    page = (await disa.get(f"{LIST}/{sent.id}/bokning", headers=SWEDISH)).text

    assert "Det finns inga lediga tider." in page
    assert "Boka vald tid" not in page


async def test_moving_what_was_never_booked_says_so(disa: StaffBrowser, calls: Summons) -> None:
    sent = await calls()

    for errand in ("flytt", "avbokning"):
        page = await disa.get(f"{LIST}/{sent.id}/{errand}", headers=SWEDISH)
        assert "Det finns ingen bokad tid att ändra." in page.text
        pressed = await disa.press(f"{LIST}/{sent.id}/{errand}", seen_on=LIST, form={"tid": str(sent.id)})
        assert pressed.status_code == 404
