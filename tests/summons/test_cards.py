"""The card: how a summons stands, above every message about it and on its own page."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.audit.queries import accesses_to
from app.booking.queries import TimeType
from app.booking.rules import Policy
from app.database import statements
from app.inbox import actions as inbox
from app.inbox.queries import status_for
from app.summons import actions
from tests import make
from tests.make import ALLOWED, Browser, Clock, Ward
from tests.summons.flow import HTMX, TERMS, answers, books, case

CALLED = "Du är kallad till ett besök"


def headings(html: str) -> list[str]:
    """Of the cards and notes, in the order of the page."""
    found = re.findall(r'<h3 id="(?:summons|note)-[^>]*>([^<]*)</h3>', html)
    return [text.removeprefix("Så är det nu: ") for text in found]


def buttons(html: str) -> list[str]:
    card = html[html.index('<section id="summons-') :]
    return re.findall(r'class="button[^>]*>([^<]+)<', card[: card.index("</section>")])


async def test_the_card_says_all_that_a_visit_needs(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    policy = replace(ALLOWED, confirm_by=now + timedelta(days=2))
    sent = await make.a_summons(
        ward,
        anna.resident,
        visits,
        now=now,
        slot_id=times[0],
        policy=policy,
        details=TERMS,
    )

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    for words in (
        CALLED,
        "Svara senast onsdag 25 november 2026 kl. 9.30.",
        '<time datetime="2026-11-30T09:30:00+01:00">måndag 30 november 2026 kl. 9.30</time>',
        "30 minuter",
        "Knäkliniken",
        "Storgatan 1, 111 22 Stockholm",
        "Dr Lo",
        "Besök hos läkare",
        "Legitimation",
        "400 kronor",
        "Du betalar om du uteblir",
        "Fakturan kommer i brevlådan.",
        "(k.example.se)",
        'href="tel:+4681234567"',
        "vardagar 8–16",
        "söndag 29 november 2026 kl. 9.30",
        "Lägg till i kalendern (fil för kalender)",
        f'href="/kallelser/{sent.id}/utskrift"',
    ):
        assert words in page, words
    assert buttons(page) == ["Bekräfta tiden", "Boka om", "Avboka"]


async def test_an_open_summons_asks_for_a_choice(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, book_by=now + timedelta(days=5))

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    assert headings(page) == [CALLED]
    assert "Boka senast lördag 28 november 2026 kl. 9.30." in page
    assert buttons(page) == ["Boka tid"]
    assert ".ics" not in page


@pytest.mark.parametrize(
    ("what", "heading"),
    [
        ("bekraftelse", "Du har bekräftat din tid"),
        ("ombokning", "Din tid är ombokad"),
        ("avbokning", "Tiden är avbokad"),
        ("samma-tid", "Din tid är bokad"),
    ],
)
async def test_every_message_and_page_says_the_same_after_each_answer(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, what: str, heading: str
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    if what == "samma-tid":
        await answers(anna, sent, "avbokning")
    answer = (
        await books(anna, sent, times[1], to=what) if what == "ombokning" else await answers(anna, sent, what)
    )

    thread = (await anna.get(answer.headers["location"])).text
    own = (await anna.get(f"/kallelser/{sent.id}")).text

    assert headings(thread)[0] == heading
    assert len(headings(thread)) > 1, "the receipts too"
    assert set(headings(thread)) == set(headings(own)) == {heading}


async def test_what_the_clinic_moves_says_so(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    await actions.rebook(
        sent.id,
        resident_id=anna.resident.id,
        slot_id=times[2],
        seen=(await case(anna, sent)).seen,
        accepted=False,
        by=ward.care_system.actor,
        language="sv",
        now=now,
    )

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    assert set(headings(page)) == {"Mottagningen har bokat om din tid"}
    assert "måndag 30 november 2026 kl. 11.30" in page


async def test_what_the_clinic_cancels_says_so_and_offers_nothing_back(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(
        ward, anna.resident, visits, now=now, slot_id=times[0], after_cancellation="clinic"
    )
    seen = (await case(anna, sent)).seen
    await actions.cancel(
        sent.id,
        resident_id=anna.resident.id,
        seen=seen,
        by=ward.care_system.actor,
        language="sv",
        now=now,
    )

    page = (await anna.get(f"/kallelser/{sent.id}")).text

    assert headings(page) == ["Mottagningen har avbokat tiden"]
    assert "Mottagningen hör av sig om en ny tid." in page
    assert buttons(page) == []


async def test_until_the_last_second_of_the_cut_off_there_are_buttons_then_a_number(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    policy = Policy(cut_off_hours=168, cancel_allowed=True, rebook_allowed=True)
    sent = await make.a_summons(ward, anna.resident, visits, now=clock(), slot_id=times[0], policy=policy)
    page = f"/kallelser/{sent.id}"
    before = (await anna.get(page)).text
    clock.turn(seconds=1)
    after = (await anna.get(page)).text

    assert buttons(before) == ["Boka om", "Avboka"]
    assert "för sent" not in before
    assert buttons(after) == []
    assert "Det är för sent att boka om eller avboka här. Ring mottagningen om du inte kan komma." in after
    assert 'class="phone alone" href="tel:+4681234567"' in after


@pytest.mark.parametrize("step", ["ombokning", "avbokning", "ombokning/granska", "bokning"])
async def test_an_old_address_of_a_step_shows_how_things_stand(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime, step: str
) -> None:
    policy = Policy(cut_off_hours=200, cancel_allowed=True, rebook_allowed=True)
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], policy=policy)

    page = await anna.get(f"/kallelser/{sent.id}/{step}")
    fragment = await anna.get(f"/kallelser/{sent.id}/{step}", headers=HTMX)

    assert "Det är för sent att boka om eller avboka här." in page.text
    assert fragment.text.lstrip().startswith(f'<section id="summons-{sent.id}"')


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (Policy(), "Den här tiden kan du inte ändra här."),
        (Policy(rebook_allowed=True), "Vill du avboka? Ring mottagningen."),
        (Policy(cancel_allowed=True), "Vill du boka om? Ring mottagningen."),
    ],
)
async def test_what_the_clinic_does_not_allow_has_a_number_instead_of_a_button(
    anna: Browser,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    now: datetime,
    policy: Policy,
    sentence: str,
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], policy=policy)

    page = (await anna.get(f"/kallelser/{sent.id}")).text

    assert sentence in page
    assert buttons(page) == (
        ["Boka om"] if policy.rebook_allowed else ["Avboka"] if policy.cancel_allowed else []
    )


@pytest.mark.parametrize(
    ("confirmation", "hours", "lead"),
    [
        ("none", 48, "Du har fått en tid. Du behöver inte svara."),
        ("optional", 48, "Du får gärna bekräfta att du kommer, men du måste inte."),
        ("required", -1, "Sista dagen att svara har gått."),
    ],
)
async def test_what_is_asked_of_the_resident_is_said(
    anna: Browser,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    now: datetime,
    confirmation: str,
    hours: int,
    lead: str,
) -> None:
    policy = Policy(confirmation=confirmation, confirm_by=now + timedelta(hours=hours))
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0], policy=policy)

    page = (await anna.get(f"/kallelser/{sent.id}")).text

    assert lead in page
    assert ("Bekräfta tiden" in page) == (confirmation == "optional")
    assert ("Ring mottagningen och säg om du kommer." in page) == (hours < 0)


async def test_when_the_last_day_to_book_has_gone_there_is_a_number(
    anna: Browser, ward: Ward, visits: TimeType, clock: Clock
) -> None:
    sent = await make.a_summons(
        ward, anna.resident, visits, now=clock(), book_by=clock() + timedelta(minutes=1)
    )
    clock.turn(minutes=1, seconds=1)

    page = (await anna.get(f"/kallelser/{sent.id}")).text

    assert headings(page) == ["Det är för sent att boka"]
    assert "Sista dagen att boka var måndag 23 november 2026 kl. 9.31." in page
    assert "Ring mottagningen om du behöver en tid." in page
    assert buttons(page) == []


async def test_a_visit_that_has_begun_cannot_be_changed_here(
    anna: Browser, ward: Ward, visits: TimeType, clock: Clock
) -> None:
    start = clock() + timedelta(minutes=5)
    [slot] = await make.some_slots(ward, visits, start, now=clock())
    policy = Policy(cancel_allowed=True, rebook_allowed=True, confirmation="optional")
    sent = await make.a_summons(ward, anna.resident, visits, now=clock(), slot_id=slot, policy=policy)
    clock.turn(minutes=6)

    page = (await anna.get(f"/kallelser/{sent.id}")).text

    assert buttons(page) == []
    assert "Tiden har börjat. Ring mottagningen om du är sen eller inte kan komma." in page


async def test_a_visit_that_has_been_is_only_told(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], clock: Clock
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=clock(), slot_id=times[0])
    clock.now = clock() + timedelta(days=7, minutes=31)
    async with make.SignedIn(anna.client, make.ANNA, clock(), timedelta(hours=8)):
        page = (await anna.get(f"/kallelser/{sent.id}")).text

    assert headings(page) == ["Tiden har varit"]
    assert buttons(page) == []
    assert "Legitimation" not in page


async def test_many_cards_are_one_question_and_no_card_is_none(
    anna: Browser,
    ward: Ward,
    visits: TimeType,
    times: list[UUID],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = await ward.writes(anna.resident, now=now)
    one = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    several = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[1])
    for _ in range(3):
        await make.a_summons(ward, anna.resident, visits, now=now, thread_id=several.thread_id)
    asked: list[str] = []
    fetch = statements._fetch

    async def counted(sql: str, args: object) -> object:
        asked.append(sql)
        return await fetch(sql, args)  # type: ignore[arg-type]

    async def questions(thread_id: UUID) -> int:
        await anna.get(f"/inkorg/{thread_id}")
        asked.clear()
        await anna.get(f"/inkorg/{thread_id}")
        return len(asked)

    monkeypatch.setattr(statements, "_fetch", counted)

    without, single, many = [
        await questions(each) for each in (plain.thread_id, one.thread_id, several.thread_id)
    ]

    assert single == many
    assert single == without + 2, "the summonses, and their latest appointments"


async def test_deleting_the_letter_asks_with_the_visit_in_mind_and_leaves_a_page(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    await answers(anna, sent, "bekraftelse")
    url = f"/inkorg/meddelanden/{sent.message_id}/radering"

    question = (await anna.get(url)).text
    await anna.press(url, seen_on=url)
    thread = (await anna.get(f"/inkorg/{sent.thread_id}")).text
    own = (await anna.get(f"/kallelser/{sent.id}")).text

    assert "Du avbokar den inte genom att radera meddelandet." in question
    assert "måndag 30 november 2026 kl. 9.30" in question
    assert '<a href="/tider">Mina tider</a>' in question
    assert f'href="/kallelser/{sent.id}">Till kallelsen' in thread
    assert headings(thread) == headings(own) == ["Du har bekräftat din tid"]
    assert '<a class="back" href="/inkorg">' in own
    assert buttons(own) == ["Boka om", "Avboka"]


async def test_deleting_an_unanswered_open_summons_says_where_it_still_is(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    question = (await anna.get(f"/inkorg/meddelanden/{sent.message_id}/radering", headers=HTMX)).text

    assert "Kallelsen gäller fortfarande." in question
    assert '<a href="/att-gora">Att göra</a>' in question


async def test_keeping_the_letter_puts_its_card_back(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)
    await anna.get(f"/inkorg/{sent.thread_id}")

    fragment = (await anna.get(f"/inkorg/meddelanden/{sent.message_id}", headers=HTMX)).text

    assert headings(fragment) == [CALLED]


async def test_its_own_page_is_read_and_gives_no_receipt(
    anna: Browser, ward: Ward, visits: TimeType, now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now)

    page = await anna.get(f"/kallelser/{sent.id}")
    fragment = await anna.get(f"/kallelser/{sent.id}", headers=HTMX)

    assert f'href="/inkorg/{sent.thread_id}#summons-{sent.id}">Till meddelandet' in page.text
    assert fragment.text.lstrip().startswith(f'<section id="summons-{sent.id}"')
    assert (await status_for(ward.care_system, sent.message_id, now=now)).read_at is None
    read = [each for each in await accesses_to(anna.resident.id) if each.action == "summons.read"]
    assert [(each.actor_id, each.object_id) for each in read] == [(anna.resident.id, str(sent.id))] * 2


async def test_the_summons_lives_on_when_its_letter_was_deleted_unread(
    anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime
) -> None:
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=times[0])
    await inbox.delete(sent.message_id, resident=anna.resident, now=now)

    answer = await answers(anna, sent, "bekraftelse")

    assert answer.headers["location"].startswith(f"/kallelser/{sent.id}?svar=")
    assert headings((await anna.get(answer.headers["location"])).text) == ["Du har bekräftat din tid"]


async def test_everything_a_clinic_says_of_a_summons_is_only_text(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    """ASVS 1.1.2: the canary stands in every field and comes out as text."""
    canary = "\"'><svg onload=alert(1)>"
    words = dict.fromkeys(("subject", "contact_name", "contact_hours", "bring", "cost"), canary)
    time_type = await make.a_time_type(ward, now=now, code="svg", name=canary)
    terms = [[canary, canary, "javascript:alert(1)"]]
    sent = await make.a_summons(
        ward, anna.resident, time_type, now=now, details={**words, "terms": terms}, subject=canary
    )

    for path in (f"/inkorg/{sent.thread_id}", f"/kallelser/{sent.id}", f"/kallelser/{sent.id}/bokning"):
        page = (await anna.get(path)).text
        assert "<svg" not in page
        assert "&lt;svg" in page
        assert 'href="javascript' not in page
