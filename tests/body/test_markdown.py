"""CommonMark without HTML: what it knows, and what it leaves as it is written."""

import pytest

from app.body import html, markdown, plain
from app.body.blocks import (
    BulletList,
    Content,
    Document,
    Emphasis,
    Heading,
    Link,
    NumberedList,
    Paragraph,
    Text,
)
from app.body.limits import Empty, HasHtml, TooDeep, TooLarge, TooManyLinks
from tests.body.oracle import ensure_harmless


def words(text: str) -> Content:
    return (Text(text),)


def one(text: str) -> Document:
    return (Paragraph(words(text)),)


def test_a_letter():
    assert markdown.read(
        "# Inför ditt besök\n\nKom **fastande** och *i tid*.\n\n- Ta med\n  - legitimation\n\n"
        "3. Anmäl dig\n4. Vänta\n\nLäs [mer](1177.se/besok)."
    ) == (
        Heading(2, words("Inför ditt besök")),
        Paragraph(
            (
                Text("Kom "),
                Emphasis("bold", words("fastande")),
                Text(" och "),
                Emphasis("italics", words("i tid")),
                Text("."),
            )
        ),
        BulletList(((Paragraph(words("Ta med")), BulletList((one("legitimation"),))),)),
        NumberedList((one("Anmäl dig"), one("Vänta")), 3),
        Paragraph((Text("Läs "), Link("https://1177.se/besok", words("mer"), "1177.se"), Text("."))),
    )


def test_headings_below_the_third_are_the_third():
    document = markdown.read("\n".join("#" * n + " a" for n in range(1, 7)))
    assert [block.level for block in document if isinstance(block, Heading)] == [2, 3, 4, 4, 4, 4]


def test_a_line_flows_on_and_two_spaces_break_it():
    assert markdown.read("a\nb  \nc\\\nd") == (
        Paragraph((Text("a"), Text(" "), Text("b"), Text("\n"), Text("c"), Text("\n"), Text("d"))),
    )


def test_escapes_and_entities():
    assert markdown.read(r"\*a\* &amp; \<b> &lt;script&gt;") == one("*a* & <b> <script>")


@pytest.mark.parametrize(
    "text",
    [
        "> a",
        "```",
        "---",
        "| a | b |",
        "~~a~~",
        "`a`",
        "a < b",
        "x<3",
        "1 <2> 3",
        "<1177.se>",
        "<moa@vard.se>",
        "<https://1177.se>",
        "a <- b",
        "[a]: b",
        "<>",
    ],
)
def test_what_the_subset_does_not_know_stays_as_written(text):
    assert markdown.read(text) == one(text)


def test_an_image_is_a_link():
    assert markdown.read("![a](https://1177.se/a.png)") == (
        Paragraph((Text("!"), Link("https://1177.se/a.png", words("a"), "1177.se"))),
    )


@pytest.mark.parametrize(
    "text",
    [
        "<b>a</b>", "a <br> b", "<script>alert(1)</script>", "<svg/onload=alert(1)>", "<IMG SRC=a onerror=b>",
        "</p>", "<!-- a -->", "<!DOCTYPE html>", "<?php a ?>", "<svg", "a\n<p\nclass=x>", "- <b>a</b>",
        "[<b>](c)", "<![CDATA[a]]>", "<iframe/>",
    ],
)  # fmt: skip
def test_a_raw_tag_is_refused(text):
    with pytest.raises(HasHtml) as refused:
        markdown.read(text)
    assert refused.value.code == "body.html-in-markdown"


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](javascript&colon;alert(1))",
        "[a](data:text/html;base64,PHN2Zy9vbmxvYWQ9YWxlcnQoMSk+)", "[a](vbscript:alert(1))", "[a](file:///etc/passwd)",
        "[a](\\javascript:alert(1))", "[a](java%0ascript:alert(1))", "[a](//evil.example)", "[a](/inkorg)",
        "[a]( javascript:alert(1))", "[a](https://1177.se@evil.example)", '[a](x "onmouseover=alert(1)")',
        "![a](javascript:alert(1))", "[a](javascript:alert(1) 'b')", "&lt;img src=x onerror=alert(1)&gt;",
        "\\<img src=x onerror=alert(1)>", "[a][b]\n\n[b]: javascript:alert(1)",
        "[[a](javascript:b)](javascript:c)",
        "**[a](javascript:alert(1))**", "# [a](javascript:alert(1))", "[a](&#106;avascript:alert(1))",
    ],
)  # fmt: skip
def test_an_attack_leads_nowhere(text):
    page = ensure_harmless(html.write(markdown.read(text), "sv"))
    assert page.values("href") == []
    assert "a" in page.text


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ('[a](https://1177.se/"onclick="alert(1))', "https://1177.se/%22onclick=%22alert(1)"),
        ("[a](https://1177.se/'onclick='b)", "https://1177.se/'onclick='b"),
        ("[a](https://1177.se/&quot;&gt;&lt;svg&gt;)", "https://1177.se/%22%3E%3Csvg%3E"),
    ],
)
def test_an_address_cannot_leave_its_attribute(text, href):
    assert ensure_harmless(html.write(markdown.read(text), "sv")).values("href") == [href]


def test_a_links_title_is_kept():
    assert markdown.read('[a](1177.se "b")') == (
        Paragraph((Link("https://1177.se/", words("a"), "1177.se"), Text(" (b)"))),
    )


def test_an_address_that_may_not_be_followed_is_shown_as_it_was_written():
    assert markdown.read("[a](räksmörgås)") == (Paragraph((Text("a"), Text(" (räksmörgås)"))),)


def test_lists_and_emphasis_too_deep_are_refused_and_never_cut_short():
    """markdown-it drops what lies deeper than its own limit."""
    assert "slut" in str(markdown.read("- " * 9 + "slut"))
    for text in (
        "- " * 11 + "slut",
        "- " * 9_000 + "slut",
        "*a " * 9_000 + "b*" * 9_000,
        "1. " * 9_000 + "slut",
    ):
        with pytest.raises(TooDeep):
            markdown.read(text)


def test_every_depth_is_read_whole_or_refused():
    for levels in range(1, 140):
        try:
            document = markdown.read("- " * levels + "slut")
        except TooDeep:
            continue
        assert "slut" in str(document), levels


def test_limits_are_the_same_as_for_docbook():
    with pytest.raises(TooLarge):
        markdown.read("å" * 25_001)
    with pytest.raises(TooManyLinks):
        markdown.read("[a](1177.se) " * 101)
    assert markdown.read("[a](1177.se) " * 100)
    for nothing in ("", " \n", "#", "-", "&nbsp;"):
        with pytest.raises(Empty):
            markdown.read(nothing)


def test_plain_text():
    assert plain.read("  Hej\nAnna\r\n \r\n\r\nVi *ses*\x00\n") == (
        Paragraph(words("  Hej\nAnna")),
        Paragraph(words("Vi *ses*")),
    )
    with pytest.raises(Empty):
        plain.read(" \n\t\n ")
    with pytest.raises(TooLarge):
        plain.read("a" * 50_001)
