"""A tree as HTML: everything escaped, then held against the list of what may be there."""

from collections.abc import Iterable

import nh3
from markupsafe import escape

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


def write(document: Document, language: Language) -> str:
    """Safe HTML. Headings begin at h3, below the message's own, and never skip a level.

    `language` is the reader's, for the words that are ours and not the letter's.
    """
    writer = _Writer(language)
    writer.blocks(document, above=2)
    return _second_layer.clean("".join(writer.out))


class _Writer:
    def __init__(self, language: Language) -> None:
        self.language = language
        self.out: list[str] = []

    def blocks(self, document: Iterable[Block], *, above: int) -> None:
        """`above` is the level of the heading these blocks stand under."""
        for block in document:
            match block:
                case Paragraph():
                    self.wrapped("p", block.content)
                case Heading():
                    above = self.heading(block, above)
                case KeyValues():
                    self.key_values(block, above)
                case BulletList() | NumberedList():
                    self.listed(block, above)
                case Box():
                    self.box(block, above)
                case Collapsible():
                    self.collapsible(block, above)

    def heading(self, heading: Heading, above: int) -> int:
        level = min(heading.level, above) + 1
        self.wrapped(f"h{level}", heading.content)
        return level

    def key_values(self, block: KeyValues, above: int) -> None:
        self.out.append('<dl class="key-values">')
        for term, value in block.rows:
            self.wrapped("dt", term)
            self.tight("dd", value, above)
        self.out.append("</dl>")

    def listed(self, block: BulletList | NumberedList, above: int) -> None:
        numbered = isinstance(block, NumberedList)
        self.out.append(f'<ol start="{block.first:d}">' if isinstance(block, NumberedList) else "<ul>")
        for item in block.items:
            self.tight("li", item, above)
        self.out.append("</ol>" if numbered else "</ul>")

    def box(self, box: Box, above: int) -> None:
        self.out.append(f'<div class="box box-{escape(box.kind)}">')
        self.blocks((box.heading, *box.blocks) if box.heading else box.blocks, above=above)
        self.out.append("</div>")

    def collapsible(self, block: Collapsible, above: int) -> None:
        self.out.append('<details class="collapsible">')
        if block.heading:
            self.wrapped("summary", block.heading)
        else:
            # The words round it are in the letter's language, these in the reader's.
            self.out.append(
                f'<summary lang="{self.language}">{escape(translate(self.language, MORE.text))}</summary>'
            )
        self.blocks(block.blocks, above=above)
        self.out.append("</details>")

    def tight(self, tag: str, document: Document, above: int) -> None:
        """A first paragraph stands bare, so that a short item is one line."""
        self.out.append(f"<{tag}>")
        if document and isinstance(first := document[0], Paragraph):
            self.content(first.content)
            document = document[1:]
        self.blocks(document, above=above)
        self.out.append(f"</{tag}>")

    def wrapped(self, tag: str, content: Content) -> None:
        self.out.append(f"<{tag}>")
        self.content(content)
        self.out.append(f"</{tag}>")

    def content(self, content: Content) -> None:
        if len(content) == 1 and isinstance(only := content[0], Link):
            # No other words on its line, so it is as high as a finger needs (WCAG 2.5.5).
            self.link(only, 'class="alone" ')
            return
        for node in content:
            if isinstance(node, Text):
                self.out.append("<br>".join(map(escape, node.text.split("\n"))))
            elif isinstance(node, Emphasis):
                self.wrapped(STYLES[node.style], node.content)
            else:
                self.link(node)

    def link(self, link: Link, how: str = "") -> None:
        self.out.append(f'<a {how}href="{escape(link.url)}" rel="noreferrer noopener">')
        self.content(link.content)
        self.out.append("</a>")
        if link.host and not shown(link):
            self.out.append(f' <span class="host">({escape(link.host)})</span>')
