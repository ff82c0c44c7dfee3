"""What a browser would find in a piece of HTML, by a parser that is not ours."""

from collections import Counter
from html.parser import HTMLParser

CANARY = "\"'><svg onload=alert(1)>&lt;b&gt;"
ALLOWED = {
    "a": {"class", "href", "rel"},
    "br": set(),
    "dd": set(),
    "details": {"class"},
    "div": {"class"},
    "dl": {"class"},
    "dt": set(),
    "em": set(),
    "h3": set(),
    "h4": set(),
    "h5": set(),
    "li": set(),
    "ol": {"start"},
    "p": set(),
    "span": {"class"},
    "strong": set(),
    "summary": {"lang"},
    "u": set(),
    "ul": set(),
}
CLASSES = {
    "alone", "box", "box-information", "box-observe", "box-frame", "collapsible", "key-values", "host"
}  # fmt: skip
SCHEMES = ("https:", "tel:", "mailto:")


class Page(HTMLParser):
    """Every tag, attribute and text of a page; `ensure_harmless` is the allow-list, written a second time."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self._opened: list[str] = []
        self.feed(html)
        self.close()
        assert self._opened == [], "A tag was not closed."

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag != "br":
            self._opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("A comment was written.")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("A declaration was written.")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("A processing instruction was written.")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError("A declaration was written.")

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag in self.tags if tag[0] == "h"]

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


def ensure_harmless(html: str) -> Page:
    page = Page(html)
    assert set(page.tags) <= ALLOWED.keys()
    assert all(name in ALLOWED[tag] for tag, name, _ in page.attributes)
    assert {word for value in page.values("class") for word in value.split()} <= CLASSES
    assert all(url.startswith(SCHEMES) for url in page.values("href"))
    return page


def seen(text: str) -> Counter[str]:
    """The characters that leave ink, however they are arranged."""
    return Counter(character for character in text if not character.isspace())
