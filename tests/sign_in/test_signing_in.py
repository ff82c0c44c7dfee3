"""Signing in as a browser meets it. The provider is `fake`; the real one is in test_demo_provider.py."""

import asyncio
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from app.audit.queries import accesses_to, denials
from app.database import rows
from app.residents.actions import find
from app.sign_in import actions
from tests.make import ANNA, BO, token_in
from tests.sign_in.fake import LEFT_OUT, FakeProvider

SWEDISH = {"Accept-Language": "sv"}
ENGLISH = {"Accept-Language": "en"}


class Number(NamedTuple):
    of_rows: int


class Stored(NamedTuple):
    state_hash: bytes
    browser_hash: bytes
    verifier_sealed: bytes


async def begins(browser, till="/inkorg"):
    """From our page to the provider; returns where the provider is asked."""
    page = await browser.get("/logga-in", params={"till": till}, headers=SWEDISH)
    form = {"_csrf": token_in(page.text), "till": till}
    response = await browser.post("/logga-in/eid", data=form, headers=SWEDISH)
    assert response.status_code == 303
    return response.headers["location"]


async def signs_in(browser, fake, person=ANNA, **how):
    return await browser.get(fake.back(await begins(browser), person, **how), headers=SWEDISH)


async def is_signed_in(browser):
    return (await browser.get("/inkorg")).status_code == 200


async def assert_refused(response, sentence):
    assert response.status_code == 409
    assert sentence in response.text
    assert "Försök igen" in response.text


async def test_the_page_says_what_happens_before_it_happens(visitor):
    page = await visitor.get("/logga-in", headers=SWEDISH)
    assert page.status_code == 200
    for said in ("Logga in med e-legitimation", "tio minuter", "60 minuter", "8 timmar", "tel:"):
        assert said in page.text


async def test_the_page_may_lead_on_to_the_provider_and_nowhere_else(visitor):
    """security.md 1b: Chromium follows form-action through the redirect."""
    page = await visitor.get("/logga-in")
    assert "form-action 'self' http://127.0.0.1:8001;" in page.headers["content-security-policy"]
    assert "x-form-action" not in page.headers
    assert "8001" not in (await visitor.get("/utloggad")).headers["content-security-policy"]


async def test_a_first_sign_in_opens_the_account(visitor, fake):
    response = await signs_in(visitor, fake)
    assert (response.status_code, response.headers["location"]) == (303, "/inkorg")
    assert await is_signed_in(visitor)
    assert "Anna Andersson" in (await visitor.get("/inkorg")).text
    opened = await accesses_to(await find(ANNA.number))
    assert {"account.opened", "session.started"} <= {row.action for row in opened}


async def test_a_second_sign_in_finds_it(visitor, other_browser, fake):
    await signs_in(visitor, fake)
    first = await find(ANNA.number)
    await signs_in(other_browser, fake)
    assert await find(ANNA.number) == first
    done = [row.action for row in await accesses_to(first)]
    assert done.count("account.opened") == 1
    assert done.count("session.started") == 2


async def test_bo_is_not_anna(visitor, other_browser, fake):
    await signs_in(visitor, fake, ANNA)
    await signs_in(other_browser, fake, BO)
    assert await find(ANNA.number) != await find(BO.number)


async def test_a_name_taken_in_marriage_is_taken_over(visitor, fake):
    await signs_in(visitor, fake)
    visitor.cookies.delete("sid")
    fake.told = {"family_name": "Berg"}
    await signs_in(visitor, fake)
    assert "Anna Berg" in (await visitor.get("/inkorg")).text


async def test_one_subject_does_not_become_another_person(visitor, fake):
    """R17: (issuer, subject) is the principal, the number its attribute."""
    await signs_in(visitor, fake)
    visitor.cookies.delete("sid")
    fake.claims = fake.told = {"sub": "the same"}
    await signs_in(visitor, fake, ANNA)
    visitor.cookies.delete("sid")
    await assert_refused(await signs_in(visitor, fake, BO), "stämmer inte överens")
    assert not await is_signed_in(visitor)
    assert await rows(Number, "SELECT count(*) FROM residents") == [Number(1)]


