"""B14: whatever is written, the page keeps to the allow-list and all that can be seen reaches the reader."""

import contextlib
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    Inline,
    KeyValues,
    Link,
    NumberedList,
    Paragraph,
    Text,
    decode,
    encode,
)
from app.body.folding import depth, fold
from app.body.limits import Empty, HasHtml
from app.errors import Refused
from tests.body.oracle import CANARY, ensure_harmless, seen

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Signs that links lose on purpose (test_links), and what neither XML nor HTML can hold.
_ODD = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff"
characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=_ODD, max_codepoint=0xDFFFF)
written = st.text(characters | st.sampled_from("<>&\"' \n"), max_size=20)
any_text = st.text(max_size=200)

STYLES = st.sampled_from(["bold", "italics", "underline"])
urls = st.sampled_from(["https://1177.se/", "javascript:a", "tel:112", CANARY]) | written
contents: st.SearchStrategy[Content] = st.recursive(
    st.builds(Text, written),
    lambda inner: (
        st.builds(Emphasis, STYLES, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Link, urls, st.lists(inner, max_size=3).map(tuple), written)
    ),
    max_leaves=4,
).map(lambda node: (node,))


def _containers(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    documents = st.lists(inner, max_size=3).map(tuple)
    headings = st.none() | st.builds(Heading, st.sampled_from([2, 3, 4]), contents)
    return (
        st.builds(Box, st.sampled_from(["information", "observe", "frame"]), headings, documents)
        | st.builds(Collapsible, contents, documents)
        | st.builds(BulletList, st.lists(documents, max_size=3).map(tuple))
        | st.builds(NumberedList, st.lists(documents, max_size=3).map(tuple), st.integers(-9, 99))
        | st.builds(KeyValues, st.lists(st.tuples(contents, documents), max_size=3).map(tuple))
    )


blocks: st.SearchStrategy[Block] = st.recursive(
    st.builds(Paragraph, contents) | st.builds(Heading, st.sampled_from([2, 3, 4]), contents),
    _containers,
    max_leaves=8,
)
trees: st.SearchStrategy[Document] = st.lists(blocks, max_size=4).map(tuple)

NAMES = st.sampled_from(
    [
        "article",
        "info",
        "section",
        "para",
        "bibliography",
        "variablelist",
        "title",
        "ulink",
        "link",
        "varlistentry",
        "term",
        "listitem",
        "emphasis",
        "itemizedlist",
        "orderedlist",
        "table",
        "x:y",
    ]
)
ROLES = st.sampled_from(
    ["bold", "italics", "underline", "collapsible", "bgcolor", "information", "observe", "frame", "x"]
)
attributes = st.fixed_dictionaries({}, optional={"role": ROLES, "url": urls, "mark": st.just("bullet")})


def _element(name: str, given: dict[str, str], children: list[tuple[str, str]]) -> tuple[str, str]:
    """Its source, and the text in it."""
    marks = "".join(f" {key}={quoteattr(value)}" for key, value in given.items())
    inside = "".join(source for source, _ in children)
    return f"<{name}{marks}>{inside}</{name}>", "".join(text for _, text in children)


sources = st.recursive(
    written.map(lambda text: (escape(text), text)),
    lambda inner: st.builds(
        _element,
        NAMES,
        attributes,
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)


@QUICK
@given(st.lists(sources, max_size=4))
def test_random_docbook(pieces):
    inside = "".join(source for source, _ in pieces)
    said = seen("".join(text for _, text in pieces))
    try:
        document = docbook.read(f'<article xmlns:x="y">{inside}</article>')
    except Empty:
        assert not said
        return
    page = ensure_harmless(html.write(document, "sv"))
    assert said <= seen(page.text)
    assert said <= seen(text.write(document))
    assert depth(document) <= 6
    assert decode(encode(document)) == document


@QUICK
@given(trees)
def test_random_trees(document):
    page = ensure_harmless(html.write(document, "en"))
    assert seen("".join(_said(document))) <= seen(page.text)
    assert page.headings[:1] in ([], [3])
    assert decode(encode(document)) == document


@QUICK
@given(trees, st.integers(1, 6))
def test_folding_keeps_every_word_in_its_order(document, levels):
    folded = fold(document, levels)
    assert depth(folded) <= levels
    words, kept = _said(document), iter(_said(folded))
    assert all(word in kept for word in words)


@QUICK
@given(any_text)
def test_random_plain_text(source):
    try:
        page = ensure_harmless(html.write(plain.read(source), "sv"))
    except Empty:
        return
    ours = {chr(n) for n in range(32)} | {chr(n) for n in range(0xD800, 0xE000)}
    said = seen("".join(c for c in source.removeprefix("\ufeff") if c not in ours and not _strange(c)))
    assert said == seen("".join(c for c in page.text if not _strange(c)))


def _strange(character: str) -> bool:
    """The parser of the test turns references to these into something else; ours writes them as they are."""
    return "\x7f" <= character <= "\x9f"


@QUICK
@given(st.text(st.sampled_from("abåæß漢 \n\n#-*_[]()!<>\"':/.&;\\`~=+|") | characters, max_size=120))
def test_random_markdown(source):
    try:
        page = ensure_harmless(html.write(markdown.read(source), "sv"))
    except (Empty, HasHtml):
        return
    if "&" not in source:
        said = "".join(c for c in source if c.isalpha())
        assert seen(said) <= seen(page.text + "".join(page.values("href")))


@QUICK
@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
def test_random_text_breaks_no_reader(source):
    for read in (docbook.read, markdown.read, plain.read):
        for given_text in (source, f"<article>{source}</article>", f"<{source}"):
            with contextlib.suppress(Refused):
                ensure_harmless(html.write(read(given_text), "sv"))


def _said(node: Document | Content | Block | Inline) -> list[str]:
    """Every text of a tree, in order, found without knowing what the nodes are."""
    if isinstance(node, Text):
        return [node.text]
    if isinstance(node, tuple):
        return [text for each in node for text in _said(each)]
    names = getattr(node, "__struct_fields__", ())
    return [text for name in names if name not in ("url", "host") for text in _said(getattr(node, name))]
