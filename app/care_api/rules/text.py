"""One line of text fit to show beside others: composed, nothing invisible, nothing that turns it round."""

import re
import unicodedata

from app.body.limits import is_shown
from app.care_api.rules.refusals import ControlCharacter, TextTooLong
from app.errors import Refused

# Soft hyphen, joiners, fillers, marks of direction, annotations, tag characters, byte order mark.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def one_line(text: str | None, *, pointer: str) -> str:
    """NFC, invisible and direction characters gone, all white space one space each; "" for nothing to see.

    Raises `ControlCharacter` for characters that mean a broken export rather than a careless paste.
    """
    if not text:
        return ""
    if text.isascii() and text.isprintable():
        # What almost every line is has none of them.
        return " ".join(text.split())
    text = _INVISIBLE.sub("", text)
    if _CONTROL.search(text):
        raise ControlCharacter(pointer=pointer)
    # What changes the look of a character before it stays: alone it is nothing.
    return " ".join(unicodedata.normalize("NFC", text).split()) if is_shown(text) else ""


def line(text: str | None, pointer: str, *, most: int) -> str:
    """One line of at most so many characters, counted after cleaning. Raises `TextTooLong`."""
    cleaned = one_line(text, pointer=pointer)
    if len(cleaned) > most:
        raise TextTooLong(pointer=pointer, most=str(most))
    return cleaned


def needed(text: str | None, pointer: str, missing: type[Refused], *, most: int) -> str:
    """A line with something in it. Raises `missing`, with the pointer, when there is nothing."""
    cleaned = line(text, pointer, most=most)
    if not cleaned:
        raise missing(pointer=pointer)
    return cleaned
