"""What anyone may read, in words that most people can."""

import re

import pytest

from tests.portal.readability import lix, main_of, sentences

PAGES = ("/", "/om", "/integritet", "/tillganglighet", "/synpunkter")
SWEDISH = {"Accept-Language": "sv"}
ENGLISH = {"Accept-Language": "en"}

HARDEST = 35
LONGEST_SENTENCE = 20


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("headers", [SWEDISH, ENGLISH])
async def test_anyone_reads_it_in_their_language(visitor, path, headers):
    page = await visitor.get(path, headers=headers)

    assert page.status_code == 200
    assert f'<html lang="{headers["Accept-Language"]}">' in page.text
    assert len(re.findall(r"<h1\b", page.text)) == 1


@pytest.mark.parametrize("path", PAGES)
async def test_the_swedish_is_easy(visitor, path):
    """accessibility.md §6: LIX at most 35, and no sentence of more than 20 words."""
    text = sentences((await visitor.get(path, headers=SWEDISH)).text)

    assert lix(text) <= HARDEST
    assert [" ".join(words) for words in text if len(words) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_is_shouted_at_or_sold_another_services_name(visitor, path):
    words = re.sub(r"<[^>]*>", "", main_of((await visitor.get(path, headers=SWEDISH)).text))

    assert "!" not in words
    assert "1177" not in words
    assert "skaffa konto" not in words.lower()


@pytest.mark.parametrize("path", ["/", "/om", "/integritet", "/tillganglighet"])
async def test_reading_leaves_no_cookie(visitor, path):
    assert "set-cookie" not in (await visitor.get(path)).headers


async def test_the_start_page_leads_to_sign_in_help_and_112(visitor):
    page = main_of((await visitor.get("/", headers=SWEDISH)).text)

    assert '<a class="button" href="/logga-in">Logga in</a>' in page
    assert 'href="tel:+46846500410"' in page
    assert "Vid nödläge, ring 112." in page


async def test_whoever_is_signed_in_goes_to_the_inbox_instead(anna):
    page = main_of((await anna.get("/", headers=SWEDISH)).text)

    assert 'href="/inkorg">Öppna inkorgen</a>' in page
    assert "/logga-in" not in page


async def test_the_service_page_speaks_to_residents_and_to_care(visitor):
    page = (await visitor.get("/om", headers=SWEDISH)).text

    for part in ("residents", "care"):
        assert f'href="#{part}"' in page
        assert f'id="{part}"' in page
    for duty in ("Avsändare.", "Syfte.", "Svar.", "Kontakt."):
        assert f"<strong>{duty}</strong>" in page
