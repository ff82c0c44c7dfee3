"""How somebody gets to each page and state. Selectors, not words, so that it works in any language."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

from playwright.async_api import Page, Route

from app.staff.formats.lines import cursor_text
from app.summons.queries import Cursor
from app.web.frame import Ending
from app.web.pages import TEMPLATES
from app.web.shell import LAST_WORDS
from app.web.staying import FRAGMENT as SESSION
from app.web.templates import Translated
from tests.browser.person import has_scripts
from tests.browser.stage import READER, Stage

Opening = Callable[[Page, Stage], Awaitable[object]]


def at(path: str) -> Opening:
    return lambda page, _stage: page.goto(path)


def thread(key: str) -> Opening:
    return lambda page, stage: page.goto(f"/inkorg/{stage.sent[key]['thread_id']}")


async def with_everything_open(page: Page, stage: Stage) -> None:
    await thread("everything")(page, stage)
    await page.locator("summary").click()


async def corrected(page: Page, stage: Stage) -> None:
    """With what it said before, unfolded."""
    await thread("corrected")(page, stage)
    await page.locator("summary").first.click()


async def feedback_without_words(page: Page, _stage: Stage) -> None:
    await page.goto("/synpunkter")
    await _submitted(page, "#feedback form")


async def feedback_without_words_in_place(page: Page, _stage: Stage) -> None:
    await _powered(page, "/synpunkter")
    await page.locator("#feedback button").click()


async def paper_chosen(page: Page, _stage: Stage) -> None:
    await page.goto("/installningar")
    await page.locator("[value=declined]").check()
    await _submitted(page, "#paper form")


async def paper_chosen_in_place(page: Page, _stage: Stage) -> None:
    await _powered(page, "/installningar")
    await page.locator("[value=wanted]").check()
    await page.locator("#paper button").click()


async def thanks(page: Page, _stage: Stage) -> None:
    await page.goto("/synpunkter")
    await page.locator("#text").fill("Bra.")
    await _submitted(page, "#feedback form")


async def thanks_in_place(page: Page, _stage: Stage) -> None:
    await _powered(page, "/synpunkter")
    await page.locator("#text").fill("Bra.")
    await page.locator("#feedback button").click()


async def stale_form(page: Page, _stage: Stage) -> None:
    await page.goto("/synpunkter")
    await _without_token(page)
    await _submitted(page, "#feedback form")


async def stale_form_in_place(page: Page, _stage: Stage) -> None:
    await _powered(page, "/synpunkter")
    await _without_token(page)
    await page.locator("#feedback button").click()


async def no_network(page: Page, _stage: Stage) -> None:
    async def cut(route: Route) -> None:
        await (route.abort() if route.request.method == "POST" else route.continue_())

    await _powered(page, "/synpunkter")
    await page.route("**/synpunkter", cut)
    await page.locator("#feedback button").click()


async def far_too_long(page: Page, _stage: Stage) -> None:
    await page.goto("/synpunkter")
    await page.evaluate("() => { document.getElementById('text').value = 'a'.repeat(1_200_000) }")
    await _submitted(page, "#feedback form")


def session_ending(*, minutes: int, final: bool = False) -> Opening:
    """As if an hour had gone by; without minutes it is over."""

    async def opening(page: Page, _stage: Stage) -> None:
        language = await page.evaluate("() => navigator.language.slice(0, 2)")
        ending = Ending("kl. 10.30" if language == "sv" else "at 10.30", minutes, 9999, True, final)
        frame = SimpleNamespace(ending=ending if minutes else None, csrf="x", sign_in_url="/logga-in")
        template = Translated(TEMPLATES, language, {"language": language}).get_template(SESSION)
        told = template.render(frame=frame)

        async def at_once(route: Route) -> None:
            answer = await route.fetch()
            await route.fulfill(
                response=answer, body=re.sub(r'data-ask="\d+"', 'data-ask="0"', await answer.text())
            )

        async def tell(route: Route) -> None:
            await route.fulfill(body=told, content_type="text/html; charset=utf-8")

        await page.route("**/om", at_once)
        await page.route("**/inloggning", tell)
        await page.goto("/om")

    return opening


async def our_own_error(page: Page, stage: Stage) -> None:
    language: str = await page.evaluate("() => navigator.language.slice(0, 2)")
    await _answered(page, stage.broken[language])


async def last_words(page: Page, _stage: Stage) -> None:
    await _answered(page, LAST_WORDS.format(reference="0123456789abcdef"))


async def _answered(page: Page, html: str) -> None:
    async def answer(route: Route) -> None:
        await route.fulfill(status=500, body=html, content_type="text/html; charset=utf-8")

    await page.route("**/trasig", answer)
    await page.goto("/trasig")


async def people_to_be(page: Page, _stage: Stage) -> None:
    await page.goto("/logga-in")
    await page.locator(".sign-in button").first.click()


async def cancelled_sign_in(page: Page, stage: Stage) -> None:
    await people_to_be(page, stage)
    await page.locator(".cancel").click()


async def staff_to_be(page: Page, _stage: Stage) -> None:
    await page.goto("/personal/logga-in")
    await page.locator(".sign-in button").first.click()


async def refused_assignment(page: Page, stage: Stage) -> None:
    await staff_to_be(page, stage)
    await page.locator("[value=linnea]").click()


async def several_assignments(page: Page, stage: Stage) -> None:
    await staff_to_be(page, stage)
    await page.locator("[value=petra]").click()


async def no_assignment_chosen(page: Page, stage: Stage) -> None:
    await several_assignments(page, stage)
    await page.locator(".assignments button").click()


async def lost_at_the_provider(page: Page, stage: Stage) -> None:
    await page.goto(f"{stage.product.issuer}/val/finns-inte")


async def partly_read_inbox(page: Page, _stage: Stage) -> None:
    await page.goto("/inkorg")
    await page.goto(await page.locator(".thread-list a").nth(2).get_attribute("href") or "")
    await page.goto("/inkorg")


async def older_threads(page: Page, _stage: Stage) -> None:
    await page.goto("/inkorg")
    await page.goto(await page.locator(".pages a").get_attribute("href") or "")


async def older_threads_in_place(page: Page, _stage: Stage) -> None:
    await _powered(page, "/inkorg")
    await page.locator(".pages a").click()


async def older_times(page: Page, _stage: Stage) -> None:
    await page.goto("/tider")
    await page.goto(await page.locator(".pages a").get_attribute("href") or "")


async def older_times_in_place(page: Page, _stage: Stage) -> None:
    await _powered(page, "/tider")
    await page.locator(".pages a").click()


async def printout(page: Page, stage: Stage) -> None:
    await page.goto(f"/kallelser/{stage.sent['summons']['id']}/utskrift")


async def printout_of_what_is_read(page: Page, stage: Stage) -> None:
    await page.goto(f"/inkorg/{stage.sent['summons']['thread_id']}")
    await printout(page, stage)


async def asking(page: Page, stage: Stage) -> None:
    """A letter that is to be confirmed, and has not been."""
    await page.goto(f"/inkorg/{stage.for_confirmation()['thread_id']}")


async def confirmed(page: Page, stage: Stage) -> None:
    await asking(page, stage)
    await _submitted(page, ".letter-asks form")


async def confirmed_in_place(page: Page, stage: Stage) -> None:
    await _powered(page, f"/inkorg/{stage.for_confirmation()['thread_id']}")
    await page.locator(".letter-asks button").click()
    await page.locator(".letter-asks .notice").wait_for()


async def nothing_replied(page: Page, stage: Stage) -> None:
    await page.goto(f"/inkorg/{stage.for_reply()['thread_id']}")
    await _submitted(page, ".reply form")


async def replied_in_place(page: Page, stage: Stage) -> None:
    await _powered(page, f"/inkorg/{stage.for_reply()['thread_id']}")
    await page.locator(".reply textarea").fill("Jag tål inte penicillin.\nJordnötter går bra.")
    await page.locator(".reply button").click()
    await page.locator(".reply .notice").wait_for()


async def to_do_after_a_letter(page: Page, stage: Stage) -> None:
    stage.for_confirmation()
    await page.goto("/att-gora")


async def deletion(page: Page, stage: Stage) -> None:
    await page.goto(f"/inkorg/meddelanden/{stage.for_deletion()['id']}/radering")


async def deletion_in_place(page: Page, stage: Stage) -> None:
    await _powered(page, f"/inkorg/{stage.for_deletion()['thread_id']}")
    await page.locator(".letter [hx-get]").last.click()
    await page.locator(".deletion").wait_for()


async def deleted(page: Page, stage: Stage) -> None:
    await deletion(page, stage)
    await _submitted(page, ".deletion form")


async def deleted_of_several(page: Page, stage: Stage) -> None:
    first = stage.for_deletion()
    stage.for_deletion(thread_id=first["thread_id"])
    await page.goto(f"/inkorg/{first['thread_id']}")
    await page.goto(f"/inkorg/meddelanden/{first['id']}/radering")
    await _submitted(page, ".deletion form")


async def deleted_in_place(page: Page, stage: Stage) -> None:
    await deletion_in_place(page, stage)
    await page.locator(".deletion button").click()


async def kept_in_place(page: Page, stage: Stage) -> None:
    await deletion_in_place(page, stage)
    await page.locator(".deletion a.button").click()


async def summonses(page: Page, stage: Stage) -> None:
    """In several states, with somebody who has read and somebody who has not."""
    if "called" not in stage.sent:
        stage.sent["called"] = stage.calls()
        stage.calls_openly("provtagning")
    await page.goto("/personal/kallelser")


async def picked_in_place(page: Page, stage: Stage) -> None:
    await summonses(page, stage)
    await has_scripts(page)
    await page.locator("#lage").select_option("vantar")
    await page.locator(".filters button").click()
    await page.locator("#lage [selected][value=vantar]").wait_for(state="attached")


async def older_summonses(page: Page, stage: Stage) -> None:
    cursor = cursor_text(Cursor(datetime.now(UTC) + timedelta(days=1), UUID(int=0)))
    await summonses(page, stage)
    await page.goto(f"/personal/kallelser?fore={cursor}")


async def one_summons(page: Page, stage: Stage) -> None:
    """With a history: called, moved, cancelled by staff, booked anew."""
    await moved(page, stage)
    await page.goto(page.url.split("?")[0])


async def new_time(page: Page, stage: Stage) -> None:
    await page.goto(f"{_called(stage)}/flytt")


async def new_time_in_place(page: Page, stage: Stage) -> None:
    await _powered(page, _called(stage))
    await page.locator("a[href$='/flytt']").click()
    await page.locator(".new-time").wait_for()


async def kept_as_it_was(page: Page, stage: Stage) -> None:
    await new_time_in_place(page, stage)
    await page.locator(".errand a.button").click()
    await page.locator(".case").wait_for()


async def no_such_day(page: Page, stage: Stage) -> None:
    await page.goto(f"{_called(stage)}/flytt?fran=2026-13-01")


async def no_time(page: Page, stage: Stage) -> None:
    await new_time(page, stage)
    await _submitted(page, ".errand")


async def no_longer_free(page: Page, stage: Stage) -> None:
    await new_time(page, stage)
    slot = await page.locator("[name=tid]").first.get_attribute("value") or ""
    others = stage.product.summons(READER, code="knakontroll")
    stage.product.orders("take", READER, summons=others["id"], slot=slot)
    await page.locator("[name=tid]").first.check()
    await _submitted(page, ".errand")


async def moved(page: Page, stage: Stage) -> None:
    await new_time(page, stage)
    await page.locator("[name=tid]").last.check()
    await _submitted(page, ".errand")


async def moved_in_place(page: Page, stage: Stage) -> None:
    await new_time_in_place(page, stage)
    await page.locator("[name=tid]").last.check()
    await page.locator(".errand button").click()


async def no_times(page: Page, stage: Stage) -> None:
    await page.goto(f"/personal/kallelser/{stage.calls_openly('provtagning')['id']}/bokning")


async def calling_off(page: Page, stage: Stage) -> None:
    await page.goto(f"{_called(stage)}/avbokning")


async def calling_off_in_place(page: Page, stage: Stage) -> None:
    await _powered(page, _called(stage))
    await page.locator("a[href$='/avbokning']").click()
    await page.locator(".calling-off").wait_for()


async def called_off(page: Page, stage: Stage) -> None:
    await calling_off(page, stage)
    await _submitted(page, ".errand")


async def called_off_twice(page: Page, stage: Stage) -> None:
    await calling_off(page, stage)
    other = await page.context.new_page()
    await other.goto(page.url)
    await _submitted(other, ".errand")
    await other.close()
    await _submitted(page, ".errand")


def _called(stage: Stage) -> str:
    return f"/personal/kallelser/{stage.calls()['id']}"


def called(key: str) -> Opening:
    return lambda page, stage: page.goto(f"/inkorg/{stage.called[key]['thread_id']}")


def summons(key: str, step: str = "") -> Opening:
    return lambda page, stage: page.goto(f"/kallelser/{stage.called[key]['id']}{step}")


def step_in_place(key: str, link: str) -> Opening:
    async def opening(page: Page, stage: Stage) -> None:
        await _powered(page, f"/inkorg/{stage.called[key]['thread_id']}")
        await page.locator(f".summons a[href$={link}]").click()

    return opening


async def not_confirmed(page: Page, stage: Stage) -> None:
    await summons("to confirm")(page, stage)
    await _submitted(page, ".summons form")


async def nothing_chosen(page: Page, stage: Stage) -> None:
    await summons("to book", "/bokning")(page, stage)
    # What was held on another screen is chosen here.
    await page.evaluate("() => { document.querySelector('[name=slot]:checked')?.removeAttribute('checked') }")
    await _submitted(page, ".choice form")


async def more_times_in_place(page: Page, stage: Stage) -> None:
    await step_in_place("to book", "bokning")(page, stage)
    await page.locator("[name=days]").click()


async def taken(page: Page, stage: Stage) -> None:
    await summons("to book", "/bokning")(page, stage)
    await _ask_for_a_taken_time(page, stage)
    await _submitted(page, ".choice form")


async def taken_in_place(page: Page, stage: Stage) -> None:
    await step_in_place("to book", "bokning")(page, stage)
    await page.locator(".choice").wait_for()
    await _ask_for_a_taken_time(page, stage)
    await page.locator(".choice form button").first.click()


async def review(page: Page, stage: Stage) -> None:
    await summons("to book", "/bokning")(page, stage)
    await page.locator("[name=slot]").nth(3).check()
    await _submitted(page, ".choice form")


async def review_in_place(page: Page, stage: Stage) -> None:
    await step_in_place("to book", "bokning")(page, stage)
    await page.locator("[name=slot]").nth(3).check()
    await page.locator(".choice form button").first.click()


async def moving(page: Page, stage: Stage) -> None:
    await summons("to confirm", "/ombokning")(page, stage)
    await page.locator("[name=slot]").nth(5).check()
    await _submitted(page, ".choice form")


async def terms_not_ticked(page: Page, stage: Stage) -> None:
    await review(page, stage)
    await page.locator(".review textarea").fill("a" * 160)
    await _submitted(page, ".review form")


async def too_much_said_when_cancelling(page: Page, stage: Stage) -> None:
    await summons("to confirm", "/avbokning")(page, stage)
    await page.locator(".cancellation textarea").fill("a" * 160)
    await _submitted(page, ".cancellation form")


def deletion_of(key: str) -> Opening:
    return lambda page, stage: page.goto(f"/inkorg/meddelanden/{stage.called[key]['message_id']}/radering")


async def _ask_for_a_taken_time(page: Page, stage: Stage) -> None:
    await page.locator("[name=slot]").first.check()
    await page.evaluate("(id) => { document.querySelector('[name=slot]').value = id }", stage.slots[0])


async def _powered(page: Page, path: str) -> None:
    await page.goto(path)
    await has_scripts(page)


async def _without_token(page: Page) -> None:
    await page.evaluate("() => { document.querySelector('#feedback [name=_csrf]').value = '' }")


async def _submitted(page: Page, form: str) -> None:
    """As without JavaScript: a submission that no script hears of."""
    async with page.expect_navigation():
        await page.evaluate("(form) => document.querySelector(form).submit()", form)
