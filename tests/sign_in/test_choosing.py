"""The sign-in page where there are several providers: in which order, and what it remembers."""

import asyncio
import re

import httpx2
import pytest

from app.sign_in.gateways import targets
from app.sign_in.rules.choice import is_phone
from tests.make import ANNA, DISA, token_in

SWEDISH = {"Accept-Language": "sv"}
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148"}
DESKTOP = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
LAST = "Du använde den här senast"


async def listed(browser, **headers):
    page = await browser.get("/logga-in", headers=SWEDISH | headers)
    assert page.status_code == 200
    return re.findall(r'action="/logga-in/([a-z-]+)"', page.text)


async def signs_in(browser, fake, person=ANNA, door=""):
    key = fake.provider.key
    page = await browser.get(f"{door}/logga-in")
    begun = await browser.post(f"{door}/logga-in/{key}", data={"_csrf": token_in(page.text)})
    return await browser.get(fake.back(begun.headers["location"], person))


async def test_the_page_has_the_operators_order(chooser):
    assert await listed(chooser, **DESKTOP) == ["kort", "dosan", "mobilen"]


async def test_on_a_phone_what_is_on_it_comes_first(chooser):
    assert await listed(chooser, **PHONE) == ["mobilen", "kort", "dosan"]


@pytest.mark.parametrize(
    ("hint", "agent", "phone"),
    [
        ("?1", DESKTOP["User-Agent"], True),
        ("?0", PHONE["User-Agent"], False),
        (None, PHONE["User-Agent"], True),
        (None, DESKTOP["User-Agent"], False),
        ("1", DESKTOP["User-Agent"], False),
        ("", PHONE["User-Agent"], True),
        (None, None, False),
    ],
)
def test_the_client_hint_goes_before_the_user_agent(hint, agent, phone):
    assert is_phone(hint, agent) is phone


async def test_the_client_hint_is_read(chooser):
    assert (await listed(chooser, **DESKTOP, **{"Sec-CH-UA-Mobile": "?1"}))[0] == "mobilen"


async def test_each_provider_has_its_hint_with_its_button(chooser):
    page = await chooser.get("/logga-in", headers=SWEDISH)
    assert 'aria-describedby="kort-om">Logga in med Kort</button>' in page.text
    assert '<p class="hint" id="kort-om">Med kort.</p>' in page.text
    assert '<button class="button" type="submit">Logga in med Dosan</button>' in page.text
    english = await chooser.get("/logga-in", headers={"Accept-Language": "en"})
    assert "By card." in english.text


async def test_help_by_phone_stands_on_the_page_itself(chooser):
    main = (await chooser.get("/logga-in", headers=SWEDISH)).text.partition("</main>")[0]
    assert "Kan du inte logga in?" in main
    assert re.search(r'<a class="phone" href="tel:\+?\d+">', main)
    assert "vardag" in main.lower()


async def test_the_provider_used_last_is_first_and_says_so(chooser, fakes):
    assert LAST not in (await chooser.get("/logga-in", headers=SWEDISH)).text
    await signs_in(chooser, fakes["dosan"])
    assert chooser.cookies["eid"] == "dosan"
    chooser.cookies.delete("sid")
    assert await listed(chooser, **DESKTOP) == ["dosan", "kort", "mobilen"]
    assert await listed(chooser, **PHONE) == ["dosan", "mobilen", "kort"]
    page = await chooser.get("/logga-in", headers=SWEDISH)
    assert page.text.count(LAST) == 1
    assert page.text.index(LAST) < page.text.index("Logga in med Kort")


async def test_the_cookie_is_explained_where_it_is_used_and_on_the_privacy_page(chooser):
    assert "i en kaka vilken e-legitimation" in (await chooser.get("/logga-in", headers=SWEDISH)).text
    privacy = (await chooser.get("/integritet", headers=SWEDISH)).text
    assert "Minns vilken e-legitimation du använde senast" in privacy


