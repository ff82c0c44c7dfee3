"""The file for a calendar: read back by icalendar, and compared as instants."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest
from icalendar import Calendar

from app.audit.queries import accesses_to, denials
from app.booking.queries import Visit, latest_of
from app.sessions.principals import Resident
from app.summons import actions
from app.summons.queries import case_for
from tests import make
from tests.make import Browser, Clock, Ward

WINTER_TO_SUMMER = [
    ("01:30:00+01:00", datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
    ("03:00:00+02:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    # There is no 2.30 that night: who says it means half an hour after two became three.
    ("02:30:00+01:00", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
]
SUMMER_TO_WINTER = [
    ("02:30:00+02:00", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ("02:30:00+01:00", datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
]


async def a_visit(
    ward: Ward, resident: Resident, starts_at: datetime, *, now: datetime
) -> tuple[UUID, Visit]:
    """The summons, and the appointment that came of it."""
    visits = await make.a_time_type(ward, now=now)
    [slot] = await make.some_slots(ward, visits, starts_at, now=now)
    sent = await make.a_summons(ward, resident, visits, now=now, slot_id=slot)
    return sent.id, (await latest_of([sent.id]))[sent.id]


async def downloaded(browser: Browser, visit: Visit, **more: str) -> httpx.Response:
    answer = await browser.get(f"/tider/{visit.id}.ics", headers=more)
    assert answer.status_code == 200
    return answer


class Read(NamedTuple):
    """What a calendar reads out of the file."""

    properties: frozenset[str]
    start: datetime
    end: datetime
    stamp: datetime
    sequence: int
    words: dict[str, str]


def event_in(answer: httpx.Response) -> Read:
    calendar: Any = Calendar.from_ical(answer.content)
    assert calendar["method"] == "PUBLISH"
    [event] = calendar.walk("VEVENT")
    return Read(
        properties=frozenset(name.lower() for name in event),
        start=event.decoded("dtstart"),
        end=event.decoded("dtend"),
        stamp=event.decoded("dtstamp"),
        sequence=event.decoded("sequence"),
        words={name.lower(): str(value) for name, value in event.items()},
    )


async def test_it_is_a_file_named_by_the_day(anna: Browser, ward: Ward, now: datetime) -> None:
    # Half past midnight in Stockholm: another day there than in UTC.
    _, visit = await a_visit(ward, anna.resident, datetime(2026, 12, 12, 23, 30, tzinfo=UTC), now=now)

    answer = await downloaded(anna, visit)

    assert answer.headers["content-type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="tid-2026-12-13.ics"'
    assert answer.headers["cache-control"] == "no-store"


async def test_it_says_when_and_nothing_of_what_or_where(anna: Browser, ward: Ward, now: datetime) -> None:
    _, visit = await a_visit(ward, anna.resident, now + timedelta(days=7), now=now)

    event = event_in(answer := await downloaded(anna, visit))

    assert (event.start, event.end) == (visit.starts_at, visit.ends_at)
    assert (event.stamp, event.sequence) == (now, 0)
    assert event.words["uid"] == f"{visit.id}@127.0.0.1"
    assert event.words["summary"] == "Vårdbesök"
    assert (event.words["status"], event.words["class"]) == ("CONFIRMED", "PRIVATE")
    assert event.words["description"] == "Logga in på Lärkpost för att se mer: http://127.0.0.1:8000/tider"
    assert not event.properties & {"location", "organizer", "attendee", "geo", "contact"}
    for secret in ("Knä", "Besök hos läkare", "Storgatan", "Dr Lo", "Anna", "08-123"):
        assert secret not in answer.text, secret


async def test_lines_are_folded_and_end_as_calendars_want(anna: Browser, ward: Ward, now: datetime) -> None:
    """RFC 5545 §3.1: CRLF, and at most 75 octets a line."""
    _, visit = await a_visit(ward, anna.resident, now + timedelta(days=7), now=now)

    lines = (await downloaded(anna, visit)).content.split(b"\r\n")

    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-1] == b""
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 75
    assert any(line.startswith(b" ") for line in lines), "the description is longer than a line"


async def test_the_title_is_in_the_readers_language(anna: Browser, ward: Ward, now: datetime) -> None:
    _, visit = await a_visit(ward, anna.resident, now + timedelta(days=7), now=now)

    event = event_in(await downloaded(anna, visit, **{"Accept-Language": "en"}))

    assert event.words["summary"] == "Health care visit"


@pytest.mark.parametrize(("said", "instant"), [*WINTER_TO_SUMMER, *SUMMER_TO_WINTER])
async def test_it_is_the_same_instant_over_the_nights_when_clocks_change(
    anna: Browser, ward: Ward, clock: Clock, said: str, instant: datetime
) -> None:
    starts_at = datetime.fromisoformat(f"{instant:%Y-%m-%d}T{said}")
    _, visit = await a_visit(ward, anna.resident, starts_at, now=clock())

    event = event_in(await downloaded(anna, visit))

    assert event.start.astimezone(UTC) == instant
    assert event.end.astimezone(UTC) == instant + make.HOUR / 2


async def test_the_two_half_past_twos_of_an_autumn_night_are_an_hour_apart(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    (_, first), (_, second) = [
        await a_visit(ward, anna.resident, instant, now=now) for _, instant in SUMMER_TO_WINTER
    ]

    early, late = [event_in(await downloaded(anna, visit)) for visit in (first, second)]

    assert late.start - early.start == make.HOUR
    assert early.words["uid"] != late.words["uid"]


async def test_a_moved_visit_is_the_same_event_with_a_higher_number(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    id, visit = await a_visit(ward, anna.resident, now + timedelta(days=7), now=now)
    before = event_in(await downloaded(anna, visit))
    visits = await make.a_time_type(ward, now=now)
    [later] = await make.some_slots(ward, visits, now + timedelta(days=9), now=now)
    case = await case_for(anna.resident.id, id)
    await actions.rebook(
        id, resident_id=anna.resident.id, slot_id=later, seen=case.seen, accepted=True,
        by=anna.resident.actor, language="sv", now=now,
    )  # fmt: skip

    after = event_in(await downloaded(anna, visit))

    assert after.words["uid"] == before.words["uid"]
    assert after.sequence > before.sequence
    assert after.start == now + timedelta(days=9)


async def test_a_cancelled_visit_is_the_same_event_and_cancelled(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    id, visit = await a_visit(ward, anna.resident, now + timedelta(days=7), now=now)
    before = event_in(await downloaded(anna, visit))
    case = await case_for(anna.resident.id, id)
    await actions.cancel(
        id, resident_id=anna.resident.id, seen=case.seen, by=anna.resident.actor, language="sv", now=now
    )

    after = event_in(await downloaded(anna, visit))

    assert (after.words["uid"], after.words["status"]) == (before.words["uid"], "CANCELLED")
    assert after.sequence > before.sequence
    assert (after.words["summary"], after.words["transp"]) == ("Avbokat vårdbesök", "TRANSPARENT")


async def test_downloading_is_written_down(anna: Browser, ward: Ward, now: datetime) -> None:
    _, visit = await a_visit(ward, anna.resident, now + timedelta(days=7), now=now)

    await downloaded(anna, visit)

    [row] = [each for each in await accesses_to(anna.resident.id) if each.action == "appointment.read"]
    assert (row.actor_id, row.object_id) == (anna.resident.id, str(visit.id))


async def test_nobody_signed_in_gets_no_file(visitor: httpx.AsyncClient, ward: Ward, now: datetime) -> None:
    _, visit = await a_visit(ward, await make.a_resident(now=now), now + timedelta(days=7), now=now)

    answer = await visitor.get(f"/tider/{visit.id}.ics")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/logga-in")


async def test_somebody_elses_does_not_exist_and_is_written_down(
    bo: Browser, ward: Ward, now: datetime
) -> None:
    anna = await make.a_resident(now=now)
    _, visit = await a_visit(ward, anna, now + timedelta(days=7), now=now)

    answer = await bo.get(f"/tider/{visit.id}.ics")

    assert answer.status_code == 404
    assert "VCALENDAR" not in answer.text
    [denied] = await denials()
    assert (denied.action, denied.actor_id) == ("appointment.denied", bo.resident.id)
    assert denied.care_unit == make.HSA_ID
    assert denied in await accesses_to(anna.id), "Anna sees who tried"


NOBODYS = "01a2130e-07e2-7000-8db9-b06bac26c8eb"


@pytest.mark.parametrize("name", [f"{NOBODYS}.ics", NOBODYS, "x.ics", ".ics", "%00.ics", "🙂"])
async def test_what_is_no_appointment_is_missing(anna: Browser, name: str) -> None:
    assert (await anna.get(f"/tider/{name}")).status_code == 404
