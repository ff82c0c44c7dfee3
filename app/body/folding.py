"""Trees that are too deep to read are laid flat; no word of theirs is lost."""

from collections.abc import Callable, Iterator

import msgspec

from app.body.blocks import (
    Block,
    Box,
    BulletList,
    Collapsible,
    Document,
    Heading,
    KeyValues,
    NumberedList,
    Paragraph,
    parts,
)


def depth(document: Document) -> int:
    """A paragraph alone is 1 deep, in a box 2, in a list in that box 3."""
    deepest = 0
    for block in document:
        if type(block) is not Paragraph and type(block) is not Heading:
            for _, inner in parts(block):
                deepest = max(deepest, depth(inner))
    return 1 + deepest


def fold(document: Document, levels: int) -> Document:
    """At most `levels` deep: what lay deeper becomes paragraphs on the last of them."""
    if levels == 1:
        return tuple(leaf for block in document for leaf in _leaves(block))
    return tuple(_inside(block, lambda inner: fold(inner, levels - 1)) for block in document)


def _leaves(block: Block) -> Iterator[Block]:
    if isinstance(block, Heading | Paragraph):
        yield block
        return
    for own, inner in parts(block):
        if own:
            yield Paragraph(own)
        for below in inner:
            yield from _leaves(below)


def _inside(block: Block, change: Callable[[Document], Document]) -> Block:
    match block:
        case Heading() | Paragraph():
            return block
        case BulletList() | NumberedList():
            return msgspec.structs.replace(block, items=tuple(map(change, block.items)))
        case KeyValues():
            return KeyValues(tuple((term, change(value)) for term, value in block.rows))
        case Box() | Collapsible():
            return msgspec.structs.replace(block, blocks=change(block.blocks))
