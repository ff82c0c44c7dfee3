"""Words of a DocBook text with their emphasis and links."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from app.body.blocks import Content, Emphasis, Inline, Text, spoken
from app.body.elements import Element, Node
from app.body.links import linked

INLINE = frozenset({"emphasis", "ulink", "link"})
STYLES: dict[str, Literal["bold", "italics", "underline"]] = {
    "": "italics",
    "bold": "bold",
    "strong": "bold",
    "italic": "italics",
    "italics": "italics",
    "underline": "underline",
}
ADDRESSES = ("url", "xlink:href", "href")
_APART = frozenset({"para", "listitem", "title", "term", "section", "varlistentry"})
_GAP = re.compile("[ \t\n]+")


def phrase(nodes: Sequence[Node]) -> Content:
    """Inline nodes with nothing blank at the ends; empty when there is nothing to read."""
    if len(nodes) == 1 and isinstance(nodes[0], str):
        text = _flowing(nodes[0]).strip(" ")
        return (Text(text),) if text.strip() else ()
    content = list(_inline(nodes))
    if not spoken(content).strip():
        return ()
    if isinstance(first := content[0], Text):
        content[0] = Text(first.text.lstrip(" "))
    if isinstance(last := content[-1], Text):
        content[-1] = Text(last.text.rstrip(" "))
    return tuple(node for node in content if not (isinstance(node, Text) and not node.text))


def _inline(nodes: Iterable[Node]) -> Iterator[Inline]:
    for node in nodes:
        if isinstance(node, str):
            yield Text(_flowing(node))
        elif node.name == "emphasis":
            yield from _emphasised(node)
        elif node.name in INLINE:
            yield from linked(_address(node), tuple(_inline(node.children)))
        else:
            yield from _apart(node)


def _flowing(text: str) -> str:
    """Lines as one, as XML means them; a no-break space stays."""
    even = "\n" not in text and "  " not in text and "\t" not in text
    return text if even else _GAP.sub(" ", text)


def _emphasised(element: Element) -> Content:
    """A role that is no style, such as a box's in a title, leaves the words as they are."""
    content = tuple(_inline(element.children))
    style = STYLES.get(role(element))
    return (Emphasis(style, content),) if style and spoken(content).strip() else content


def _apart(element: Element) -> Iterator[Inline]:
    """A block where only words can stand: its words, held apart from those around it."""
    gap = (Text(" "),) if element.name in _APART else ()
    yield from (*gap, *_inline(element.children), *gap)


def _address(element: Element) -> str:
    return next((element.attributes[name] for name in ADDRESSES if name in element.attributes), "")


def role(element: Element) -> str:
    return element.attributes.get("role", "").strip().lower()
