"""The tree as HTML and as plain text."""

from hashlib import sha256

import pytest

from app.body import docbook, html, markdown, plain, text
from app.body.blocks import (
    Block,
    Box,
    BulletList,
    Collapsible,
    Content,
    Document,
    Emphasis,
    Heading,
    KeyValues,
    Link,
    NumberedList,
    Paragraph,
    Text,
)
from demo.story import LETTERS
from tests.body.oracle import ensure_harmless
from tests.body.test_docbook import SUMMONS


def words(text: str) -> Content:
    return (Text(text),)


def one(text: str) -> Document:
    return (Paragraph(words(text)),)


BLOCKS: list[tuple[Block, str, str]] = [
    (Paragraph(words("a\nb & <c>")), "<p>a<br>b &amp; &lt;c&gt;</p>", "a\nb & <c>"),
    (Heading(2, words("a")), "<h3>a</h3>", "a"),
    (
        Paragraph(
            (
                Emphasis("bold", words("a")),
                Emphasis("italics", words("b")),
                Emphasis("underline", words("c")),
            )
        ),
        "<p><strong>a</strong><em>b</em><u>c</u></p>",
        "abc",
    ),
    (
        BulletList((one("a"), (*one("b"), BulletList((one("c"),))))),
        "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>",
        "– a\n– b\n  \n  – c",
    ),
    (NumberedList((one("a"), one("b"))), '<ol start="1"><li>a</li><li>b</li></ol>', "1. a\n2. b"),
    (NumberedList((one("a"),), 7), '<ol start="7"><li>a</li></ol>', "7. a"),
    (
        KeyValues(
            ((words("Datum:"), one("i dag")), (words("Plats:"), (*one("a"), *one("b"))), (words("c"), ()))
        ),
        (
            '<dl class="key-values"><dt>Datum:</dt><dd>i dag</dd>'
            "<dt>Plats:</dt><dd>a<p>b</p></dd><dt>c</dt><dd></dd></dl>"
        ),
        "Datum: i dag\nPlats: a\n  \n  b\nc",
    ),
    (
        Box("information", Heading(2, words("a")), one("b")),
        '<div class="box box-information"><h3>a</h3><p>b</p></div>',
        "a\n\nb",
    ),
    (Box("observe", None, one("b")), '<div class="box box-observe"><p>b</p></div>', "b"),
    (Box("frame", None, one("b")), '<div class="box box-frame"><p>b</p></div>', "b"),
    (
        Collapsible(words("a"), one("b")),
        '<details class="collapsible"><summary>a</summary><p>b</p></details>',
        "a\n\nb",
    ),
    (
        Collapsible((), one("b")),
        '<details class="collapsible"><summary lang="sv">Visa mer</summary><p>b</p></details>',
        "b",
    ),
    (
        Paragraph((Link("https://1177.se/a", words("a"), "1177.se"), Text("."))),
        (
            '<p><a href="https://1177.se/a" rel="noreferrer noopener">a</a>'
            ' <span class="host">(1177.se)</span>.</p>'
        ),
        "a (https://1177.se/a).",
    ),
    (
        Paragraph((Link("tel:112", words("112"), ""),)),
        '<p><a class="alone" href="tel:112" rel="noreferrer noopener">112</a></p>',
        "112",
    ),
    (
        Paragraph((Link("mailto:a@b.se", words("Moa"), ""),)),
        '<p><a class="alone" href="mailto:a@b.se" rel="noreferrer noopener">Moa</a></p>',
        "Moa (mailto:a@b.se)",
    ),
]


@pytest.mark.parametrize(("block", "written", "in_words"), BLOCKS)
def test_each_block_and_piece(block, written, in_words):
    assert html.write((block,), "sv") == written
    assert text.write((block,)) == in_words


def test_letters_keep_what_is_written_until_it_changes():
    """When this fails, stored letters look otherwise than new ones: count `EDITION` up and add its hash."""
    all_of_it = "".join(html.wordless((block,)) for block, _, _ in BLOCKS)
    assert sha256(all_of_it.encode()).hexdigest()[:16] == {1: "ff9a8ea455869bc3"}[html.EDITION]


