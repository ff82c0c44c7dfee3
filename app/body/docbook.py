"""DocBook in the subset 1177 inkorg takes, read liberally: whatever is written, its words reach the reader.

The elements and roles: Inera, "DocBook i 1177 inkorg" and the CORE implementation guide's narrative. It is no
valid DocBook of any version, so no schema is used.
"""

from collections.abc import Callable, Iterable
from typing import Literal

from app.body.blocks import (
    Block,
    Box,
    BulletList,
    Collapsible,
    Content,
    Document,
    Heading,
    KeyValues,
    NumberedList,
    Paragraph,
    Text,
)
from app.body.elements import Element, Node, elements, parse
from app.body.limits import measured, settled
from app.body.links import unlinked
from app.body.phrases import INLINE, phrase, role
from app.body.plain import paragraphs

Kind = Literal["information", "observe", "frame", "collapsible"]

KINDS: dict[str, Kind] = {
    "information": "information",
    "bgcolor": "information",
    "observe": "observe",
    "frame": "frame",
    "collapsible": "collapsible",
}


def read(text: str) -> Document:
    """Only what starts with `<`, is well formed and has the root `article`; else plain text, unaltered.

    A section is a box, or collapsible, by the role of an emphasis in its title. An unknown element gives its
    text: in a paragraph as part of it, elsewhere as a paragraph. Levels beyond six are laid flat.
    Raises `TooLarge`, `UnsafeXml`, `TooDeep`, `TooManyLinks` or `Empty`.
    """
    text = measured(text)
    root = parse(text.lstrip()) if text.lstrip().startswith("<") else None
    if root is None or root.name != "article":
        return settled(paragraphs(text))
    return settled(tuple(_titled(root, 2)))


def _titled(element: Element, level: int) -> list[Block]:
    heading = _heading(_take_title(element), level)
    return [*heading, *_blocks(element, level + len(heading))]


def _section(element: Element, level: int) -> list[Block]:
    title = _take_title(element)
    heading = _heading(title, level)
    blocks = _blocks(element, level + len(heading))
    match _kind(title):
        case None:
            return [*heading, *blocks]
        case "collapsible" if blocks:
            return [Collapsible(unlinked(heading[0].content) if heading else (), tuple(blocks))]
        case "information" | "observe" | "frame" as kind if heading or blocks:
            return [Box(kind, heading[0] if heading else None, tuple(blocks))]
    return [*heading]


def _take_title(element: Element) -> Element | None:
    """The first title, in the element or in its info; it stands there no more."""
    for place, child in enumerate(element.children):
        if type(child) is Element:
            if child.name == "title":
                del element.children[place]
                return child
            if child.name == "info" and (title := _take_title(child)):
                return title
    return None


def _kind(title: Element | None) -> Kind | None:
    for element in elements(title) if title else ():
        found = KINDS.get(role(element)) if element.name == "emphasis" else None
        if kind := found or _kind(element):
            return kind
    return None


def _heading(title: Element | None, level: int) -> list[Heading]:
    content = phrase(title.children) if title else ()
    return [Heading(_level(level), content)] if content else []


def _level(level: int) -> Literal[2, 3, 4]:
    return 2 if level <= 2 else 3 if level == 3 else 4


def _blocks(element: Element, level: int) -> list[Block]:
    children = element.children
    if len(children) == 1 and type(children[0]) is str:
        return _paragraph(children)
    return _gathered(children, level, loose=element.name != "para")


def _gathered(children: Iterable[Node], level: int, *, loose: bool = True) -> list[Block]:
    """Blocks, and the words between them as paragraphs. `loose`: an unknown element is a paragraph."""
    blocks: list[Block] = []
    words: list[Node] = []
    for child in children:
        if isinstance(child, str):
            if words or not child.isspace():
                words.append(child)
        elif child.name in INLINE or not (loose or child.name in BLOCKS):
            words.append(child)
        else:
            if words:
                blocks += _paragraph(words)
                words = []
            blocks += BLOCKS.get(child.name, _blocks)(child, level)
    return blocks + _paragraph(words) if words else blocks


def _paragraph(words: list[Node]) -> list[Block]:
    content = phrase(words) if words else ()
    return [Paragraph(content)] if content else []


def _bullets(element: Element, level: int) -> list[Block]:
    heading, items = _items(element, level)
    return [*heading, BulletList(items)] if items else [*heading]


def _numbers(element: Element, level: int) -> list[Block]:
    heading, items = _items(element, level)
    return [*heading, NumberedList(items)] if items else [*heading]


def _items(element: Element, level: int) -> tuple[list[Heading], tuple[Document, ...]]:
    heading = _heading(_take_title(element), level)
    below = level + len(heading)
    items = [tuple(_gathered([child], below)) for child in element.children if not _is_blank(child)]
    return heading, tuple([item for item in items if item])


def _is_blank(node: Node) -> bool:
    return isinstance(node, str) and node.isspace()


def _key_values(element: Element, level: int) -> list[Block]:
    """What has no term belongs to the row before it; before the first row it stands by itself."""
    heading = _heading(_take_title(element), level)
    before: list[Block] = []
    rows: list[tuple[Content, Document]] = []
    for child in element.children:
        if _is_blank(child):
            continue
        term, value = _row(child, level + len(heading))
        if term:
            rows.append((term, value))
        elif rows:
            rows[-1] = (rows[-1][0], rows[-1][1] + value)
        else:
            before += value
    return [*heading, *before, *([KeyValues(tuple(rows))] if rows else [])]


def _row(node: Node, level: int) -> tuple[Content, Document]:
    if isinstance(node, str):
        return (), tuple(_paragraph([node]))
    if node.name != "varlistentry":
        return (), tuple(_gathered([node], level))
    terms: list[Content] = []
    rest: list[Node] = []
    for child in node.children:
        if type(child) is Element and child.name == "term":
            terms.append(phrase(child.children))
        else:
            rest.append(child)
    return _joined([term for term in terms if term]), tuple(_gathered(rest, level))


def _joined(terms: list[Content]) -> Content:
    return terms[0] + tuple(node for term in terms[1:] for node in (Text(", "), *term)) if terms else ()


def _titles(element: Element, level: int) -> list[Block]:
    return [*_heading(element, level)]


# Names that are a block wherever they stand, in a paragraph too.
BLOCKS: dict[str, Callable[[Element, int], list[Block]]] = {
    "article": _blocks,
    "bibliography": _blocks,
    "info": _blocks,
    "itemizedlist": _bullets,
    "listitem": _blocks,
    "orderedlist": _numbers,
    "para": _blocks,
    "section": _section,
    "title": _titles,
    "variablelist": _key_values,
    "varlistentry": _blocks,
}
