"""ASVS 1.2.1: what looks like markup is text wherever it stands."""

from xml.sax.saxutils import escape, quoteattr

import pytest

from app.body import docbook, html, markdown, plain
from tests.body.oracle import CANARY, ensure_harmless

SAFE = escape(CANARY)
POSITIONS = [
    "<title>{0}</title>",
    "<info><title>{0}</title></info>",
    "<para>{0}</para>",
    "{0}",
    '<para><emphasis role="bold">{0}</emphasis></para>',
    '<section><title><emphasis role="information">{0}</emphasis></title><para>a</para></section>',
    '<section><title><emphasis role="collapsible">{0}</emphasis></title><para>{0}</para></section>',
    "<variablelist><title>{0}</title><varlistentry><term>{0}</term><listitem>{0}</listitem></varlistentry></variablelist>",
    "<itemizedlist><listitem>{0}</listitem></itemizedlist>",
    "<orderedlist><listitem><para>{0}</para></listitem></orderedlist>",
    '<para><ulink url="https://1177.se/">{0}</ulink></para>',
    "<bibliography>{0}</bibliography>",
    "<unknown>{0}</unknown>",
]


@pytest.mark.parametrize("position", POSITIONS)
def test_the_canary_is_only_ever_text(position):
    page = ensure_harmless(html.write(docbook.read(f"<article>{position.format(SAFE)}</article>"), "sv"))
    assert CANARY in page.text
    assert "onload" not in " ".join(value for _, _, value in page.attributes)


@pytest.mark.parametrize(
    "marks",
    [
        "url={0}",
        "role={0} url='https://1177.se/'",
        "url={0} type={0}",
        "mark={0}",
        "class={0} style={0} onclick={0}",
    ],
)
def test_the_canary_in_an_attribute_never_becomes_one(marks):
    named = marks.format(quoteattr(CANARY))
    for name in ("ulink", "emphasis", "itemizedlist", "section", "para", "unknown"):
        page = ensure_harmless(
            html.write(docbook.read(f"<article><{name} {named}>a</{name}></article>"), "sv")
        )
        assert not any(mark in value for _, _, value in page.attributes for mark in "\"'<>")
        assert "a" in page.text


def test_the_canary_in_a_links_path_is_encoded():
    address = quoteattr(f"https://1177.se/{CANARY}")
    page = ensure_harmless(
        html.write(docbook.read(f"<article><ulink url={address}>a</ulink></article>"), "sv")
    )
    assert page.values("href") == ["https://1177.se/%22'%3E%3Csvg%20onload=alert(1)%3E&lt;b&gt;"]


def test_the_canary_in_plain_text_and_markdown():
    assert ensure_harmless(html.write(plain.read(CANARY), "sv")).text == CANARY
    page = ensure_harmless(html.write(markdown.read(CANARY.replace("<", "\\<")), "sv"))
    assert page.text == "\"'><svg onload=alert(1)><b>"