def test_what_is_kept_has_no_words_of_ours():
    kept = html.wordless((Collapsible((), one("b")),))
    assert kept == '<details class="collapsible"><summary></summary><p>b</p></details>'
    assert '<summary lang="en">Show more</summary>' in html.completed(kept.encode(), "en").decode()


def test_the_readers_language_is_for_our_words_only():
    document = (Collapsible((), one("b")),)
    assert '<summary lang="en">' in html.write(document, "en")


def test_headings_begin_below_the_messages_own_and_skip_no_level():
    """axe heading-order: whatever levels a tree claims."""
    document = docbook.read(SUMMONS)
    assert ensure_harmless(html.write(document, "sv")).headings == [3, 4, 4]
    odd = (
        Heading(4, words("a")),
        Heading(4, words("b")),
        Box("frame", Heading(4, words("c")), (Heading(4, words("d")),)),
        Heading(2, words("e")),
        Box("frame", Heading(4, words("f")), ()),
        Heading(4, words("g")),
    )
    assert ensure_harmless(html.write(odd, "sv")).headings == [3, 4, 5, 5, 3, 4, 4]


@pytest.mark.parametrize("letter", [SUMMONS, *(path.read_text() for path in sorted(LETTERS.glob("*.xml")))])
def test_the_second_layer_finds_nothing_to_change(letter):
    """What nh3 takes in and gives out is the same page, so neither layer hides a fault of the other."""
    first = html._blocks(docbook.read(letter), above=2)
    cleaned = ensure_harmless(html._second_layer.clean(first))
    written = ensure_harmless(html.wordless(docbook.read(letter)))
    assert html._OURS.fullmatch(first)
    assert (written.tags, written.attributes, written.text) == (
        cleaned.tags, cleaned.attributes, cleaned.text,
    )  # fmt: skip


@pytest.mark.parametrize(
    "slip",
    [
        "<script>alert(1)</script>",
        "<svg onload=alert(1)>",
        "<img src=x>",
        "<style>p{}</style>",
        "<p onclick=alert(1)>",
        '<p class="box">',
        '<div class="box box-information alone">',
        '<div id="letter">',
        '<a href="javascript:alert(1)" rel="noreferrer noopener">',
        '<a href="//evil.example" rel="noreferrer noopener">',
        '<a href="https://1177.se/" rel="noreferrer noopener" target="_blank">',
        '<a href="https://1177.se/">',
        '<a href="https://1177.se/" onclick="a" rel="noreferrer noopener">',
        '<ol start="1" onclick="a">',
        '<summary lang="sv">',
        "<!-- a -->",
        "<!doctype html>",
        "<?a?>",
        "<P>",
        "<p ",
        "<p\n>",
        "<",
        "</script>",
        "<h1>",
    ],
)
def test_what_slips_past_the_first_layer_comes_to_the_second(slip, monkeypatch):
    monkeypatch.setattr(html, "escape", lambda text: text)

    ensure_harmless(html.write((Paragraph(words(f"a{slip}b")),), "sv"))

    assert not html._OURS.fullmatch(f"<p>a{slip}b</p>")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,a",
        "/inkorg",
        "//evil.example",
        "http://1177.se",
        "JAVASCRIPT:a",
    ],
)
def test_the_second_layer_holds_when_the_first_is_passed_by(url):
    """A tree that no reader made."""
    page = ensure_harmless(html.write((Paragraph((Link(url, words("a"), ""),)),), "sv"))
    assert page.values("href") == []
    assert page.text == "a"


@pytest.mark.parametrize("read", [docbook.read, markdown.read, plain.read])
def test_every_reader_gives_what_the_writer_can_write(read):
    assert html.write(read("Hej\u00a0på dig"), "sv") == "<p>Hej\u00a0på dig</p>"


def test_a_summons_in_words():
    assert text.write(docbook.read(SUMMONS)).splitlines()[2:8] == [
        "Vi har bokat tid till dig hos barnmorska Moa Modig.",
        "",
        "Datum: tisdag 8 december",
        "Klockan: 9.15",
        "Plats: Plan 2, visa karta (https://1177.se/karta)",
        "Telefon: 08-123 45 67 (tel:081234567)",
    ]
