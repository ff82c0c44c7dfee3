"""Letters of 2 kB: the demo's Swedish ones, made longer by paragraphs and boxes of others among them."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import count
from xml.etree import ElementTree

from app.body import docbook
from app.body.blocks import Document
from demo import story, writing

BYTES = 2000
SENT = date(2026, 11, 23)


def letter(number: int) -> Document:
    return docbook.read(text(number))


def text(number: int) -> str:
    """DocBook of 2 kB, and at most one paragraph or box more."""
    texts = _texts()
    article = _parsed(texts[number % len(texts)])
    for block in _blocks(texts, first=number + number // len(texts) + 1):
        if len(_written(article).encode()) >= BYTES:
            break
        article.append(block)
    return _written(article)


def _blocks(texts: list[str], *, first: int) -> Iterator[ElementTree.Element]:
    """What stands in the letters from the first on, without their titles."""
    for number in count(first):
        _title, *blocks = _parsed(texts[number % len(texts)])
        yield from blocks


def _parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - the demo's own


def _written(article: ElementTree.Element) -> str:
    return ElementTree.tostring(article, encoding="unicode")


@cache
def _texts() -> list[str]:
    clinic = story.providers()[0].clinic[0]
    return [
        writing.body(name, clinic=clinic, sent=SENT)
        for name, letter in story.letters().items()
        if letter.language == "sv"
    ]
