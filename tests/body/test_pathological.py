"""B14, ASVS 2.4.1: fifty kilobytes of the worst are read or refused before anyone would notice."""

import contextlib
import time
from collections.abc import Callable

import pytest

from app.body import docbook, html, markdown, plain
from app.body.blocks import Document
from app.body.limits import Empty, HasHtml, TooDeep, TooManyLinks

PATHOLOGICAL = {
    "brackets": "[" * 49_000,
    "links that never end": "[a](" * 12_000,
    "nested links": "[" * 20_000 + "a" + "](b)" * 7_000,
    "emphasis that opens": "*a " * 16_000,
    "emphasis that closes": "a* " * 16_000,
    "both": "*a_ " * 12_000,
    "stars": "*" * 49_000,
    "lists": "- " * 24_000,
    "list items": "- a\n" * 12_000,
    "lists one deeper each": "\n".join(" " * 2 * n + "- a" for n in range(200)),
    "numbers": "1. a\n" * 9_000,
    "headings": "# a\n" * 12_000,
    "entities": "&amp;" * 9_000,
    "entities that never end": "&" * 49_000,
    "escapes": "\\" * 49_000,
    "tags that never begin": "<" * 49_000,
    "tags that never end": ("<a" + ":" * 10) * 4_000,
    "tags with colons": "<" + "a" * 49_000,
    "blank lines": "\n \n" * 16_000,
    "spaces": "\n" + " " * 49_000,
    "backslashes and brackets": "\\[" * 24_000,
    "titles": '[a](b "' * 7_000,
}
PATHOLOGICAL_XML = {
    "paragraphs": "<para>a</para>" * 3_400,
    "empty": "<para/>" * 7_000,
    "links": '<link url="">a</link>' * 2_300,
    "addresses": '<link url="' + "a." * 24_000 + '"/>',
    "phone": '<link url="tel:' + "0 " * 24_000 + '"/>',
    "mail": '<link url="mailto:' + "a." * 24_000 + '"/>',
    "attributes": "<para " + " ".join(f'a{n}=""' for n in range(4_800)) + "/>",
    "titles": "<title>a</title>" * 3_000,
    "infos": "<info/>" * 3_500 + "<title>a</title>" * 1_500,
    "terms": "<variablelist><varlistentry>" + "<term>a</term>" * 3_000 + "</varlistentry></variablelist>",
    "values": "<variablelist><varlistentry><term>a</term></varlistentry>"
    + "<x>a</x>" * 6_000
    + "</variablelist>",
    "text in pieces": "a<x/>" * 9_000,
    "deep": ("<section>" * 60 + "a" * 20 + "</section>" * 60) * 38,
    "deep emphasis": "<para>" + ("<emphasis>" * 60 + "a" + "</emphasis>" * 60) * 35 + "</para>",
    "lists in lists": ("<itemizedlist><listitem>" * 30 + "a" + "</listitem></itemizedlist>" * 30) * 28,
    "references": "&#97;" * 9_900,
    "character data": "<![CDATA[a]]>" * 3_800,
}


@pytest.mark.parametrize("source", PATHOLOGICAL.values(), ids=PATHOLOGICAL.keys())
def test_markdown_of_fifty_kilobytes_is_soon_read(source):
    assert _seconds(markdown.read, source) < LONGEST
    assert _seconds(plain.read, source) < LONGEST


@pytest.mark.parametrize("source", PATHOLOGICAL_XML.values(), ids=PATHOLOGICAL_XML.keys())
def test_docbook_of_fifty_kilobytes_is_soon_read(source):
    assert len(source) <= 49_981
    assert _seconds(docbook.read, f"<article>{source}</article>") < LONGEST


# Processor seconds: coverage on a busy machine costs many times the usual; a quadratic reader, minutes.
LONGEST = 20


def _seconds(read: Callable[[str], Document], source: str) -> float:
    """Of this process alone: other work on the machine does not count."""
    started = time.process_time()
    with contextlib.suppress(TooDeep, TooManyLinks, HasHtml, Empty):
        html.write(read(source), "sv")
    return time.process_time() - started
