"""A page of docs/ as HTML: the guide lives once, in the file that developers read beside the code."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

DOCS = Path(__file__).resolve().parents[3] / "docs"
# What is shown, by the last part of its address.
PAGES = {
    "guide": "care-systems.md",
    "felkoder": "problems.md",
    "nationella-kontrakt": "riv-mapping.md",
}
ROOT = "/utvecklare"
_ADDRESSES = {name: f"{ROOT}/{page}" for page, name in PAGES.items()}
_COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE)
_SWEDISH = re.compile("[åäöÅÄÖ]")
_OURS = re.compile('(Mina tider|Att göra|Inkorg(?:en)?|Boka tiden|"[^"]*[åäöÅÄÖ][^"]*")')
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


class Heading(NamedTuple):
    id: str
    text: str


class Guide(NamedTuple):
    """`headings` are those of the second level: what the page has, in order."""

    title: str
    headings: Sequence[Heading]
    body: Markup


@cache
def guide(page: str) -> Guide:
    """By the last part of its address."""
    text = _COMMENT.sub("", (DOCS / PAGES[page]).read_text(encoding="utf-8"))
    tokens = _markdown.parse(text)
    headings = _with_ids(tokens)
    _label(tokens)
    for token in tokens:
        token.children = _led(token.children) if token.children else token.children
        if token.type == "fence" and language_of(token.content) == "sv":
            token.attrSet("lang", "sv")
    # Written by us, without HTML: raw tags in it are shown as text.
    body = _markdown.renderer.render(tokens[3:], _markdown.options, {})
    return Guide(tokens[1].content, headings, Markup(body))  # noqa: S704


def coded(text: str) -> Markup:
    """A sentence of the contract, where names stand between backticks."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


def language_of(example: str) -> str:
    """What is shown of letters is in Swedish, and the rest is nobody's language."""
    return "sv" if _SWEDISH.search(example) else "en"


def slug(heading: str) -> str:
    """As GitHub makes it, so that the same links hold there and here."""
    plain = re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", heading.lower().replace("`", "")))
    return plain.replace(" ", "-")


def _with_ids(tokens: Sequence[Token]) -> list[Heading]:
    """Each heading gets the id that links to it have; the same words twice, a number."""
    seen: dict[str, int] = {}
    found = []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        id = slug(inline.content)
        seen[id] = seen.get(id, 0) + 1
        id = id if seen[id] == 1 else f"{id}-{seen[id] - 1}"
        opening.attrSet("id", id)
        if opening.tag == "h2":
            found.append(Heading(id, inline.content.replace("`", "")))
    return found


def _label(tokens: Sequence[Token]) -> None:
    """Each value of a table carries its column's name, which is shown where the columns do not fit."""
    columns: list[str] = []
    column, in_head = 0, False
    for opening, inline in pairwise(tokens):
        if opening.type == "thead_open":
            columns, in_head = [], True
        elif opening.type == "tbody_open":
            in_head = False
        elif opening.type == "tr_open":
            column = 0
        elif opening.type == "th_open" and in_head:
            columns.append(inline.content.replace("`", ""))
        elif opening.type == "td_open":
            if column and inline.children and columns[column]:
                label = f'<span class="label">{escape(columns[column])}</span> '
                inline.children.insert(0, Token("html_inline", "", 0, content=label))
            column += 1


def _led(children: Sequence[Token]) -> list[Token]:
    """Links to other pages of docs/ lead to ours; what lies only beside the code is named without a link."""
    kept: list[Token] = []
    linked: list[bool] = []
    for token in children:
        if token.type == "link_open":
            linked.append(_leads(token))
        is_kept = linked[-1] if token.type in ("link_open", "link_close") else True
        if token.type == "link_close":
            linked.pop()
        if is_kept:
            kept += _named(token)
    return kept


def _leads(link: Token) -> bool:
    href = _address(str(link.attrGet("href")))
    link.attrSet("href", href)
    if href.startswith("https:"):
        link.attrSet("rel", "noreferrer noopener")
    return bool(href)


def _named(token: Token) -> Iterator[Token]:
    """What is in Swedish says so: examples, and what our pages are called and say."""
    if token.type == "code_inline" and language_of(token.content) == "sv":
        token.attrSet("lang", "sv")
    if token.type != "text":
        yield token
        return
    for number, part in enumerate(_OURS.split(token.content)):
        raw = f'<span lang="sv">{escape(part)}</span>' if number % 2 else ""
        yield Token("html_inline" if raw else "text", "", 0, content=raw or part)


def _address(href: str) -> str:
    """Empty for what is nowhere here."""
    if href.startswith(("https:", "#")):
        return href
    name, _, anchor = href.partition("#")
    address = _ADDRESSES.get(name, "")
    return f"{address}#{anchor}" if address and anchor else address
