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
ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}, "summary": {"lang"}}
SCHEMES = {"https", "mailto", "tel"}
STYLES = {"bold": "strong", "italics": "em", "underline": "u"}
MORE = _l("Visa mer")

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
      | <summary\ lang="[a-z]+">
      | <a\ (?:class="alone"\ )?href="(?:{"|".join(SCHEMES)}):[^"<>\s]*+"\ rel="noreferrer\ noopener">
    ) [^<]*+ )*+""",
    re.VERBOSE,
)


def write(document: Document, language: Language) -> str:
    """Safe HTML. Headings begin at h3, below the message's own, and never skip a level.

    `language` is the reader's, for the words that are ours and not the letter's.
    """
    written = _Writer(language).blocks(document, above=2)
    return written if _OURS.fullmatch(written) else _second_layer.clean(written)


class _Writer:
    """Every method gives a whole text: of a page's hundred pieces, a list costs more.

    Nodes are told apart by `type(…) is …`: their metaclass answers a failing isinstance() as slowly as a
    paragraph is written.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def blocks(self, document: Iterable[Block], *, above: int) -> str:
        """`above` is the level of the heading these blocks stand under."""
        written = ""
        for block in document:
            if type(block) is Paragraph:
                written += f"<p>{self.content(block.content)}</p>"
            elif type(block) is Heading:
                above = min(block.level, above) + 1
                written += f"<h{above}>{self.content(block.content)}</h{above}>"
            else:
                written += self.larger(block, above)
        return written

    def larger(self, block: Block, above: int) -> str:
        if type(block) is KeyValues:
            return self.key_values(block, above)
        if type(block) is Box:
            return self.box(block, above)
        if type(block) is BulletList:
            return f"<ul>{self.items(block.items, above)}</ul>"
        if type(block) is NumberedList:
            return f'<ol start="{block.first:d}">{self.items(block.items, above)}</ol>'
        return self.collapsible(block, above) if type(block) is Collapsible else ""

    def key_values(self, block: KeyValues, above: int) -> str:
        rows = [
            f"<dt>{self.content(term)}</dt><dd>{self.tight(value, above)}</dd>" for term, value in block.rows
        ]
        return f'<dl class="key-values">{"".join(rows)}</dl>'

    def items(self, items: Iterable[Document], above: int) -> str:
        return "".join([f"<li>{self.tight(item, above)}</li>" for item in items])

    def box(self, box: Box, above: int) -> str:
        blocks = (box.heading, *box.blocks) if box.heading else box.blocks
        return f'<div class="box box-{escape(box.kind)}">{self.blocks(blocks, above=above)}</div>'

    def collapsible(self, block: Collapsible, above: int) -> str:
        if block.heading:
            summary = f"<summary>{self.content(block.heading)}</summary>"
        else:
            # The words round it are in the letter's language, these in the reader's.
            more = escape(translate(self.language, MORE.text))
            summary = f'<summary lang="{self.language}">{more}</summary>'
        return f'<details class="collapsible">{summary}{self.blocks(block.blocks, above=above)}</details>'

    def tight(self, document: Document, above: int) -> str:
        """A first paragraph stands bare, so that a short item is one line."""
        if not document or type(first := document[0]) is not Paragraph:
            return self.blocks(document, above=above)
        bare = self.content(first.content)
        return bare + self.blocks(document[1:], above=above) if len(document) > 1 else bare

    def content(self, content: Content) -> str:
        alone = len(content) == 1
        if alone and type(only := content[0]) is Text:
            return _characters(only)
        return "".join([self.inline(node, alone) for node in content])

    def inline(self, node: Inline, alone: bool) -> str:
        if isinstance(node, Text):
            return _characters(node)
        if isinstance(node, Link):
            return self.link(node, alone)
        tag = STYLES[node.style]
        return f"<{tag}>{self.content(node.content)}</{tag}>"

    def link(self, link: Link, alone: bool) -> str:
        # No other words on its line, so it is as high as a finger needs (WCAG 2.5.5).
        how = 'class="alone" ' if alone else ""
        words = self.content(link.content)
        host = f' <span class="host">({escape(link.host)})</span>' if link.host and not shown(link) else ""
        return f'<a {how}href="{escape(link.url)}" rel="noreferrer noopener">{words}</a>{host}'


def _characters(text: Text) -> str:
    return escape(text.text).replace("\n", "<br>")
