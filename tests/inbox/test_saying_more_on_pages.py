"""What a letter says beyond its text, as its resident meets it."""

import re
from datetime import datetime, timedelta

import pytest

from app.inbox.actions import Delivered
from app.inbox.sealed import ActionLink, InformationDocument, Version
from tests import make
from tests.make import Browser, Ward

ENGLISH = Version("en-GB", "Your visit", make.a_body("Welcome to us."))
ARABIC = Version("ar", "زيارتك", make.a_body("أهلا بك"))
IN_ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
async def ward(db: None, now: datetime) -> Ward:
    return await make.a_ward(now=now)


async def page_of(anna: Browser, sent: Delivered, **headers: str) -> str:
    page = await anna.get(f"/inkorg/{sent.thread_id}", headers=headers)
    assert page.status_code == 200
    return page.text


async def test_whoever_reads_english_pages_is_shown_the_english_version_and_the_others_stand_beside(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await ward.writes(
        anna.resident,
        now=now,
        subject="Ditt besök",
        body=make.a_body("Välkommen till oss."),
        versions=(ENGLISH, ARABIC),
    )

    page = await page_of(anna, sent, **IN_ENGLISH)

    assert '<h1 lang="en-GB"><bdi>Your visit</bdi></h1>' in page
    assert re.search(r'<div class="letter-body" lang="en-GB">\s*<p>Welcome to us.</p>', page)
    assert '<details class="collapsible" lang="sv"><summary>Svenska</summary>' in page
    assert '<details class="collapsible" lang="ar" dir="rtl"><summary>العربية</summary>' in page
    assert page.index("Welcome") < page.index("Svenska") < page.index("Välkommen") < page.index("العربية")
    assert '<dd lang="sv">Du har en tid hos oss.</dd>' in page, "the rest is in the letter's own language"


async def test_without_a_version_in_the_pages_language_the_letters_own_is_shown(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await ward.writes(
        anna.resident, now=now, subject="زيارتك", body=ARABIC.body, language="ar", versions=(ENGLISH,)
    )

    page = await page_of(anna, sent)

    assert '<h1 lang="ar"><bdi>زيارتك</bdi></h1>' in page
    assert '<div class="letter-body" lang="ar" dir="rtl">' in page
    assert '<details class="collapsible" lang="en-GB"><summary>English (United Kingdom)</summary>' in page


async def test_the_list_shows_the_subject_in_the_readers_language(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now, subject="Ditt besök", versions=(ENGLISH, ARABIC))
    url = f"/inkorg/{sent.thread_id}"

    assert f'<a href="{url}">Ditt besök</a>' in (await anna.get("/inkorg")).text
    english = await anna.get("/inkorg", headers=IN_ENGLISH)
    assert f'<a href="{url}" lang="en-GB">Your visit</a>' in english.text


async def test_links_of_ours_are_paths_and_others_say_that_one_leaves_and_where_to(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    links = (
        ActionLink("Svara på frågorna", "https://enkat.example.se/f?x=1&y=2", "enkat.example.se", True),
        ActionLink("Se dina tider", "/tider"),
        ActionLink("Se din inkorg", "http://127.0.0.1:8000/inkorg", "127.0.0.1"),
        ActionLink("Läs på vår sida", "https://klinik.example.se/", "klinik.example.se"),
    )
    sent = await ward.writes(anna.resident, now=now, links=links)

    page = await page_of(anna, sent)

    primary, *others = re.findall(r'<a class="(button|alone)" href="([^"]+)"([^>]*)>([^<]+)</a>', page)[:4]
    assert primary[:2] == ("button", "https://enkat.example.se/f?x=1&amp;y=2")
    assert 'rel="noreferrer noopener" aria-describedby="' in primary[2]
    assert [each[:2] for each in others] == [
        ("alone", "/tider"), ("alone", "/inkorg"), ("alone", "https://klinik.example.se/"),
    ]  # fmt: skip
    leaving = re.findall(r'Du lämnar Lärkpost och kommer till <span class="host">([^<]+)</span>', page)
    assert leaving == ["enkat.example.se", "klinik.example.se"]
    assert "rel=" not in others[0][2] + others[1][2]


async def test_documents_are_a_list_with_hosts(anna: Browser, ward: Ward, now: datetime) -> None:
    host = "klinik.example.se"
    document = InformationDocument("Efter operationen <1>", f"https://{host}/a.pdf", host)
    sent = await ward.writes(anna.resident, now=now, documents=(document,))

    page = await page_of(anna, sent)

    assert "<h3>Dokument</h3>" in page
    leads = f'<a class="alone" href="https://{host}/a.pdf" lang="sv" rel="noreferrer noopener">'
    assert f"{leads}Efter operationen &lt;1&gt;</a>" in page
    assert '<span class="host">(klinik.example.se)</span>' in page


async def test_a_letter_with_nothing_of_that_has_none_of_it(anna: Browser, ward: Ward, now: datetime) -> None:
    page = await page_of(anna, await ward.writes(anna.resident, now=now))

    for words in ("<details", "Dokument", "Du lämnar", "Ersatt", "rättade", "dir="):
        assert words not in page, words


@pytest.mark.parametrize(
    ("differently", "kind"),
    [
        ({"kind": "test-result"}, "Provsvar"),
        ({"sensitive": True}, "Information"),
        ({"kind": "follow-up", "sensitive": True}, "Uppföljning"),
    ],
)
async def test_what_others_must_not_see_stands_on_its_own_page_only(
    anna: Browser, ward: Ward, now: datetime, differently: dict[str, object], kind: str
) -> None:
    sent = await ward.writes(
        anna.resident, now=now, subject="Din hiv-infektion", versions=(ENGLISH,), **differently
    )

    for headers in ({}, IN_ENGLISH):
        listed = (await anna.get("/inkorg", headers=headers)).text
        assert "hiv" not in listed
        assert "Your visit" not in listed
    assert f'<a href="/inkorg/{sent.thread_id}">{kind}</a>' in (await anna.get("/inkorg")).text
    page = await page_of(anna, sent)
    assert "<h1" in page
    assert "Din hiv-infektion</bdi></h1>" in page
    assert f"<title>{kind} – " in page, "a history shows titles"
    deletion = await anna.get(f"/inkorg/meddelanden/{sent.id}/radering")
    assert "hiv" not in deletion.text


async def test_a_thread_keeps_its_line_when_a_test_result_comes_into_it(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    first = await ward.writes(anna.resident, now=now, subject="Efter ditt besök")
    await ward.writes(
        anna.resident, now=now, thread_id=first.thread_id, kind="test-result", subject="Ditt blodvärde"
    )

    listed = (await anna.get("/inkorg")).text

    assert "Efter ditt besök" in listed
    assert "blodvärde" not in listed


async def test_what_becomes_of_answers_is_said_once_with_a_form_only_where_one_can_answer(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    use = "Det går inte att svara här. Ring oss."
    closed = await page_of(anna, await ward.writes(anna.resident, now=now, use_of_answers=use))
    allowed = await page_of(anna, await ward.writes(anna.resident, now=now, reply_allowed=True))

    assert (closed.count(use), "Svara mottagningen" in closed) == (1, False)
    assert "Svara mottagningen" in allowed


async def test_an_ordination_says_that_it_is_replaced_and_leads_to_the_new_one(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    before = now - timedelta(days=1)
    old = await ward.writes(anna.resident, now=before, kind="ordination", subject="Ta en tablett")
    new = await ward.writes(anna.resident, now=now, kind="ordination", subject="Ta två", replaces=old.id)

    page = await page_of(anna, old)

    assert "Ersatt den 23 november 2026 av en ny läkarordination." in page
    assert f'<a href="/inkorg/{new.thread_id}#letter-{new.id}">Läs den som gäller nu</a>' in page
    assert "Ta en tablett" in page, "it can still be read"
    assert "Replaced on 23 November 2026 by a new ordination." in await page_of(anna, old, **IN_ENGLISH)
    assert "Ersatt" not in await page_of(anna, new)

    await anna.press(
        f"/inkorg/meddelanden/{new.id}/radering", seen_on=f"/inkorg/meddelanden/{new.id}/radering"
    )

    page = await page_of(anna, old)
    assert "Ersatt den 23 november 2026" in page
    assert "Läs den som gäller nu" not in page, "the resident has it no more"


async def test_without_replaces_an_ordination_in_the_same_thread_replaces_nothing(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    old = await ward.writes(anna.resident, now=now, kind="ordination")
    await ward.writes(anna.resident, now=now + timedelta(days=1), kind="ordination", thread_id=old.thread_id)

    assert "Ersatt" not in await page_of(anna, old)
