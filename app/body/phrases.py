"""Words of a DocBook text with their emphasis and links."""

import re
from collections.abc import Iterable, Sequence
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
    if len(nodes) == 1 and type(only := nodes[0]) is str:
        text = _flowing(only).strip(" ")
        return (Text(text),) if text and not text.isspace() else ()
    content = _inline(nodes)
    if not spoken(content).strip():
        return ()
    if type(first := content[0]) is Text:
        content[0] = Text(first.text.lstrip(" "))
    if type(last := content[-1]) is Text:
        content[-1] = Text(last.text.rstrip(" "))
    return tuple([node for node in content if type(node) is not Text or node.text])


def _inline(nodes: Iterable[Node]) -> list[Inline]:
    content: list[Inline] = []
    for node in nodes:
        if isinstance(node, str):
            content.append(Text(_flowing(node)))
        elif node.name == "emphasis":
            content += _emphasised(node)
        elif node.name in INLINE:
            content += linked(_address(node), tuple(_inline(node.children)))
        else:
            content += _apart(node)
    return content


def _flowing(text: str) -> str:
    """Lines as one, as XML means them; a no-break space stays."""
    even = "\n" not in text and "  " not in text and "\t" not in text
    return text if even else _GAP.sub(" ", text)


def _emphasised(element: Element) -> Content:
    """A role that is no style, such as a box's in a title, leaves the words as they are."""
    content = tuple(_inline(element.children))
    style = STYLES.get(role(element))
    return (Emphasis(style, content),) if style and spoken(content).strip() else content


def _apart(element: Element) -> list[Inline]:
    """A block where only words can stand: its words, held apart from those around it."""
    words = _inline(element.children)
    return [Text(" "), *words, Text(" ")] if element.name in _APART else words


def _address(element: Element) -> str:
    return next((element.attributes[name] for name in ADDRESSES if name in element.attributes), "")


def role(element: Element) -> str:
    return element.attributes.get("role", "").strip().lower()
