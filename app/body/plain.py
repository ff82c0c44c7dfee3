"""Plain text: blank lines part paragraphs, a newline breaks the line."""

import re

from app.body.blocks import Document, Paragraph, Text
from app.body.limits import measured, settled

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


def read(text: str) -> Document:
    """Raises `TooLarge` or `Empty`."""
    return settled(paragraphs(measured(text)))


def paragraphs(text: str) -> Document:
    """Each character that can be seen is in one of them."""
    pieces = (piece.strip("\n") for piece in _BLANK_LINES.split(text))
    return tuple(Paragraph((Text(piece),)) for piece in pieces if piece.strip())
