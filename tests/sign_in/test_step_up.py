"""A page that asks for a higher level than its door does (R13), and levels in their order (R9)."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from litestar import Response, get, post
from litestar.di import NamedDependency

from app.main import create_app
from app.sessions.principals import Clinician, Resident
from app.sign_in.gateways.providers import Providers
from app.sign_in.pages import require_level
from app.sign_in.rules.levels import from_on, is_enough
from app.sign_in.rules.provider import LOA3
from app.sign_in.rules.refusals import LevelTooLow, Untrusted
from app.sign_in.rules.tokens import ensure_id_token
from app.sign_in.tables import ProviderSession, Transaction
from tests.make import ANNA, DISA, token_in
from tests.sign_in.fake import LEFT_OUT, honest_claims
from tests.sign_in.test_signing_in import SWEDISH, is_signed_in, signs_in

LOA2, LOA4 = (f"http://id.elegnamnden.se/loa/1.0/loa{number}" for number in (2, 4))
PAGE = "/provsida?del=2"
TO_STEP_UP = "/logga-in?till=/provsida%3Fdel%3D2&niva=http%3A//id.elegnamnden.se/loa/1.0/loa4"


@get("/provsida", dependencies=require_level(LOA4))
async def show_page(resident: NamedDependency[Resident]) -> Response[Any]:
    return Response({"who": resident.name, "level": resident.level})


@post("/provsida", dependencies=require_level(LOA4))
async def change_page(resident: NamedDependency[Resident]) -> None:
    raise AssertionError(resident)


@get("/omojlig", dependencies=require_level("loa9"))
async def show_impossible(resident: NamedDependency[Resident]) -> None:
    raise AssertionError(resident)


@get("/personal/provsida", dependencies=require_level(LOA4))
async def show_staff_page(clinician: NamedDependency[Clinician]) -> Response[Any]:
    return Response({"who": clinician.name, "level": clinician.level})


@pytest.fixture(scope="module")
def composed(settings, keyring, the_clock, switched, staff_switched):
    """The product, with pages of this test's own."""
    shell: Any = create_app(
        settings, keys=keyring, clock=the_clock, providers=Providers(switched, staff_switched)
    )
    for handler in (show_page, change_page, show_impossible, show_staff_page):
        shell.app.register(handler)
    return shell


@pytest.fixture
def fake(fake):
    """A provider with two levels."""
    fake.provider = replace(fake.provider, levels=(LOA3, LOA4))
    return fake


async def steps_up(browser, fake, person=ANNA, **how):
    page = await browser.get(TO_STEP_UP, headers=SWEDISH)
    form = {"_csrf": token_in(page.text), "till": PAGE, "niva": LOA4}
    response = await browser.post("/logga-in/eid", data=form, headers=SWEDISH)
    assert response.status_code == 303
    location = response.headers["location"]
    return location, await browser.get(fake.back(location, person, **how), headers=SWEDISH)


async def test_the_page_leads_to_a_higher_sign_in(visitor, fake):
    """R13: the way on is the page's own, and no session is lost by looking."""
    await signs_in(visitor, fake)
    response = await visitor.get(PAGE)
    assert (response.status_code, response.headers["location"]) == (303, TO_STEP_UP)
    page = await visitor.get(TO_STEP_UP, headers=SWEDISH)
    assert page.status_code == 200
    for said in ("Legitimera dig igen", f'name="till" value="{PAGE}"', f'name="niva" value="{LOA4}"', "tel:"):
        assert said in page.text
    assert "form-action 'self' http://127.0.0.1:8001;" in page.headers["content-security-policy"]
    assert await is_signed_in(visitor)


async def test_somebody_who_is_not_signed_in_is_asked_for_the_level_at_once(visitor):
    response = await visitor.get(PAGE)
    assert (response.status_code, response.headers["location"]) == (303, TO_STEP_UP)


async def test_a_step_up_asks_anew_for_that_level(visitor, fake):
    """R13: acr, max_age=0 and prompt=login."""
    await signs_in(visitor, fake)
    fake.claims = {"acr": LOA4}
    asked = dict(parse_qsl(urlsplit((await steps_up(visitor, fake))[0]).query))
    assert (asked["max_age"], asked["prompt"]) == ("0", "login")
    assert json.loads(asked["claims"])["id_token"] == {"acr": {"essential": True, "values": [LOA4]}}


