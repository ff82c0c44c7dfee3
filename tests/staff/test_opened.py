"""One summons as staff see it: who, how it stands, and everything that was done with it."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from app.audit.queries import accesses_to, denials
from app.booking.rules import Policy
from app.database import run, uuid7
from app.inbox import actions as inbox
from app.sessions.principals import GUARDIAN, Actor, Resident
from app.summons import actions
from app.summons.actions import Sent
from app.summons.queries import case_for
from tests import make
from tests.make import Clock, StaffBrowser, Ward
from tests.staff.conftest import SignInAgain, Summons

HTMX = {"HX-Request": "true"}
SWEDISH = {"Accept-Language": "sv"}
LIST = "/personal/kallelser"


async def test_it_says_who_is_called_to_what_and_what_can_be_done(
    disa: StaffBrowser, calls: Summons, times: list[UUID]
) -> None:
    sent = await calls(slot_id=times[0])

    page = await disa.get(f"{LIST}/{sent.id}", headers=SWEDISH)

    for words in (
        "Anna Andersson",
        "19121212-1212",
        "Väntar på att invånaren bekräftar",
        "måndag 30 november 2026 kl. 9.30",
        "30 minuter",
        "Dr Lo",
        "Kallelse till besök",
        "Tidsatt kallelse",
        "Inte läst",
        "Invånaren kan själv boka om och avboka till och med",
        "söndag 29 november 2026 kl. 9.30",
        "Kallelsen stängs.",
        f'href="{LIST}/{sent.id}/flytt"',
        f'href="{LIST}/{sent.id}/avbokning"',
    ):
        assert words in page.text, words
    assert "/bokning" not in page.text
    assert "<title>Kallelse – " in page.text, "the browser's history gets no name"


async def test_an_open_one_says_until_when_and_can_be_booked(
    disa: StaffBrowser, calls: Summons, clock: Clock
) -> None:
    sent = await calls(book_by=clock() + timedelta(days=3))

    page = await disa.get(f"{LIST}/{sent.id}", headers=SWEDISH)

    for words in ("Öppen kallelse", "Boka senast", "torsdag 26 november 2026 kl. 9.30", "/bokning"):
        assert words in page.text, words
    assert "/flytt" not in page.text


async def test_one_that_has_expired_says_so_and_staff_can_still_do_what_they_could(
    disa: StaffBrowser, calls: Summons, times: list[UUID], clock: Clock
) -> None:
    end = clock() + timedelta(minutes=10)
    choice, visit = await calls(expires_at=end), await calls(slot_id=times[0], expires_at=end)
    before = (await disa.get(f"{LIST}/{visit.id}", headers=SWEDISH)).text
    clock.turn(minutes=10)
    closed = (await disa.get(f"{LIST}/{choice.id}", headers=SWEDISH)).text
    after = (await disa.get(f"{LIST}/{visit.id}", headers=SWEDISH)).text
    listed = (await disa.get(f"{LIST}?lage=utgangen", headers=SWEDISH)).text

    last = '<time datetime="2026-11-23T09:40:00+01:00">'
    for words in ("Väntar på att invånaren bekräftar", "Bekräfta senast", "Stängs för invånaren", last):
        assert words in before, words
    assert "Kallelsen har gått ut" in closed
    assert f'href="{LIST}/{choice.id}/bokning"' in closed
    for words in ("Stängdes för invånaren", last, f'href="{LIST}/{visit.id}/flytt"'):
        assert words in after, words
    assert "Väntar på att invånaren bekräftar" not in after
    assert f"{LIST}/{choice.id}" in listed
    assert f"{LIST}/{visit.id}" not in listed, "its visit stands"


async def test_what_has_begun_says_so_and_nothing_else_does(
    disa: StaffBrowser,
    calls: Summons,
    ward: Ward,
    resident: Resident,
    times: list[UUID],
    clock: Clock,
    sign_in_again: SignInAgain,
) -> None:
    visit, choice = await calls(slot_id=times[0]), await calls()
    elsewhere = await make.a_summons(
        ward,
        resident,
        None,
        now=clock(),
        policy=Policy(),
        details={"booking_link": "https://tider.example.se/b"},
    )
    begun, kept = "Besöket har börjat", "Tiderna finns i mottagningens eget bokningssystem"

    async def said(sent: Sent) -> tuple[bool, bool]:
        page = (await disa.get(f"{LIST}/{sent.id}", headers=SWEDISH)).text
        return begun in page, kept in page

    assert [await said(each) for each in (visit, choice, elsewhere)] == [
        (False, False),
        (False, False),
        (False, True),
    ]
    clock.turn(days=7, minutes=5)
    await sign_in_again(disa)
    assert [await said(each) for each in (visit, elsewhere)] == [(True, False), (False, True)]


async def test_what_was_sent_in_a_test_is_marked(
    disa: StaffBrowser, calls: Summons, times: list[UUID]
) -> None:
    sent = await calls(slot_id=times[0])
    mark = "Påhittad, i ett test"
    pages = (f"{LIST}/{sent.id}", LIST)
    before = [(await disa.get(page, headers=SWEDISH)).text for page in pages]
    await run("UPDATE time_types SET test = {}", True)
    after = [(await disa.get(page, headers=SWEDISH)).text for page in pages]

    assert [page.count(mark) for page in before] == [0, 0]
    assert [page.count(mark) for page in after] == [1, 1]


async def test_with_htmx_it_is_the_summons_alone(disa: StaffBrowser, calls: Summons) -> None:
    sent = await calls()

    fragment = await disa.get(f"{LIST}/{sent.id}", headers=HTMX)

    assert fragment.text.lstrip().startswith('<section id="case"')


async def test_in_english_it_says_the_same(disa: StaffBrowser, calls: Summons, times: list[UUID]) -> None:
    sent = await calls(slot_id=times[0])

    page = (await disa.get(f"{LIST}/{sent.id}", headers={"Accept-Language": "en"})).text

    for words in ("Rebook for the resident", "Booked by the care system", "Monday 30 November 2026 at 9.30"):
        assert words in page, words
    assert '<bdi lang="sv">Kallelse till besök</bdi>' in page


async def test_a_letter_that_is_destroyed_unread_is_told(
    disa: StaffBrowser, calls: Summons, resident: Resident, clock: Clock
) -> None:
    sent = await calls()
    await inbox.delete(sent.message_id, resident=resident, now=clock.turn(minutes=1))

    page = (await disa.get(f"{LIST}/{sent.id}", headers=SWEDISH)).text

    assert "Kallelsen raderad ur inkorgen av invånaren" in page


async def test_the_history_says_who_did_what_when(
    disa: StaffBrowser,
    calls: Summons,
    times: list[UUID],
    resident: Resident,
    ward: Ward,
    clock: Clock,
) -> None:
    """Every kind of actor, in the order of time, the letter's own among the appointments'."""
    sent = await calls(slot_id=times[0], after_cancellation="open")
    guardian = Actor(GUARDIAN, uuid7())

    async def seen() -> str:
        return (await case_for(resident.id, sent.id)).seen

    await inbox.open_thread(sent.thread_id, resident=resident, now=clock.turn(minutes=1))
    await actions.confirm(
        sent.id, resident_id=resident.id, seen=await seen(), accepted=True, by=guardian, language="sv",
        now=clock.turn(minutes=1),
    )  # fmt: skip
    clock.turn(minutes=1)
    await disa.press(
        f"{LIST}/{sent.id}/flytt",
        seen_on=f"{LIST}/{sent.id}/flytt",
        form={"tid": str(times[1]), "seen": await seen()},
    )
    await actions.cancel(
        sent.id, resident_id=resident.id, seen=await seen(), by=resident.actor, language="sv",
        now=clock.turn(minutes=1), reason="Jag reser bort",
    )  # fmt: skip
    await actions.book(
        sent.id, resident_id=resident.id, slot_id=times[2], accepted=True, by=resident.actor, language="sv",
        now=clock.turn(minutes=1),
    )  # fmt: skip
    await actions.cancel(
        sent.id, resident_id=resident.id, seen=await seen(), by=ward.care_system.actor, language="sv",
        now=clock.turn(minutes=1),
    )  # fmt: skip
    await inbox.delete(sent.message_id, resident=resident, now=clock.turn(minutes=1))

    page = (await disa.get(f"{LIST}/{sent.id}", headers=SWEDISH)).text
    history = page[page.index("Historik") :]

    assert re.findall(r"<p><strong>(.*?)</strong>", history) == [
        "Kallelsen levererad av vårdsystemet",
        "Bokad av vårdsystemet",
        "Kallelsen läst av invånaren",
        "Bekräftad av invånarens ombud",
        "Ombokad av mottagningen",
        "Avbokad av invånaren",
        "Bokad av invånaren",
        "Avbokad av vårdsystemet",
    ], "what is read is the resident's own, also to delete"
    minutes = re.findall(r"kl\. (9\.3\d)</time></p>", history)
    assert minutes == ["9.30", "9.30", "9.31", "9.32", "9.33", "9.34", "9.35", "9.36"]
    assert "Disa Dahl, uppdrag SE2321000016-UPPDRAG1" in history
    moved = "Från måndag 30 november 2026 kl. 9.30 till måndag 30 november 2026 kl. 10.30"
    assert moved in history
    assert "Jag reser bort" in history


async def test_a_look_is_written_down(disa: StaffBrowser, calls: Summons, resident: Resident) -> None:
    sent = await calls()
    await disa.get(f"{LIST}/{sent.id}")

    looked = next(row for row in await accesses_to(resident.id) if row.action == "summons.opened")

    assert (looked.actor_kind, looked.actor_id) == ("clinician", disa.clinician.id)
    assert (looked.care_unit, looked.object_id) == (make.HSA_ID, str(sent.id))


@pytest.mark.parametrize("page", ["", "/flytt", "/bokning", "/avbokning"])
async def test_another_clinics_does_not_exist_and_the_try_is_written_down(
    other_clinician: StaffBrowser, calls: Summons, times: list[UUID], page: str
) -> None:
    """ASVS 8.2.2, 16.3.2: 404 and a row, after the rollback."""
    sent = await calls(slot_id=times[0])

    answer = await other_clinician.get(f"{LIST}/{sent.id}{page}")

    assert answer.status_code == 404
    assert "Anna" not in answer.text
    [denied] = await denials()
    assert (denied.action, denied.object_id) == ("summons.denied", str(sent.id))
    assert (denied.actor_kind, denied.actor_id) == ("clinician", other_clinician.clinician.id)
    assert denied.care_unit == make.OTHER_HSA_ID


@pytest.mark.parametrize("page", ["flytt", "bokning", "avbokning"])
async def test_nobody_changes_another_clinics(
    other_clinician: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, page: str
) -> None:
    """ASVS 8.2.2."""
    sent = await calls(slot_id=times[0])
    case = await case_for(resident.id, sent.id)
    form = {"tid": str(times[1]), "seen": case.seen}

    answer = await other_clinician.press(f"{LIST}/{sent.id}/{page}", seen_on=LIST, form=form)

    assert answer.status_code == 404
    assert (await case_for(resident.id, sent.id)).visit == case.visit
    assert [row.action for row in await denials()] == ["summons.denied"]


@pytest.mark.parametrize("page", ["", "/flytt", "/bokning", "/avbokning"])
async def test_nobody_else_comes_in(visitor: httpx.AsyncClient, calls: Summons, page: str) -> None:
    sent = await calls()
    path = f"{LIST}/{sent.id}{page}"

    answer = await visitor.get(path)
    said = await visitor.get(path, headers=HTMX | {"HX-Current-URL": f"http://127.0.0.1:8000{path}"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/personal/logga-in?till={path}")
    assert said.headers["hx-redirect"] == f"/personal/logga-in?till={path}"


async def test_not_even_the_one_who_is_called(anna: make.Browser, calls: Summons) -> None:
    sent = await calls()

    answer = await anna.get(f"{LIST}/{sent.id}")

    assert answer.headers["location"].startswith("/personal/logga-in")


@pytest.mark.parametrize("page", ["flytt", "bokning", "avbokning"])
async def test_a_form_from_elsewhere_changes_nothing(
    disa: StaffBrowser, calls: Summons, times: list[UUID], resident: Resident, page: str
) -> None:
    """ASVS 3.5.1."""
    sent = await calls(slot_id=times[0])
    case = await case_for(resident.id, sent.id)
    form = {"_csrf": "guess", "tid": str(times[1]), "seen": case.seen}

    answer = await disa.client.post(f"{LIST}/{sent.id}/{page}", data=form)

    assert answer.status_code == 403
    assert (await case_for(resident.id, sent.id)).visit == case.visit
