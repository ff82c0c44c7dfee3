"""A page as it stands: axe-core, measurements, the keyboard, the language. Findings are sentences."""

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.browser.product import ROOT

HERE = Path(__file__).parent
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
LOOK = (HERE / "look.js").read_text("utf-8")
RING = (HERE / "ring.js").read_text("utf-8")
# Text keeps 7:1, or 4.5:1 where it is large (1.4.6): one rule with the ratios of axe's second, which passes
# whatever its first would say. With both, every text is looked at twice.
CONTRAST: dict[str, Any] = {
    "ignoreUnicode": True,
    "ignoreLength": False,
    "ignorePseudo": False,
    "boldValue": 700,
    "boldTextPt": 14,
    "largeTextPt": 18,
    "contrastRatio": {"normal": {"expected": 7}, "large": {"expected": 4.5}},
    "pseudoSizeThreshold": 0.25,
    "shadowOutlineEmMax": 0.1,
    "textStrokeEmMin": 0.03,
}
RULES: dict[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "checks": {"color-contrast": {"options": CONTRAST}},
    "resultTypes": ["violations", "incomplete"],
}
# All that a colour scheme can change.
COLOURS: dict[str, Any] = RULES | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}
# All that hangs on where things lie, among elements that are all there.
ARRANGED: dict[str, Any] = RULES | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
}
# What axe could not decide is a finding too: else a page could be full of what nobody has looked at.
RUN = """async (rules) => {
    const { violations, incomplete } = await axe.run(rules);
    const told = (word) => ({ id, nodes }) => nodes.map(({ target, any, all, none }) =>
        `${word}${id}: ${target.join(" ")} ${[...any, ...all, ...none][0]?.message ?? ""}`);
    return [...violations.flatMap(told("")), ...incomplete.flatMap(told("undecided: "))];
}"""
ACTIVE = (
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex^='-'])"
)
# Of radio buttons that belong together Tab reaches one, and the arrows the others.
TO_REACH = """(active) => {
    const every = [...document.querySelectorAll(active)];
    return every.flatMap((element) => {
        const shown = element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
        const alike = (other) => other === element
            || (element.type === "radio" && other.form === element.form && other.name === element.name);
        const stops = every.filter(alike);
        return shown && element === stops[0]
            ? [[stops.map((stop) => every.indexOf(stop)),
                `<${element.localName}> "${element.textContent.trim().slice(0, 40)}"`]] : [];
    });
}"""
TEXT_SIZE = "(size) => { document.documentElement.style.fontSize = size }"
# A reader's own style sheet. Adopted, not inserted: so the page's policy lets it.
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important } p { margin-block-end: 2em !important }`);
    document.adoptedStyleSheets.push(sheet);
}"""
AS_BEFORE = "() => { document.adoptedStyleSheets.pop() }"
# Words by which somebody notices that a text was left in the other language.
TELLTALE = {
    "sv": re.compile(r"\b(the|and|your?|you|message|inbox|sign|with|from|page)\b", re.IGNORECASE),
    "en": re.compile(
        r"\b(och|att|inte|du|din|ditt|är|för|från|som|av|på|meddelande\w*|vård\w*|inkorg\w*|logga|radera|sida\w*)\b",
        re.IGNORECASE,
    ),
}
# What people have written is in whatever language they chose, and names are in none.
SAID = """() => {
    const copy = document.body.cloneNode(true);
    const foreign = `[lang]:not([lang=${document.documentElement.lang}]), bdi`;
    for (const other of copy.querySelectorAll(foreign)) other.remove();
    const labels = [...copy.querySelectorAll("[aria-label], [alt], [title]")].flatMap((element) =>
        ["aria-label", "alt", "title"].map((name) => element.getAttribute(name) ?? ""));
    return [copy.textContent, ...labels].join(" ");
}"""


async def broken_rules(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """WCAG 2.2 A and AA, best practice, targets, 7:1. axe comes by the debugger: the page's policy holds."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN, rules)
    return found


async def measured(page: Page) -> list[str]:
    """Overflow, targets under 44 px (2.5.5), what is cut off or runs together, one h1, a title."""
    found: list[str] = await page.evaluate(LOOK, ACTIVE)
    return found


async def adapted(page: Page) -> list[str]:
    """Nothing is lost with text of twice the size (1.4.4), or with a reader's own spacing (1.4.12)."""
    await page.evaluate(TEXT_SIZE, "200%")
    found = [f"at 200 % {each}" for each in await measured(page)]
    await page.evaluate(TEXT_SIZE, "")
    await page.evaluate(SPACED)
    found += [f"with wide spacing {each}" for each in await measured(page)]
    await page.evaluate(AS_BEFORE)
    return found


async def by_keyboard(page: Page) -> list[str]:
    """Tab reaches everything, and each time it can be seen where it is (2.1.1, 2.4.7, 2.4.11, 2.4.13)."""
    everything: list[tuple[list[int], str]] = await page.evaluate(TO_REACH, ACTIVE)
    reached: set[int] = set()
    found: list[str] = []
    for _ in range(len(everything) + 3):
        await page.keyboard.press("Tab")
        ring: dict[str, Any] | None = await page.evaluate(RING, ACTIVE)
        if ring:
            reached.add(ring["number"])
            found += _faint(ring)
    return found + [
        f"focus: Tab does not reach {name}" for numbers, name in everything if reached.isdisjoint(numbers)
    ]


def _faint(ring: dict[str, Any]) -> list[str]:
    found = []
    if ring["thick"] < 2.9 or ring["contrast"] < 3:
        found.append(f"focus: a ring of {ring['thick']} px at {ring['contrast']:.1f}:1, {ring['name']}")
    if not ring["there"]:
        found.append(f"focus: out of sight, {ring['name']}")
    return found


async def in_one_language(page: Page, language: str) -> list[str]:
    """The page says its language (3.1.1) and keeps to it."""
    stated = await page.evaluate("() => document.documentElement.lang")
    if stated != language:
        return [f"language: {stated}"]
    words = {word.lower() for word in TELLTALE[language].findall(await page.evaluate(SAID))}
    return [f"language: {', '.join(sorted(words))}"] if words else []