async def test_a_provider_without_the_claims_parameter_is_asked_by_acr_values(visitor, fake, switched):
    fake.provider = replace(fake.provider, asks_by_claims=False)
    vars(switched).update(vars(fake.connection()))
    fake.claims = {"acr": LOA4}
    asked = dict(parse_qsl(urlsplit((await steps_up(visitor, fake))[0]).query))
    assert (asked["acr_values"], asked["max_age"]) == (LOA4, "0")


async def test_after_it_the_session_is_new_and_the_page_opens(visitor, other_browser, fake):
    """R13, ASVS 7.2.4: the old cookie is worth nothing."""
    await signs_in(visitor, fake)
    before = visitor.cookies["sid"]
    fake.claims = {"acr": LOA4}
    _, response = await steps_up(visitor, fake)
    assert (response.status_code, response.headers["location"]) == (303, PAGE)
    assert (await visitor.get(PAGE)).json() == {"who": ANNA.name, "level": LOA4}
    assert visitor.cookies["sid"] != before
    other_browser.cookies.set("sid", before)
    assert not await is_signed_in(other_browser)
    assert await ProviderSession.count() == 1
    again = await visitor.get(TO_STEP_UP)
    assert (again.status_code, again.headers["location"]) == (303, PAGE)


async def test_the_way_on_is_kept_here(visitor, fake):
    """R13: neither the provider nor the way back has it."""
    await signs_in(visitor, fake)
    page = await visitor.get(TO_STEP_UP, headers=SWEDISH)
    form = {"_csrf": token_in(page.text), "till": PAGE, "niva": LOA4}
    location = (await visitor.post("/logga-in/eid", data=form)).headers["location"]
    assert "provsida" not in location
    [begun] = await Transaction.objects()
    assert (begun.next_path, begun.level) == (PAGE, LOA4)


async def test_a_level_below_the_one_asked_for_opens_nothing(visitor, fake):
    """R9: the door's own level will not do here."""
    await signs_in(visitor, fake)
    fake.claims = {"acr": LOA3}
    _, response = await steps_up(visitor, fake)
    assert response.status_code == 409
    assert "inte tillräckligt säker" in response.text
    assert await is_signed_in(visitor)
    assert (await visitor.get(PAGE)).status_code == 303


async def test_an_identification_from_before_is_no_step_up(visitor, fake):
    """R13: max_age=0 is checked, not only asked for."""
    await signs_in(visitor, fake)
    fake.claims = {"acr": LOA4, "auth_time": int(fake.clock().timestamp()) - 31}
    _, response = await steps_up(visitor, fake)
    assert response.status_code == 409
    assert (await visitor.get(PAGE)).status_code == 303


async def test_a_form_from_too_low_a_level_changes_nothing(visitor, fake):
    await signs_in(visitor, fake)
    page = await visitor.get("/inkorg")
    response = await visitor.post("/provsida", data={"_csrf": token_in(page.text)})
    assert response.status_code == 303
    assert response.headers["location"] == "/logga-in?niva=http%3A//id.elegnamnden.se/loa/1.0/loa4"


async def test_htmx_is_led_there_too(visitor, fake):
    await signs_in(visitor, fake)
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://127.0.0.1:8000{PAGE}"}
    assert (await visitor.get(PAGE, headers=headers)).headers["hx-redirect"] == TO_STEP_UP


async def test_staff_step_up_at_their_own_door(visitor, anna, staff_fake, staff_switched, knee_clinic):
    staff_fake.provider = replace(staff_fake.provider, levels=(LOA3, LOA4))
    vars(staff_switched).update(vars(staff_fake.connection()))
    there = "/personal/logga-in?till=/personal/provsida&niva=http%3A//id.elegnamnden.se/loa/1.0/loa4"
    for browser in (visitor, anna.client):
        assert (await browser.get("/personal/provsida")).headers["location"] == there
    page = await visitor.get(there)
    form = {"_csrf": token_in(page.text), "till": "/personal/provsida", "niva": LOA4}
    begun = await visitor.post("/personal/logga-in/tjanst", data=form)
    staff_fake.claims = {"acr": LOA4}
    await visitor.get(staff_fake.back(begun.headers["location"], DISA))
    assert (await visitor.get("/personal/provsida")).json() == {"who": DISA.name, "level": LOA4}


