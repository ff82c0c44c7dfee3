"""LIX (Björnsson 1968): words per sentence, plus per cent of words with more than six letters."""

import re
from html.parser import HTMLParser

RUNNING_TEXT = ("p", "li", "dd")


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def lix(sentences: list[list[str]]) -> float:
    words = [word for sentence in sentences for word in sentence]
    long = [word for word in words if len(word) > 6]
    return len(words) / len(sentences) + 100 * len(long) / len(words)


def sentences(html: str) -> list[list[str]]:
    """Of the paragraphs and lists in `main`. A text without a full stop is a sentence too."""
    reader = _Reader()
    reader.feed(main_of(html))
    parts = [part for text in reader.texts for part in re.split(r"(?<=[.:?])\s+", text)]
    found = [re.findall(r"[^\W\d_][\w-]*", part) for part in parts]
    return [words for words in found if words]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNNING_TEXT:
            self._depth += 1
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag in RUNNING_TEXT

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.texts[-1] += data
