"""What a person reads when a sign-in ends without them signed in: what happened, and what to do."""

import asyncio
import re
from datetime import timedelta

import httpx2
import pytest

from app.sign_in.gateways import http, targets
from tests.make import ANNA, token_in
from tests.sign_in.fake import LEFT_OUT

SWEDISH, ENGLISH = {"Accept-Language": "sv"}, {"Accept-Language": "en"}
LURE = "Ring-0900-lurad"
RETRY, OTHER = "Försök igen med Kort", "Välj en annan e-legitimation"


async def begins(browser, till="/inkorg/trad"):
    page = await browser.get("/logga-in", headers=SWEDISH)
    begun = await browser.post("/logga-in/kort", data={"_csrf": token_in(page.text), "till": till})
    return begun.headers["location"]


def assert_helps(page, sentence, *, first=RETRY):
    """What happened, and three ways on: again, another provider, the phone."""
    main = page.text.partition('<main id="main"')[2].partition("</main>")[0]
    assert page.status_code == 409
    assert sentence in main
    assert RETRY in main
    assert 'name="till" value="/inkorg' in main
    assert re.search(r'<a class="button[^"]*" href="/logga-in\?till=/inkorg[^"]*">' + OTHER, main)
    assert 'href="tel:' in main
    assert min((RETRY, OTHER), key=main.index) == first
    for leaked in ("lurad", "Traceback", "error_description", ANNA.number):
        assert leaked not in page.text


async def goes_on(browser, fake, page):
    """After every refusal one can try again, and come in."""
    fake.claims, fake.down = {}, False
    begun = await browser.post("/logga-in/kort", data={"_csrf": token_in(page.text), "till": "/inkorg"})
    back = await browser.get(fake.back(begun.headers["location"]))
    assert (back.status_code, back.headers["location"]) == (303, "/inkorg")


@pytest.mark.parametrize(
    ("error", "sentence", "first"),
    [
        ("access_denied", "Inloggningen avbröts", RETRY),
        ("unmet_authentication_requirements", "inte tillräckligt säker", OTHER),
        ("temporarily_unavailable", "svarar den för långsamt", OTHER),
        ("server_error", "svarar den för långsamt", OTHER),
        (LURE, "gick inte att lita på", RETRY),
    ],
)
async def test_an_error_of_the_providers(error, sentence, first, chooser, fakes):
    location = await begins(chooser)
    told = {"error": error, "error_description": LURE, "error_uri": f"https://{LURE}", "code": LEFT_OUT}
    page = await chooser.get(fakes["kort"].back(location, **told), headers=SWEDISH)
    assert_helps(page, sentence, first=first)
    await goes_on(chooser, fakes["kort"], page)


async def test_a_level_that_is_too_low(chooser, fakes):
    fakes["kort"].claims = {"acr": f"http://{LURE}/loa2"}
    page = await chooser.get(fakes["kort"].back(await begins(chooser)), headers=SWEDISH)
    assert_helps(page, "inte tillräckligt säker", first=OTHER)
    await goes_on(chooser, fakes["kort"], page)


@pytest.mark.parametrize("off_by", [timedelta(minutes=2), timedelta(days=1), -timedelta(minutes=6)])
async def test_clocks_that_differ_are_a_refusal_of_their_own(off_by, chooser, fakes, clock):
    stamp = int((clock() + off_by).timestamp())
    fakes["kort"].claims = {"iat": stamp, "exp": stamp + 300, "auth_time": stamp}
    page = await chooser.get(fakes["kort"].back(await begins(chooser)), headers=SWEDISH)
    assert_helps(page, "Klockan hos e-legitimationen går inte lika med vår", first=OTHER)
    assert str(stamp) not in page.text
    await goes_on(chooser, fakes["kort"], page)


@pytest.mark.parametrize("off_by", [timedelta(seconds=30), -timedelta(seconds=29)])
async def test_clocks_may_differ_by_the_leeway(off_by, chooser, fakes, clock):
    """R9: thirty seconds."""
    stamp = int((clock() + off_by).timestamp())
    issued = stamp if off_by > timedelta() else stamp - 300
    fakes["kort"].claims = {"iat": issued, "exp": issued + 300, "auth_time": issued}
    assert (await chooser.get(fakes["kort"].back(await begins(chooser)))).status_code == 303


async def test_a_provider_that_is_down_when_one_begins(chooser, fakes):
    fakes["kort"].down = True
    page = await chooser.get("/logga-in", headers=SWEDISH)
    form = {"_csrf": token_in(page.text), "till": "/inkorg"}
    page = await chooser.post("/logga-in/kort", data=form, headers=SWEDISH)
    assert_helps(page, "Vi når inte e-legitimationen just nu", first=OTHER)
    await goes_on(chooser, fakes["kort"], page)


