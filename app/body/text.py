"""A tree as plain text, for where there is no markup. Every word is there, and every address."""

from app.body.blocks import (
    Block,
    Box,
    BulletList,
    Content,
    Document,
    Emphasis,
    Heading,
    Inline,
    KeyValues,
    Link,
    NumberedList,
    Paragraph,
    Text,
    parts,
)
from app.body.links import shown


def write(document: Document) -> str:
    return "\n\n".join(_block(block) for block in document)


def _block(block: Block) -> str:
    match block:
        case Heading() | Paragraph():
            return _words(block.content)
        case BulletList():
            return "\n".join(_hung("– ", item) for item in block.items)
        case NumberedList() | KeyValues():
            return "\n".join(_hung(f"{_words(own)} ", inner) for own, inner in parts(block))
        case Box():
            return write((block.heading, *block.blocks) if block.heading else block.blocks)
        case _:
            return write((Paragraph(block.heading), *block.blocks) if block.heading else block.blocks)


def _hung(mark: str, document: Document) -> str:
    """Lines after the first stand under it."""
    return (mark + write(document).replace("\n", "\n  ")).rstrip()


def _words(content: Content) -> str:
    return "".join(_word(node) for node in content)


def _word(node: Inline) -> str:
    match node:
        case Text():
            return node.text
        case Emphasis():
            return _words(node.content)
        case Link():
            words = _words(node.content)
            return words if shown(node) else f"{words} ({node.url})"