async def test_a_sign_in_that_fails_is_not_remembered(chooser, fakes):
    fakes["dosan"].claims = {"nonce": "another"}
    assert (await signs_in(chooser, fakes["dosan"])).status_code == 409
    assert "eid" not in chooser.cookies


@pytest.mark.parametrize("planted", ["gone", "", "tjanst", '"><script>', "dosan ", "x" * 5000])
async def test_a_cookie_that_is_not_on_the_list_is_nothing(planted, chooser):
    """tjanst is on the other door's."""
    page = await chooser.get("/logga-in", headers=SWEDISH | DESKTOP | {"Cookie": f"eid={planted}"})
    assert re.findall(r'action="/logga-in/([a-z-]+)"', page.text) == ["kort", "dosan", "mobilen"]
    assert LAST not in page.text
    assert "<script>" not in page.text


async def test_each_door_remembers_its_own(chooser, fakes, staff_fake, knee_clinic):
    await signs_in(chooser, fakes["dosan"])
    await signs_in(chooser, staff_fake, DISA, "/personal")
    assert (chooser.cookies["eid"], chooser.cookies["eid-staff"]) == ("dosan", "tjanst")


async def test_it_outlives_the_cookies_that_are_cleared_at_sign_out(chooser, fakes):
    """Clear-Site-Data takes all of them; the page after it sets this one again."""
    await signs_in(chooser, fakes["dosan"])
    page = await chooser.get("/inkorg")
    out = await chooser.post("/logga-ut", data={"_csrf": token_in(page.text)})
    chooser.cookies.clear()
    await chooser.get(out.headers["location"])
    assert dict(chooser.cookies).get("eid") == "dosan"


async def test_with_a_chosen_language_both_outlive_it(chooser, fakes):
    await signs_in(chooser, fakes["dosan"])
    await chooser.get("/sprak/en")
    page = await chooser.get("/inkorg")
    out = await chooser.post("/logga-ut", data={"_csrf": token_in(page.text)})
    chooser.cookies.clear()
    language = await chooser.get(out.headers["location"])
    page = await chooser.get(language.headers["location"])
    assert "You are signed out" in page.text
    assert chooser.cookies["eid"] == "dosan"


@pytest.mark.parametrize("med", ["gone", "tjanst", "https://evil.example", ""])
async def test_the_signed_out_page_remembers_nothing_that_is_not_on_the_list(med, chooser):
    page = await chooser.get("/utloggad", params={"med": med})
    assert page.status_code == 200
    assert not {"eid", "eid-staff"} & set(chooser.cookies)


async def test_the_page_may_lead_to_each_of_them(chooser):
    policy = (await chooser.get("/logga-in")).headers["content-security-policy"]
    assert "form-action 'self' http://127.0.0.1:8011 http://127.0.0.1:8012 http://127.0.0.1:8013;" in policy


async def test_no_cache_keeps_what_differs_from_device_to_device(chooser):
    assert (await chooser.get("/logga-in")).headers["cache-control"] == "no-store"


async def test_a_provider_that_is_slow_does_not_hold_the_page(chooser, three, monkeypatch):
    """The policy then has its issuer's origin, and the others' are asked at the same time."""

    async def never(_request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setattr(targets, "SECONDS", 0.05)
    monkeypatch.setattr(three[0], "open", lambda: httpx2.MockTransport(never))
    page = await asyncio.wait_for(chooser.get("/logga-in"), timeout=5)
    assert (
        "http://127.0.0.1:8011 http://127.0.0.1:8012 http://127.0.0.1:8013;"
        in (page.headers["content-security-policy"])
    )


async def test_one_provider_cannot_answer_for_another(chooser, fakes):
    """R1: mix-up, with a redirect URI for each."""
    page = await chooser.get("/logga-in")
    begun = await chooser.post("/logga-in/kort", data={"_csrf": token_in(page.text)})
    back = fakes["kort"].back(begun.headers["location"]).replace("/kort/", "/dosan/")
    assert (await chooser.get(back)).status_code == 409
    assert fakes["dosan"].asked["/token"] == 0
