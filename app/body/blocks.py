"""The tree of a letter's text. It knows no markup, and it is what is stored.

Each node is stored as [tag, field, …]: a tag is never reused, a new field comes last and has a default.
Everything is a tuple, so a tree cannot change.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias, final

import msgspec


@final
class Text(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="text"):
    """Characters as they are read. A newline is a line break."""

    text: str


@final
class Emphasis(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="emphasis"):
    style: Literal["bold", "italics", "underline"]
    content: "Content"


@final
class Link(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="link"):
    """Made by `links.linked` only. `host` is where it leads, fit to show; "" for tel and mailto."""

    url: str
    content: "Content"
    host: str


Inline: TypeAlias = Text | Emphasis | Link
Content: TypeAlias = tuple[Inline, ...]


@final
class Heading(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="heading"):
    """Level 2 is the letter's own title, since the page has level 1."""

    level: Literal[2, 3, 4]
    content: Content


@final
class Paragraph(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="paragraph"):
    content: Content


@final
class BulletList(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="bullets"):
    items: "tuple[Document, ...]"


@final
class NumberedList(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="numbers"):
    items: "tuple[Document, ...]"
    first: int = 1


@final
class KeyValues(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="key-values"):
    """Facts such as date, time and place."""

    rows: "tuple[tuple[Content, Document], ...]"


@final
class Box(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="box"):
    """What must not be missed: grey (information), yellow (observe) or framed."""

    kind: Literal["information", "observe", "frame"]
    heading: Heading | None
    blocks: "Document"


@final
class Collapsible(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="collapsible"):
    """Shown when asked for. Its heading is a button, so no link may stand in it; it may be empty."""

    heading: Content
    blocks: "Document"


Block: TypeAlias = Heading | Paragraph | BulletList | NumberedList | KeyValues | Box | Collapsible
Document: TypeAlias = tuple[Block, ...]

_decoder = msgspec.json.Decoder(Document)


def encode(document: Document) -> bytes:
    return msgspec.json.encode(document)


def decode(stored: bytes) -> Document:
    """Raises `msgspec.ValidationError`: it was not `encode` that wrote it."""
    return _decoder.decode(stored)


def parts(block: Block) -> tuple[tuple[Content, Document], ...]:
    """What stands in the block, in order: words of its own, and the blocks that belong to them."""
    # Told apart by `type(…) is …`: a struct's metaclass answers a failing isinstance() slowly.
    if type(block) is Heading or type(block) is Paragraph:
        return ((block.content, ()),)
    if type(block) is KeyValues:
        return block.rows
    if type(block) is BulletList:
        return tuple([((), item) for item in block.items])
    if type(block) is NumberedList:
        return tuple([((Text(f"{n}."),), item) for n, item in enumerate(block.items, block.first)])
    if type(block) is Box:
        return ((block.heading.content if block.heading else (), block.blocks),)
    return ((block.heading, block.blocks),)


def spoken(content: Iterable[Inline]) -> str:
    """The characters alone."""
    return "".join([node.text if type(node) is Text else spoken(node.content) for node in content])
