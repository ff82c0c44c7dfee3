"""Hostile documents (B8; ASVS 1.5.1, 1.5.2): refused or harmless, and nothing outside is ever opened."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.body import docbook, elements, html
from app.body.blocks import Document, Paragraph, Text
from app.body.limits import Empty, TooDeep, TooLarge, TooManyLinks, UnsafeXml

_opened: list[str] = []
_watching = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event in ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request"):
        _opened.append(f"{event} {arguments}")


# An audit hook cannot be taken away again, so there is one for good, which watches when told to.
sys.addaudithook(_hook)


def read(text: str) -> Document:
    """Read, and neither a file nor a socket is opened, whatever the document asks for."""
    global _watching
    _opened.clear()
    _watching = True
    try:
        return docbook.read(text)
    finally:
        _watching = False
        assert _opened == []


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """Somebody to call: a listening socket that should never be reached."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.05)
        yield listening
        with pytest.raises(TimeoutError):
            listening.accept()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]><article>&x;</article>',
        '<!DOCTYPE article [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><article/>',
        '<!DOCTYPE article PUBLIC "a" "http://127.0.0.1/a.dtd"><article>a</article>',
        '<!DOCTYPE article SYSTEM "file:///etc/passwd"><article>a</article>',
        f'<!DOCTYPE article [<!ENTITY l0 "ha">{LAUGHS}]><article>&l9;</article>',
        f'<!DOCTYPE article [<!ENTITY a "{"a" * 20_000}">]><article>{"&a;" * 9_000}</article>',
        "<!DOCTYPE article><article>a</article>",
        '<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE article><article>a</article>',
        "<!doctype html><p>Hej</p>",
        '<article><!ENTITY x "a"></article>',
        "<article><!DOCTYPE article></article>",
        "<article>&x;</article><!DOCTYPE a>",
        "<!DOCTYPE article [<!ELEMENT article ANY>",
        "<!DOCTYPE article [<!ATTLIST article a CDATA 'b'>]><article/>",
        "<!DOCTYPE article [<!NOTATION a SYSTEM 'b'>]><article/>",
    ],
    ids=lambda text: text[:60],
)
def test_a_dtd_is_refused_wherever_it_stands(text):
    with pytest.raises(UnsafeXml) as refused:
        read(text)
    assert refused.value.code == "body.unsafe-xml"


def test_the_parser_refuses_a_dtd_by_itself():
    """The second wall, should a declaration ever get past the search for its words."""
    with pytest.raises(UnsafeXml):
        elements._parser(elements.Element("", {}, [])).Parse("<!DOCTYPE article><article/>", True)


def test_nobody_is_called(door):
    port = door.getsockname()[1]
    for text in (
        f'<!DOCTYPE article SYSTEM "http://127.0.0.1:{port}/"><article/>',
        f'<!DOCTYPE article [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/">]><article>&x;</article>',
    ):
        with pytest.raises(UnsafeXml):
            read(text)
    read(
        f'<?xml-stylesheet href="http://127.0.0.1:{port}/"?>'
        '<article xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="a http://127.0.0.1:{port}/">a<xi:include href="http://127.0.0.1:{port}/"/></article>'
    )


def test_an_undefined_entity_expands_to_nothing_and_is_shown():
    assert read("<article>&secret;</article>") == plain("<article>&secret;</article>")


def test_xinclude_includes_nothing():
    secret = Path(__file__)
    text = (
        '<article xmlns:xi="http://www.w3.org/2001/XInclude"><para>a</para>'
        f'<xi:include href="file://{secret}" parse="text"><xi:fallback>b</xi:fallback></xi:include></article>'
    )
    assert read(text) == (*plain("a"), *plain("b"))


def test_processing_instructions_do_nothing():
    assert read('<?xml-stylesheet href="file:///etc/passwd"?><article>a<?php evil()?></article>') == (
        Paragraph((Text("a"),)),
    )


@pytest.mark.parametrize(
    "namespace", ["urn:evil", "http://www.w3.org/1999/xhtml", "http://docbook.org/ns/docbook", ""]
)
def test_a_namespace_changes_nothing(namespace):
    assert read(f'<article xmlns="{namespace}"><para>a</para></article>') == plain("a")


def test_html_in_a_foreign_namespace_is_text():
    text = '<article xmlns:h="http://www.w3.org/1999/xhtml"><h:script>alert(1)</h:script></article>'
    assert html.write(read(text), "sv") == "<p>alert(1)</p>"


def test_ten_thousand_elements_in_each_other_are_refused():
    with pytest.raises(TooLarge):
        read("<article>" * 10_000)
    with pytest.raises(TooDeep) as refused:
        read("<a>" * 10_000 + "a" + "</a>" * 2_000)
    assert refused.value.code == "body.too-deep"
    assert "64" in refused.value.said("sv")


def test_sixty_four_elements_in_each_other_are_read():
    """The root counts."""
    for name in ("para", "section", "emphasis", "itemizedlist", "unknown"):
        assert "a" in str(read(f"<article>{nested(name, 63)}</article>"))
        with pytest.raises(TooDeep):
            read(f"<article>{nested(name, 64)}</article>")


def test_fifty_kilobytes_are_read_and_one_byte_more_is_not():
    """Bytes of UTF-8, not characters."""
    around = len("<article></article>")
    assert read(f"<article>{'å' * ((50_000 - around) // 2)}</article>")
    with pytest.raises(TooLarge) as refused:
        read(f"<article>{'å' * ((50_000 - around) // 2)}aa</article>")
    assert refused.value.code == "body.too-large"
    assert "50001 byte" in refused.value.said("sv")


def test_a_hundred_links_are_read_and_one_more_is_not():
    def links(n: int) -> str:
        link = '<ulink url="1177.se">a</ulink>'
        return f"<article><itemizedlist><listitem>{link * n}</listitem></itemizedlist></article>"

    assert read(links(100))
    with pytest.raises(TooManyLinks) as refused:
        read(links(101))
    assert refused.value.code == "body.too-many-links"


@pytest.mark.parametrize(
    "text", ["<article/>", "<article> \n</article>", "<article><para/><section/></article>", ""]
)
def test_a_letter_without_a_word_is_refused(text):
    with pytest.raises(Empty) as refused:
        read(text)
    assert refused.value.code == "body.empty"


@pytest.mark.parametrize("bad", ["\x00", "\x08", "\x1b", "\ud800"])
def test_what_no_document_may_hold_is_taken_out_before_it_is_read(bad):
    """B7: NUL, control characters, lone surrogates."""
    assert read(f"<article>a{bad}b</article>") == plain("ab")
    assert read(f"a{bad}b") == plain("ab")


def test_a_reference_to_a_control_character_is_shown_and_not_read():
    assert read("<article>&#8;</article>") == plain("<article>&#8;</article>")


def nested(name: str, times: int) -> str:
    return f"<{name}>" * times + "a" + f"</{name}>" * times


def plain(text: str) -> tuple[Paragraph, ...]:
    return (Paragraph((Text(text),)),)
