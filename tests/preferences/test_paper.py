"""What a resident says of summonses on paper: on the page, with and without JavaScript."""

import httpx
import pytest

from app import database
from app.audit.queries import accesses_to
from app.residents.queries import holders_of
from tests import make
from tests.make import Browser

PAGE = "/installningar"
CHOICE = "/installningar/papper"
SWEDISH = {"Accept-Language": "sv"}
HTMX = {**SWEDISH, "HX-Request": "true"}


async def choose(browser: Browser, choice: str, headers: dict[str, str] = SWEDISH) -> httpx.Response:
    return await browser.press(CHOICE, seen_on=PAGE, form={"papper": choice}, headers=headers)


async def said(person: make.Person = make.ANNA) -> str | None:
    return (await holders_of([person.number]))[person.number].paper


def checked(html: str) -> list[str]:
    return [line.split('value="')[1].split('"')[0] for line in html.splitlines() if " checked" in line]


@pytest.mark.parametrize(
    ("choice", "kept"), [("wanted", "wanted"), ("declined", "declined"), ("not-said", None)]
)
async def test_a_choice_is_kept_and_shown(anna: Browser, choice: str, kept: str | None) -> None:
    await choose(anna, "wanted")
    answer = await choose(anna, choice)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?sparat=1")
    page = (await anna.get(answer.headers["location"], headers=SWEDISH)).text
    assert "Sparat. Det gäller från och med nu." in page
    assert checked(page) == [choice]
    assert await said() == kept


async def test_nothing_is_said_before_somebody_says_it(anna: Browser) -> None:
    assert checked((await anna.get(PAGE)).text) == ["not-said"]
    assert await said() is None


async def test_with_htmx_only_the_part_is_changed_and_read_aloud(anna: Browser) -> None:
    answer = await choose(anna, "declined", HTMX)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="paper"')
    assert "data-focus-after-swap" in answer.text
    assert checked(answer.text) == ["declined"]


@pytest.mark.parametrize("headers", [SWEDISH, HTMX])
@pytest.mark.parametrize("choice", ["", "maybe"])
async def test_another_choice_is_refused_and_changes_nothing(
    anna: Browser, headers: dict[str, str], choice: str
) -> None:
    await choose(anna, "declined")
    answer = await choose(anna, choice, headers)

    assert answer.status_code == 422
    assert '<a href="#papper">Välj hur du vill ha det.</a>' in answer.text
    assert 'aria-describedby="papper-error"' in answer.text
    assert await said() == "declined"


async def test_one_persons_choice_is_nobody_elses(anna: Browser, bo: Browser) -> None:
    await choose(anna, "declined")

    assert await said(make.BO) is None
    assert checked((await bo.get(PAGE)).text) == ["not-said"]


async def test_nobody_who_is_not_signed_in_sees_it(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get(PAGE)).status_code == 303


async def test_looking_and_choosing_are_audited(anna: Browser) -> None:
    await choose(anna, "declined")

    done = {(row.action, row.actor_kind, row.actor_id) for row in await accesses_to(anna.resident.id)}
    assert {
        ("preferences.read", "resident", anna.resident.id),
        ("preferences.paper", "resident", anna.resident.id),
    } <= done
    assert await database.run("SELECT id FROM audit WHERE action = {}", "preferences.paper") == 1


async def test_the_page_promises_no_notices(anna: Browser) -> None:
    """There are none yet."""
    page = (await anna.get(PAGE, headers=SWEDISH)).text

    assert "Vi skickar inga sms eller mejl än." in page
    assert 'aria-current="page">Inställningar' in page
