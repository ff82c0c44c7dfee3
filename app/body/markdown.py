"""CommonMark without HTML, images, code and quotations: headings, lists, links and emphasis."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from app.body.blocks import (
    Block,
    BulletList,
    Content,
    Document,
    Emphasis,
    Heading,
    Inline,
    NumberedList,
    Paragraph,
    Text,
    spoken,
)
from app.body.limits import HasHtml, TooDeep, measured, settled
from app.body.links import linked

STYLES: dict[str, Literal["bold", "italics"]] = {"strong": "bold", "em": "italics"}
LEVELS: dict[str, Literal[2, 3, 4]] = {"h1": 2, "h2": 3, "h3": 4, "h4": 4, "h5": 4, "h6": 4}

# `<1177.se>`, `<info@1177.se>` and `<https:` are no tags; they stand as they are written.
_TAG = re.compile(r"(?<!\\)<(?:[!?]|/?[a-z][^\s<>:@.]*(?=[\s/>]|\Z))", re.IGNORECASE)


class _Parser(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """`links` judges and encodes addresses; it has to see them as they were written."""
        return url


# A list is two levels to the parser, which drops what lies deeper than it may go: it may go one too far.
# Its time for `[[[[…` grows with them too, so they are few.
_LISTS_MOST = 10
_parser = _Parser("zero", {"html": False, "maxNesting": 2 * _LISTS_MOST + 1}).enable(
    ["emphasis", "link", "list", "heading", "newline", "escape", "entity"]
)


def read(text: str) -> Document:
    """What the subset does not know stays as it is written, but for raw tags: they raise `HasHtml`.

    Raises `TooLarge`, `TooDeep`, `TooManyLinks` or `Empty` too.
    """
    text = measured(text)
    if _TAG.search(text):
        raise HasHtml
    tokens = _parser.parse(text)
    _ensure_shallow(tokens)
    return settled(tuple(_blocks(SyntaxTreeNode(tokens).children)))


def _ensure_shallow(tokens: Iterable[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += token.nesting
        if depth > 2 * _LISTS_MOST:
            raise TooDeep(most=_LISTS_MOST)
        _ensure_shallow(token.children or ())


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        if node.type in ("bullet_list", "ordered_list"):
            yield from _list(node)
        elif content := _content(node):
            yield Heading(LEVELS[node.tag], content) if node.type == "heading" else Paragraph(content)


def _list(node: SyntaxTreeNode) -> Iterator[Block]:
    items = tuple(item for child in node.children if (item := tuple(_blocks(child.children))))
    if items and node.type == "bullet_list":
        yield BulletList(items)
    elif items:
        yield NumberedList(items, int(node.attrs.get("start", 1)))


def _content(node: SyntaxTreeNode) -> Content:
    content = tuple(inline for child in node.children for inline in _inline(child.children))
    return content if spoken(content).strip() else ()


def _inline(nodes: Iterable[SyntaxTreeNode]) -> Iterator[Inline]:
    for node in nodes:
        if node.type == "text":
            yield Text(node.content)
        elif node.type in STYLES:
            yield Emphasis(STYLES[node.type], tuple(_inline(node.children)))
        elif node.type == "link":
            yield from _link(node)
        else:
            yield Text("\n" if node.type == "hardbreak" else " ")


def _link(node: SyntaxTreeNode) -> Iterator[Inline]:
    yield from linked(str(node.attrs["href"]), tuple(_inline(node.children)))
    if title := node.attrs.get("title"):
        yield Text(f" ({title})")