async def test_a_provider_that_goes_down_before_one_is_back(chooser, fakes):
    location = await begins(chooser)
    fakes["kort"].down = True
    page = await chooser.get(fakes["kort"].back(location), headers=SWEDISH)
    assert_helps(page, "Vi når inte e-legitimationen just nu", first=OTHER)
    await goes_on(chooser, fakes["kort"], page)


class Slow(httpx2.AsyncBaseTransport):
    """Each answer comes in time, but not all of them together."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, seconds: float) -> None:
        self.inner, self.seconds = inner, seconds

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(self.seconds)
        return await self.inner.handle_async_request(request)


async def test_a_provider_that_is_slow_in_all(chooser, fakes, three, monkeypatch):
    """Ten seconds, however many answers they hold; here a hundredth of it."""
    location = await begins(chooser)
    fake = fakes["kort"]
    monkeypatch.setattr(http, "SECONDS_IN_ALL", 0.08)
    monkeypatch.setattr(three[0], "open", lambda: Slow(fake.open(), 0.05))
    page = await asyncio.wait_for(chooser.get(fake.back(location), headers=SWEDISH), timeout=5)
    assert_helps(page, "svarar den för långsamt", first=OTHER)


async def test_a_provider_that_is_slow_when_one_begins(chooser, fakes, three, monkeypatch):
    monkeypatch.setattr(http, "SECONDS_IN_ALL", 0.05)
    monkeypatch.setattr(targets, "SECONDS", 0.05)
    monkeypatch.setattr(three[0], "open", lambda: Slow(fakes["kort"].open(), 60))
    page = await chooser.get("/logga-in", headers=SWEDISH)
    form = {"_csrf": token_in(page.text), "till": "/inkorg"}
    page = await asyncio.wait_for(chooser.post("/logga-in/kort", data=form, headers=SWEDISH), timeout=5)
    assert_helps(page, "svarar den för långsamt", first=OTHER)


def test_a_person_waits_ten_seconds_at_most():
    assert http.SECONDS < http.SECONDS_IN_ALL
    assert http.SECONDS_IN_ALL + targets.SECONDS == 10


async def test_a_sign_in_begun_in_another_browser(chooser, fakes):
    location = await begins(chooser)
    chooser.cookies.delete("tx")
    page = await chooser.get(fakes["kort"].back(location), headers=SWEDISH)
    assert_helps(page, "började i en annan webbläsare")
    await goes_on(chooser, fakes["kort"], page)


async def test_a_callback_that_is_replayed(chooser, fakes):
    back = fakes["kort"].back(await begins(chooser))
    tx = chooser.cookies["tx"]
    await chooser.get(back)
    chooser.cookies.delete("sid")
    chooser.cookies.set("tx", tx, domain="127.0.0.1")
    page = await chooser.get(back, headers=SWEDISH)
    assert_helps(page, "redan avslutad")
    await goes_on(chooser, fakes["kort"], page)


@pytest.mark.parametrize(
    "asked", [f"state={LURE}&code={LURE}", f"state={LURE}&error={LURE}", LURE, f"state={LURE}" * 2]
)
async def test_nothing_of_a_made_up_address_is_printed(asked, chooser):
    page = await chooser.get(f"/logga-in/kort/retur?{asked}", headers=SWEDISH)
    assert page.status_code == 409
    assert "lurad" not in page.text


@pytest.mark.parametrize("claims", [{"sub": f"<b>{LURE}</b>", "nonce": LURE}, {"iss": f"https://{LURE}"}])
async def test_nothing_of_a_token_is_printed(claims, chooser, fakes):
    fakes["kort"].claims = claims
    page = await chooser.get(fakes["kort"].back(await begins(chooser)), headers=SWEDISH)
    assert_helps(page, "gick inte att lita på")


async def test_where_there_is_no_other_provider_none_is_offered(visitor, fake):
    page = await visitor.get("/logga-in/eid/retur?state=x", headers=SWEDISH)
    assert OTHER not in page.text
    assert "Försök igen med e-legitimation" in page.text
    assert 'href="tel:' in page.text.partition("</main>")[0]


async def test_it_is_all_said_in_english(chooser, fakes, clock):
    location, stamp = await begins(chooser), int(clock().timestamp()) + 120
    fakes["kort"].claims = {"iat": stamp, "exp": stamp + 300}
    page = await chooser.get(fakes["kort"].back(location), headers=ENGLISH)
    for said in ("does not agree with ours", "Choose another e-ID", "Try again with kort e-ID", "Call us"):
        assert said in page.text
