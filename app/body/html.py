"""A tree as HTML: everything escaped, then held against the list of what may be there."""

import re
from collections.abc import Iterable

import nh3

from app.body.blocks import (
    Block,
    Box,
    BulletList,
    Collapsible,
    Content,
    Document,
    Heading,
    Inline,
    KeyValues,
    Link,
    NumberedList,
    Paragraph,
    Text,
)
from app.body.escaping import escape
from app.body.links import shown
from app.language import Language, translate
from app.language import lazy as _l

CLASSES = {
    "a": {"alone"},
    "div": {"box", "box-information", "box-observe", "box-frame"},
    "details": {"collapsible"},
    "dl": {"key-values"},
    "span": {"host"},
}
TAGS = {
    "a", "br", "dd", "details", "div", "dl", "dt", "em", "h3", "h4", "h5", "li", "ol", "p", "span",
    "strong", "summary", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}
SCHEMES = {"https", "mailto", "tel"}
STYLES = {"bold": "strong", "italics": "em", "underline": "u"}
MORE = _l("Visa mer")
NAMELESS = "<summary></summary>"
_NAMELESS = NAMELESS.encode()
# Letters are stored with what was written of them. Who changes that counts up: older ones are written anew.
EDITION = 1

_second_layer = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES,
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel=None,
)


# Exactly the tags that the writer writes, harmless wherever they stand. Cleaning them changes nothing and
# costs twice the writing, so the second layer is for whatever else might slip past the first.
_OURS = re.compile(
    rf"""[^<]*+ (?: (?:
        </?(?:br|dd|dt|em|h3|h4|h5|li|p|strong|summary|u|ul)>
      | </(?:a|details|div|dl|ol|span)>
      | <div\ class="box\ box-(?:information|observe|frame)">
      | <(?:dl\ class="key-values"|details\ class="collapsible"|span\ class="host")>
      | <ol\ start="[0-9]+">
      | <a\ (?:class="alone"\ )?href="(?:{"|".join(SCHEMES)}):[^"<>\s]*+"\ rel="noreferrer\ noopener">
    ) [^<]*+ )*+""",
    re.VERBOSE,
)


def write(document: Document, language: Language) -> str:
    """Safe HTML. Headings begin at h3, below the message's own, and never skip a level.

    `language` is the reader's, for the words that are ours and not the letter's.
    """
    return completed(wordless(document).encode(), language).decode()


def wordless(document: Document) -> str:
    """Safe HTML that lacks only our own words, whatever the reader's language: fit to be stored."""
    written = _blocks(document, above=2)
    return written if _OURS.fullmatch(written) else _second_layer.clean(written)


def completed(written: bytes, language: Language) -> bytes:
    """In UTF-8, with our words: in the reader's language, while those round them are in the letter's."""
    if _NAMELESS not in written:
        return written
    more = escape(translate(language, MORE.text))
    return written.replace(_NAMELESS, f'<summary lang="{language}">{more}</summary>'.encode())


def _blocks(document: Iterable[Block], *, above: int) -> str:
    """`above` is the level of the heading these blocks stand under.

    Each function here gives a whole text: of a page's hundred pieces, a list costs more. Nodes are told apart
    by `type(…) is …`: their metaclass answers a failing isinstance() as slowly as a paragraph is written.
    """
    written = ""
    for block in document:
        if type(block) is Paragraph:
            written += f"<p>{_content(block.content)}</p>"
        elif type(block) is Heading:
            above = min(block.level, above) + 1
            written += f"<h{above}>{_content(block.content)}</h{above}>"
        else:
            written += _larger(block, above)
    return written


def _larger(block: Block, above: int) -> str:
    if type(block) is KeyValues:
        return _key_values(block, above)
    if type(block) is Box:
        return _box(block, above)
    if type(block) is BulletList:
        return f"<ul>{_items(block.items, above)}</ul>"
    if type(block) is NumberedList:
        return f'<ol start="{block.first:d}">{_items(block.items, above)}</ol>'
    return _collapsible(block, above) if type(block) is Collapsible else ""


def _key_values(block: KeyValues, above: int) -> str:
    rows = [f"<dt>{_content(term)}</dt><dd>{_tight(value, above)}</dd>" for term, value in block.rows]
    return f'<dl class="key-values">{"".join(rows)}</dl>'


def _items(items: Iterable[Document], above: int) -> str:
    return "".join([f"<li>{_tight(item, above)}</li>" for item in items])


def _box(box: Box, above: int) -> str:
    blocks = (box.heading, *box.blocks) if box.heading else box.blocks
    return f'<div class="box box-{escape(box.kind)}">{_blocks(blocks, above=above)}</div>'


def _collapsible(block: Collapsible, above: int) -> str:
    summary = f"<summary>{_content(block.heading)}</summary>" if block.heading else NAMELESS
    return f'<details class="collapsible">{summary}{_blocks(block.blocks, above=above)}</details>'


def _tight(document: Document, above: int) -> str:
    """A first paragraph stands bare, so that a short item is one line."""
    if not document or type(first := document[0]) is not Paragraph:
        return _blocks(document, above=above)
    bare = _content(first.content)
    return bare + _blocks(document[1:], above=above) if len(document) > 1 else bare


def _content(content: Content) -> str:
    alone = len(content) == 1
    if alone and type(only := content[0]) is Text:
        return _characters(only)
    return "".join([_inline(node, alone) for node in content])


def _inline(node: Inline, alone: bool) -> str:
    if type(node) is Text:
        return _characters(node)
    if type(node) is Link:
        return _link(node, alone)
    tag = STYLES[node.style]
    return f"<{tag}>{_content(node.content)}</{tag}>"


def _link(link: Link, alone: bool) -> str:
    # No other words on its line, so it is as high as a finger needs (WCAG 2.5.5).
    how = 'class="alone" ' if alone else ""
    words = _content(link.content)
    host = f' <span class="host">({escape(link.host)})</span>' if link.host and not shown(link) else ""
    return f'<a {how}href="{escape(link.url)}" rel="noreferrer noopener">{words}</a>{host}'


def _characters(text: Text) -> str:
    return escape(text.text).replace("\n", "<br>")
