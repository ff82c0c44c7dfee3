"""A letter of which nothing is left to see is refused, however it was written."""

from collections.abc import Callable

import pytest

from app.body import docbook, markdown, plain
from app.body.blocks import Document, Paragraph, Text
from app.body.limits import Empty

Read = Callable[[str], Document]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (plain.read, "\u200b"),
        (plain.read, "\u00a0\n\n\u3000"),
        (plain.read, "\u2066\u2069\u00ad\U000e0041\u3164\u2800"),
        (markdown.read, "&#8203;"),
        (markdown.read, "# &#8203;"),
        (markdown.read, "- &#8203;\n- &#173;"),
        (markdown.read, "1. &#8203;\n2. &#8203;"),
        (markdown.read, "**&#8203;**"),
        (docbook.read, "<article><para>&#8203;</para></article>"),
        (docbook.read, "<article><info><title>&#8203;</title></info><para>&#160;</para></article>"),
    ],
)
def test_what_shows_nothing_is_empty(read: Read, text: str) -> None:
    with pytest.raises(Empty):
        read(text)


@pytest.mark.parametrize("text", [".", "ا", "😀", "\u200b.", "\u200b\n\n1"])
def test_anything_that_shows_is_a_letter(text: str) -> None:
    assert plain.read(text)


def test_the_invisible_stays_where_something_shows() -> None:
    assert plain.read("a\u200bb") == (Paragraph((Text("a\u200bb"),)),)
