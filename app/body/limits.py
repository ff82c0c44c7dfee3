"""How large, deep and full of links a letter's text may be, and what is said when it is more."""

import re

from app.body.blocks import Content, Document, Heading, Link, NumberedList, Paragraph, Text, parts, spoken
from app.body.folding import depth, fold
from app.errors import Refused
from app.language import lazy as _l

BYTES_MOST = 50_000
LEVELS_MOST = 6
NESTING_MOST = 64
LINKS_MOST = 100

# XML and HTML know none of these; a lone surrogate cannot be written in UTF-8.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# The bytes that those have in UTF-8: each control character itself, and how every surrogate begins.
_SUSPECT = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xED])


# Anything but white space and what takes no ink: fillers, joiners, marks of direction, variations, tags.
_SHOWN = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff]"
)


class TooLarge(Refused):
    code = "body.too-large"
    sentence = _l("Brevets text är för stor: %(size)s byte i UTF-8. Högst %(most)s får plats.")


class UnsafeXml(Refused):
    code = "body.unsafe-xml"
    sentence = _l("Brevets text har en DTD eller egna entiteter. Ta bort dem och skicka brevet igen.")


class TooDeep(Refused):
    code = "body.too-deep"
    sentence = _l("Brevets text har delar inuti varandra i fler än %(most)s nivåer. Gör den plattare.")

    def __init__(self, *, most: int) -> None:
        super().__init__(most=str(most))


class TooManyLinks(Refused):
    code = "body.too-many-links"
    sentence = _l("Brevets text har fler än %(most)s länkar. Ta bort några.")

    def __init__(self) -> None:
        super().__init__(most=str(LINKS_MOST))


class HasHtml(Refused):
    code = "body.html-in-markdown"
    sentence = _l(
        "Brevets text har HTML-taggar. Skriv om dem i Markdown, eller sätt ett omvänt snedstreck före <."
    )


class Empty(Refused):
    code = "body.empty"
    sentence = _l("Brevets text är tom. Skriv något i den.")


def measured(text: str) -> str:
    """The text with lines ended alike and without a byte order mark, control characters and lone surrogates.

    Raises `TooLarge`; the size is that of the text as sent.
    """
    raw = text.encode(errors="surrogatepass")
    if len(raw) > BYTES_MOST:
        raise TooLarge(size=str(len(raw)), most=str(BYTES_MOST))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # To look through characters costs five times as much as through bytes.
    if len(raw.translate(None, _SUSPECT)) != len(raw):
        text = _UNWRITABLE.sub("", text)
    return text.removeprefix("\ufeff")


def settled(document: Document) -> Document:
    """The finished tree: what lies deeper than six levels is laid flat. Raises `Empty` or `TooManyLinks`."""
    if not _shows(document):
        raise Empty
    if _links(document) > LINKS_MOST:
        raise TooManyLinks
    return document if depth(document) <= LEVELS_MOST else fold(document, LEVELS_MOST)


def is_shown(text: str) -> bool:
    """Whether there is anything to see in it."""
    return _SHOWN.search(text) is not None


def _shows(document: Document) -> bool:
    """Whether anything is left to see: a number before nothing is not."""
    for block in document:
        for own, inner in parts(block):
            counted = type(block) is not NumberedList and is_shown(spoken(own))
            if counted or _shows(inner):
                return True
    return False


def _links(document: Document) -> int:
    count = 0
    for block in document:
        if type(block) is Paragraph or type(block) is Heading:
            count += _linked(block.content)
        else:
            for own, inner in parts(block):
                count += _linked(own) + _links(inner)
    return count


def _linked(content: Content) -> int:
    count = 0
    for node in content:
        if type(node) is not Text:
            count += (type(node) is Link) + _linked(node.content)
    return count