async def test_a_level_that_nobody_gives_ends_on_a_page_with_words(visitor, fake):
    """And not in a circle."""
    await signs_in(visitor, fake)
    there = (await visitor.get("/omojlig")).headers["location"]
    page = await visitor.get(there, headers=SWEDISH)
    assert page.status_code == 200
    assert "någon e-legitimation här ger" in page.text
    assert 'action="/logga-in/eid"' not in page.text


async def test_a_level_that_a_provider_does_not_have_is_not_asked_of_it(visitor, fake):
    """Whoever writes a form of their own gets a usual sign-in, which opens no such page."""
    page = await visitor.get("/logga-in")
    form = {"_csrf": token_in(page.text), "niva": "<script>"}
    location = (await visitor.post("/logga-in/eid", data=form)).headers["location"]
    assert "max_age" not in location
    [begun] = await Transaction.objects()
    assert begun.level == ""


async def test_a_session_of_a_provider_that_is_gone_is_at_no_level(visitor, fake):
    fake.claims = {"acr": LOA4}
    await signs_in(visitor, fake)
    assert (await visitor.get(PAGE)).status_code == 200
    await ProviderSession.update({ProviderSession.provider: "gone"}, force=True)
    assert (await visitor.get(PAGE)).status_code == 303


def test_levels_have_an_order():
    """R9: a stronger one than asked for is fine, one that is not listed never is."""
    levels = (LOA2, LOA3, LOA4)
    assert from_on("", levels) == levels
    assert from_on(LOA3, levels) == (LOA3, LOA4)
    assert from_on("loa9", levels) == ()
    assert is_enough(LOA4, asked=LOA3, levels=levels)
    assert is_enough(LOA3, asked=LOA3, levels=levels)
    assert not is_enough(LOA2, asked=LOA3, levels=levels)
    assert not is_enough("loa9", asked=LOA3, levels=levels)
    assert not is_enough("loa9", asked="loa9", levels=levels)
    assert not is_enough("loa9", asked="", levels=levels)


@pytest.mark.parametrize(
    ("acr", "asked", "enough"),
    [
        (LOA3, "", True),
        (LOA4, "", True),
        (LOA4, LOA3, True),
        (LOA4, LOA4, True),
        (LOA3, LOA4, False),
        (LOA2, "", False),
        (LOA2, LOA3, False),
        ("http://id.elegnamnden.se/loa/1.0/loa5", LOA3, False),
        ("", "", False),
        (f"{LOA3} ", "", False),
    ],
)
def test_an_id_token_is_at_the_level_asked_for_or_above(acr, asked, enough, provider, now):
    """R9"""
    there = replace(provider, levels=(LOA3, LOA4))
    claims = honest_claims(there, now, "n") | {"acr": acr}
    if enough:
        ensure_id_token(claims, provider=there, nonce="n", now=now, level=asked)
    else:
        with pytest.raises(LevelTooLow):
            ensure_id_token(claims, provider=there, nonce="n", now=now, level=asked)


@pytest.mark.parametrize(("ago", "fresh"), [(0, True), (30, True), (31, False), (LEFT_OUT, False)])
def test_a_new_identification_is_one(ago, fresh, provider, now):
    """R9, R13: thirty seconds of leeway between their clock and ours."""
    claims = honest_claims(provider, now, "n")
    claims = claims | {"auth_time": int(now.timestamp()) - ago if ago is not LEFT_OUT else None}
    if fresh:
        ensure_id_token(claims, provider=provider, nonce="n", now=now, level=LOA3, since=now)
    else:
        with pytest.raises(Untrusted, match="untrusted"):
            ensure_id_token(claims, provider=provider, nonce="n", now=now, level=LOA3, since=now)