async def test_the_same_subject_elsewhere_is_someone_else(visitor, fake, switched):
    """ASVS 6.8.1"""
    elsewhere = FakeProvider(replace(fake.provider, issuer="http://127.0.0.1:8002"), fake.clock)
    elsewhere.claims = elsewhere.told = fake.claims = fake.told = {"sub": "the same"}
    await signs_in(visitor, fake, ANNA)
    visitor.cookies.delete("sid")
    vars(switched).update(vars(elsewhere.connection()))
    await signs_in(visitor, elsewhere, BO)
    assert await rows(Number, "SELECT count(*) FROM identities") == [Number(2)]
    assert await find(ANNA.number) != await find(BO.number)


async def test_the_cookies_are_tight(visitor, fake):
    """ASVS 3.3; SameSite=Lax because the provider is another site."""
    page = await visitor.get("/logga-in")
    form = {"_csrf": token_in(page.text)}
    begun = await visitor.post("/logga-in/eid", data=form)
    [tx] = begun.headers.get_list("set-cookie")
    assert tx.startswith("tx=")
    for attribute in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert attribute in tx
    ended = await visitor.get(fake.back(begun.headers["location"]))
    forgotten, sid, last = ended.headers.get_list("set-cookie")
    assert "Max-Age=0" in forgotten
    assert "HttpOnly" in sid
    assert "Max-Age" not in sid
    for attribute in ("eid=eid;", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=31536000"):
        assert attribute in last


async def test_no_secret_of_the_sign_in_is_in_the_database(visitor):
    """R5: the database alone can finish nobody's sign-in."""
    asked = dict(pair.split("=", 1) for pair in urlsplit(await begins(visitor)).query.split("&"))
    [row] = await rows(Stored, "SELECT state_hash, browser_hash, verifier_sealed FROM sign_in_transactions")
    stored = b"".join(bytes(part) for part in row)
    assert asked["state"].encode() not in stored
    assert visitor.cookies["tx"].encode() not in stored


async def test_nothing_begins_without_a_press_on_our_page(visitor, fake):
    """ASVS 7.6.2, 3.5.1: login CSRF. [-3rd-party-init-login]"""
    assert (await visitor.get("/logga-in/eid")).status_code == 405
    assert (await visitor.post("/logga-in/eid", data={"till": "/inkorg"})).status_code == 403
    assert not fake.asked


async def test_a_provider_we_do_not_have_is_missing(visitor):
    page = await visitor.get("/logga-in")
    form = {"_csrf": token_in(page.text)}
    assert (await visitor.post("/logga-in/bankid", data=form)).status_code == 404
    assert (await visitor.get("/logga-in/bankid/retur?state=x")).status_code == 404


@pytest.mark.parametrize("state", ["never begun", "", "x" * 5000])
async def test_an_answer_nobody_asked_for_is_refused(state, visitor, fake):
    """[fapi2-…-ensure-authorization-response-with-invalid-state-fails] R4, ASVS 10.1.2"""
    await begins(visitor)
    response = await visitor.get("/logga-in/eid/retur", params={"state": state, "code": "c"}, headers=SWEDISH)
    assert response.status_code == 409
    assert not await is_signed_in(visitor)
    assert fake.asked["/token"] == 0


async def test_a_callback_works_once(visitor, fake):
    """R5: a replay, and a press on Back."""
    back = fake.back(await begins(visitor))
    cookie = visitor.cookies["tx"]
    await visitor.get(back)
    visitor.cookies.delete("sid")
    visitor.cookies.set("tx", cookie)
    await assert_refused(await visitor.get(back, headers=SWEDISH), "redan avslutad")
    assert fake.asked["/token"] == 1


async def test_of_many_at_once_one_comes_through(visitor, fake):
    """R5, ASVS 15.4.2: deleting is claiming."""
    for _ in range(5):
        answer = fake.answers(await begins(visitor))
        told = {"browser": visitor.cookies["tx"], "provider": "eid", "now": fake.clock()}
        attempts = [actions.take(answer["state"], **told) for _ in range(8)]
        taken = await asyncio.gather(*attempts, return_exceptions=True)
        assert sorted(type(one).__name__ for one in taken) == ["AlreadyOver"] * 7 + ["Begun"]


async def test_a_refused_callback_is_used_up_too(visitor, fake):
    location = await begins(visitor)
    cookie = visitor.cookies["tx"]
    await visitor.get(fake.back(location, iss="https://evil.example"))
    visitor.cookies.set("tx", cookie)
    await assert_refused(await visitor.get(fake.back(location), headers=SWEDISH), "redan avslutad")


async def test_another_browser_cannot_finish_it(visitor, other_browser, fake):
    """R5: an attacker's own sign-in, sent to somebody else as a link (login CSRF)."""
    back = fake.back(await begins(visitor))
    await assert_refused(await other_browser.get(back, headers=SWEDISH), "annan webbläsare")
    assert not await is_signed_in(other_browser)
    assert fake.asked["/token"] == 0


async def test_a_sign_in_of_its_own_does_not_help_the_other_browser(visitor, other_browser, fake):
    back = fake.back(await begins(visitor))
    await begins(other_browser)
    await assert_refused(await other_browser.get(back, headers=SWEDISH), "annan webbläsare")


async def test_ten_minutes_are_enough_and_all_there_is(visitor, fake, clock):
    location = await begins(visitor)
    clock.turn(minutes=9, seconds=59)
    assert (await visitor.get(fake.back(location))).status_code == 303
    visitor.cookies.delete("sid")
    location = await begins(visitor)
    clock.turn(minutes=10)
    await assert_refused(await visitor.get(fake.back(location), headers=SWEDISH), "tio minuter")


async def test_a_sign_in_nobody_came_back_from_is_forgotten_after_an_hour(visitor, fake, clock):
    location = await begins(visitor)
    await actions.forget_unfinished(now=clock.turn(minutes=69, seconds=59))
    await assert_refused(await visitor.get(fake.back(location), headers=SWEDISH), "tio minuter")
    await begins(visitor)
    await actions.forget_unfinished(now=clock.turn(minutes=70))
    assert await rows(Number, "SELECT count(*) FROM sign_in_transactions") == [Number(0)]


async def test_signing_in_makes_a_new_session_and_ends_the_old(visitor, other_browser, fake):
    """ASVS 7.2.4: session fixation."""
    await signs_in(visitor, fake)
    old = visitor.cookies["sid"]
    await signs_in_again(visitor, fake)
    assert visitor.cookies["sid"] != old
    other_browser.cookies.set("sid", old)
    assert not await is_signed_in(other_browser)
    assert await is_signed_in(visitor)


async def signs_in_again(browser, fake):
    """With a page from before the first sign-in was finished, as in another tab."""
    page = await browser.get("/inkorg")
    begun = await browser.post("/logga-in/eid", data={"_csrf": token_in(page.text)})
    return await browser.get(fake.back(begun.headers["location"]))


async def test_a_session_id_brought_along_is_never_adopted(visitor, fake):
    """ASVS 7.2.2"""
    page = await visitor.get("/logga-in")
    planted = "A" * 43
    begun = await visitor.post("/logga-in/eid", data={"_csrf": token_in(page.text)})
    response = await visitor.get(
        fake.back(begun.headers["location"]), headers={"Cookie": f"sid={planted}; tx={visitor.cookies['tx']}"}
    )
    assert response.status_code == 303
    assert planted not in "".join(response.headers.get_list("set-cookie"))


async def test_a_failed_sign_in_leaves_the_session_alone(visitor, fake):
    await signs_in(visitor, fake)
    response = await visitor.get("/logga-in/eid/retur?state=forged&code=c", headers=SWEDISH)
    assert response.status_code == 409
    assert "fortfarande inloggad" in response.text
    assert await is_signed_in(visitor)


async def test_who_is_signed_in_already_goes_on(visitor, fake):
    await signs_in(visitor, fake)
    response = await visitor.get("/logga-in?till=/om")
    assert (response.status_code, response.headers["location"]) == (303, "/om")


async def test_people_come_back_to_where_they_were_going(visitor, fake):
    location = await begins(visitor, "/inkorg/0197?fore=a%20b")
    response = await visitor.get(fake.back(location))
    assert response.headers["location"] == "/inkorg/0197?fore=a%20b"


@pytest.mark.parametrize(
    "till",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%0d%0aSet-Cookie: a=b\r\n",
        "javascript:alert(1)",
        "inkorg",
        "/" + "a" * 400,
        "",
    ],
)
async def test_nobody_is_sent_elsewhere(till, visitor, fake):
    """ASVS 3.7.2"""
    response = await visitor.get(fake.back(await begins(visitor, till)))
    assert response.headers["location"] == "/inkorg"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("access_denied", "Inloggningen avbröts"),
        ("unmet_authentication_requirements", "inte tillräckligt säker"),
        ("temporarily_unavailable", "Vi når inte e-legitimationen"),
        ("invalid_request", "gick inte att lita på"),
    ],
)
async def test_what_went_wrong_is_said_in_our_words(error, sentence, visitor, fake):
    """R15: what the provider wrote is never printed."""
    location = await begins(visitor, "/inkorg/trad")
    told = {"error": error, "error_description": "Ring 0900-lurad nu", "code": LEFT_OUT}
    response = await visitor.get(fake.back(location, **told), headers=SWEDISH)
    await assert_refused(response, sentence)
    assert "lurad" not in response.text
    assert 'name="till" value="/inkorg/trad"' in response.text


