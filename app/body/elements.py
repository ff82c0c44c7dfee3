"""XML as a small tree of elements, from a parser that fetches nothing and expands nothing."""

import re
from typing import TypeAlias, final
from xml.parsers import expat

import msgspec

from app.body.limits import NESTING_MOST, TooDeep, UnsafeXml

# Looked for before the parser starts. There is no other way to write these: the text is already decoded.
_DECLARATION = re.compile(r"<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)


@final
class Element(msgspec.Struct, gc=False, eq=False):
    """`name` is without its prefix."""

    name: str
    attributes: dict[str, str]
    children: "list[Node]"


Node: TypeAlias = Element | str


def parse(text: str) -> Element | None:
    """The root; None when the text is not well formed.

    A DTD is refused wherever it stands, so there are no entities, external or expanding (ASVS 1.5.1);
    XInclude and processing instructions do nothing. Raises `UnsafeXml` or `TooDeep`.
    """
    if _DECLARATION.search(text):
        raise UnsafeXml
    document = Element("", {}, [])
    try:
        _parser(document).Parse(text, True)
    except expat.ExpatError:
        return None
    return elements(document)[0]


def elements(parent: Element) -> list[Element]:
    """Told from texts by `type(…) is …`: a struct's metaclass answers a failing isinstance() slowly."""
    return [child for child in parent.children if type(child) is Element]


def _parser(document: Element) -> expat.XMLParserType:
    # The children of what is open; these three are called two hundred times for a letter.
    opened = [document.children]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(opened) > NESTING_MOST:
            raise TooDeep(most=NESTING_MOST)
        children: list[Node] = []
        opened[-1].append(Element(name.rpartition(":")[2] if ":" in name else name, attributes, children))
        opened.append(children)

    def end(_name: str) -> None:
        del opened[-1]

    def characters(text: str) -> None:
        opened[-1].append(text)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_declaration: object) -> None:
    raise UnsafeXml
