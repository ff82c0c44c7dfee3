"""Lag 2018:1937 and MDFFS 2019:2: the eleven things a statement says (accessibility.md §5)."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.main import create_app

SWEDISH = {"Accept-Language": "sv"}

THE_ELEVEN = {
    "actor": "Påhittade regionen står bakom tjänsten Lärkpost.",
    "service": "Lärkpost är delvis förenlig med lagen",
    "status": "är delvis förenlig med",
    "faults": "<strong>Ingen har testat med skärmläsare än.</strong>",
    "assessed": "Den senaste bedömningen gjordes den 23 november 2026.",
    "updated": "Redogörelsen uppdaterades senast den 23 november 2026.",
    "method": "Vi har gjort bedömningen själva.",
    "message function": 'href="/synpunkter?fran=/tillganglighet"',
    "supervision": 'href="https://www.digg.se/tdosanmalan"',
    "burden": "Oskäligt betungande anpassning",
    "outside": "Innehåll som inte omfattas av lagen",
}


@pytest.fixture
def stated(db, settings, keyring, clock, tmp_path):
    """The statement page of an operator whose file reads otherwise."""

    async def page(*changes: tuple[str, str]) -> str:
        text = settings.service.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "service.toml"
        path.write_text(text, encoding="utf-8")
        app: Any = create_app(replace(settings, service=path), keys=keyring, clock=clock)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url=settings.base_url
        ) as client:
            return (await client.get("/tillganglighet", headers=SWEDISH)).text

    return page


@pytest.mark.parametrize("item", THE_ELEVEN)
async def test_it_says_all_that_the_law_asks_for(visitor, item):
    assert THE_ELEVEN[item] in (await visitor.get("/tillganglighet", headers=SWEDISH)).text


async def test_the_status_in_english_is_a_translation_of_one_of_three(visitor):
    page = await visitor.get("/tillganglighet", headers={"Accept-Language": "en"})

    assert "Lärkpost is partially compliant with" in page.text


async def test_the_worst_status_is_told_as_it_is(stated):
    page = await stated(('status = "delvis förenlig"', 'status = "inte förenlig"'))

    assert "Lärkpost är inte förenlig med lagen" in page


async def test_the_two_dates_are_two(stated):
    page = await stated(("updated_on = 2026-11-23", "updated_on = 2027-01-02"))

    assert "Den senaste bedömningen gjordes den 23 november 2026." in page
    assert "Redogörelsen uppdaterades senast den 2 januari 2027." in page


async def test_exempt_content_is_told_with_its_reason(stated):
    part = '[{ what = { sv = "Gamla bilagor", en = "Old" }, why = { sv = "De är 40 000.", en = "Many." } }]'

    page = await stated(("burden = []", f"burden = {part}"), ("outside = []", f"outside = {part}"))

    assert page.count("<strong>Gamla bilagor</strong><br>De är 40 000.") == 2
    assert "Vi undantar inget" not in page
    assert "omfattar allt innehåll" not in page


async def test_nothing_exempt_is_said_too(visitor):
    page = (await visitor.get("/tillganglighet", headers=SWEDISH)).text

    assert "Vi undantar inget enligt 12 § i lagen." in page
    assert "Lagen omfattar allt innehåll i tjänsten." in page