async def test_the_language_link_of_a_refusal_leads_to_a_page_that_is_there(visitor, fake):
    response = await visitor.get(fake.back(await begins(visitor), error="access_denied"), headers=SWEDISH)
    assert 'href="/sprak/en?till=/logga-in%3Ftill%3D/inkorg"' in response.text


async def test_state_is_looked_at_before_the_error(visitor):
    """R15: a link with an error in it makes us say nothing about the provider."""
    response = await visitor.get("/logga-in/eid/retur?state=x&error=access_denied", headers=SWEDISH)
    await assert_refused(response, "redan avslutad")


async def test_it_is_said_in_english_too(visitor, fake):
    location = await begins(visitor)
    response = await visitor.get(fake.back(location, error="access_denied"), headers=ENGLISH)
    assert "Try again" in response.text


async def test_a_provider_that_is_down_shows_the_page_all_the_same(visitor, fake):
    fake.down = True
    page = await visitor.get("/logga-in", headers=SWEDISH)
    assert page.status_code == 200
    response = await visitor.post("/logga-in/eid", data={"_csrf": token_in(page.text)}, headers=SWEDISH)
    await assert_refused(response, "Vi når inte e-legitimationen")
    fake.down = False
    again = await visitor.post("/logga-in/eid", data={"_csrf": token_in(response.text)})
    assert again.status_code == 303


async def test_every_refusal_is_audited_with_its_reason_and_no_person(visitor, fake):
    """ASVS 16.3.1"""
    fake.claims = {"nonce": "another"}
    await signs_in(visitor, fake)
    await visitor.get("/logga-in/eid/retur?state=forged")
    denied = [(row.action, row.actor_kind, row.object_kind, row.object_id) for row in await denials()]
    assert sorted(denied) == [
        ("sign-in.refused", "visitor", "eid", "sign-in.already-over"),
        ("sign-in.refused", "visitor", "eid", "sign-in.untrusted nonce"),
    ]
    assert await rows(Number, "SELECT count(*) FROM residents") == [Number(0)]


async def test_nothing_personal_is_in_any_address(visitor, fake):
    """ASVS 14.2.1, 10.1.1"""
    location = await begins(visitor)
    response = await visitor.get(fake.back(location))
    assert ANNA.number not in location + response.headers["location"]
    assert "access" not in str(response.headers)
