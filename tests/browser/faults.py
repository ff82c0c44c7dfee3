"""Faults to plant in a page: what looks for each, how it is planted, and how the finding begins."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page

from tests.browser.inspection import COLOURS, adapted, broken_rules, by_keyboard, in_one_language, measured

Check = Callable[[Page], Awaitable[list[str]]]


async def in_dark(page: Page) -> list[str]:
    return await broken_rules(page, COLOURS)


async def in_swedish(page: Page) -> list[str]:
    return await in_one_language(page, "sv")


def styled(css: str) -> str:
    return f"const s = new CSSStyleSheet(); s.replaceSync(`{css}`); document.adoptedStyleSheets.push(s)"


def instead_of_a_paragraph(html: str) -> str:
    return f"document.querySelector('h1 + p').outerHTML = '{html}'"


TINY = ".site-footer :is(li, a) { min-block-size: 0; line-height: 1; font-size: 0.5rem }"
CUT = "main p { inline-size: 9rem; overflow: hidden; white-space: nowrap }"
IMAGE = "document.querySelector('.brand').innerHTML = '<img src=/favicon.ico>'"
AND_BOLD = "document.querySelector('h1 + p').innerHTML = 'Öppna <b>Karta.png</b>'"
NARROW = styled("td { display: block; inline-size: 2em; overflow-wrap: anywhere }")
NO_MAIN = "document.querySelector('main').setAttribute('role', 'presentation')"
IN_ENGLISH = "document.querySelector('h1 + p').textContent = 'Write your message.'"

PLANTED: list[tuple[Check, str, str]] = [
    (broken_rules, styled("main p { color: #8a9a96 }"), "color-contrast:"),
    (broken_rules, styled("main p { color: #607068 }"), "color-contrast:"),
    (broken_rules, styled("h1 { color: #7a8a84 }"), "color-contrast:"),
    (in_dark, styled("main p { color: #607068 }"), "color-contrast:"),
    (in_dark, styled("main p { color: #f4f7f5 }"), "color-contrast:"),
    (broken_rules, "document.querySelector('[for=text]').remove()", "label:"),
    (broken_rules, instead_of_a_paragraph("<h4>Hej</h4>"), "heading-order:"),
    (broken_rules, IMAGE, "image-alt:"),
    (broken_rules, styled(TINY), "target-size:"),
    (broken_rules, NO_MAIN, "landmark-one-main:"),
    (measured, styled("main p { inline-size: 40rem }"), "overflow:"),
    (measured, styled(CUT), "cut off:"),
    (measured, styled(".button { min-block-size: 0; padding: 0 }"), "target: "),
    (measured, instead_of_a_paragraph("<p><a href=/>Ensam</a></p>"), "target: 5"),
    (measured, styled("main p { display: flex }") + "; " + AND_BOLD, "run together: <p"),
    (measured, NARROW + "; " + instead_of_a_paragraph("<table><tr><td>Status</td></tr></table>"), "broken: "),
    (measured, instead_of_a_paragraph("<h1>Hej</h1>"), "h1: there are 2"),
    (measured, "document.title = ' '", "title:"),
    (adapted, styled("main p { inline-size: 20rem }"), "at 200 % overflow:"),
    (adapted, styled("main p { inline-size: 20em; white-space: nowrap }"), "with wide spacing "),
    (by_keyboard, styled(":focus-visible { outline: 0 !important }"), "focus: a ring of 0 px"),
    (by_keyboard, styled(":focus-visible { outline-color: #e0e0e0 !important }"), "focus: a ring of 3 px"),
    (by_keyboard, styled("footer a { position: fixed; inset-block-start: -9rem }"), "focus: out of sight"),
    (by_keyboard, "document.querySelector('footer a').tabIndex = -1", "focus: Tab does not reach"),
    (in_swedish, IN_ENGLISH, "language: message, your"),
    (in_swedish, "document.documentElement.lang = 'en'", "language: en"),
]
