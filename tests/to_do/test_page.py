"""What awaits an answer, as its resident meets it."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx

from app.audit.queries import accesses_to
from app.booking.queries import TimeType
from app.booking.rules import Policy
from app.inbox import actions as inbox
from tests import make
from tests.make import Browser, Clock, Ward

HTMX = {"HX-Request": "true"}


def answered_by(day: datetime) -> Policy:
    return Policy(confirmation="required", confirm_by=day)


async def test_each_says_what_to_do_with_whom_and_by_when(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    policy = answered_by(now + timedelta(days=3))
    timed = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], policy=policy)

    page = (await anna.get("/att-gora")).text

    link = f'<a href="/inkorg/{timed.thread_id}#summons-{timed.id}">Bekräfta din tid hos Knäkliniken</a>'
    for words in (
        link,
        'Svara senast <time datetime="2026-11-26T09:30:00+01:00">torsdag 26 november 2026 kl. 9.30</time>',
        "måndag 30 november 2026 kl. 9.30",
        "Besök hos läkare",
        "En sak väntar på ditt svar",
        "<title>Att göra, 1 väntar",
    ):
        assert words in page, words


async def test_the_first_deadline_comes_first_and_none_comes_last(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    policy = answered_by(now + timedelta(days=3))
    someday = await make.a_summons(ward, anna.resident, visits, now=now)
    later = await make.a_summons(ward, anna.resident, visits, now=now, book_by=now + timedelta(days=5))
    soon = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], policy=policy)

    page = (await anna.get("/att-gora")).text

    assert [page.index(str(each.id)) for each in (soon, later, someday)] == sorted(
        page.index(str(each.id)) for each in (soon, later, someday)
    )
    assert page.count("Boka en tid hos Knäkliniken") == 2
    assert "Det finns ingen sista dag att svara" in page


async def test_without_a_last_day_a_visit_is_answered_before_it(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    await make.a_summons(ward, anna.resident, visits, now=clock(), slot_id=times[0])

    assert "Svara före besöket" in (await anna.get("/att-gora")).text


async def test_what_is_too_late_or_answered_is_not_there(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    now = clock()
    await make.a_summons(ward, anna.resident, visits, now=now, book_by=now + timedelta(minutes=5))
    free = Policy(confirmation="none")
    await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], policy=free)
    assert "En sak väntar" in (await anna.get("/att-gora")).text

    clock.turn(minutes=5, seconds=1)

    assert "Inget väntar på ditt svar" in (await anna.get("/att-gora")).text


async def test_a_deleted_letter_leaves_the_page_of_the_summons(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)
    await inbox.delete(sent.message_id, resident=anna.resident, now=now)

    assert f'<a href="/kallelser/{sent.id}">' in (await anna.get("/att-gora")).text


async def test_with_htmx_only_the_list_comes(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    await make.a_summons(ward, anna.resident, visits, now=now)

    fragment = await anna.get("/att-gora", headers=HTMX)

    assert fragment.text.lstrip().startswith('<section id="to-do"')
    assert "<html" not in fragment.text


async def test_nothing_to_do_says_what_would_come(anna: Browser) -> None:
    page = (await anna.get("/att-gora")).text

    assert "När en mottagning vill att du bokar" in page
    assert 'href="/tider"' in page


async def test_nobody_signed_in_is_led_to_sign_in_and_back(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/att-gora")

    assert (page.status_code, page.headers["location"]) == (303, "/logga-in?till=/att-gora")


async def test_what_others_have_to_do_is_theirs_alone(
    bo: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    anna = await make.a_resident(now=now)
    await make.a_summons(ward, anna, visits, now=now)

    assert "Inget väntar på ditt svar" in (await bo.get("/att-gora")).text


async def test_looking_is_written_down(anna: Browser) -> None:
    await anna.get("/att-gora")

    [row] = [each for each in await accesses_to(anna.resident.id) if each.action == "to-do.listed"]
    assert (row.actor_kind, row.actor_id, row.outcome) == ("resident", anna.resident.id, "done")
