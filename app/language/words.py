"""Texts are written in Swedish in the code; the catalogues hold what they are in the other languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.language.catalogue import read
from app.language.choice import LANGUAGES, Language

_CATALOGUES = {language: read(language) for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Lazy:
    """A text that is said later, when it is known who reads it."""

    text: str

    def said(self, language: Language, /, **values: object) -> str:
        return translate(language, self.text, **values)


@dataclass(frozen=True)
class Words:
    """The operator's own text, one per language; a table `{ sv = "…", en = "…" }` in their files."""

    texts: Mapping[Language, str]

    def said(self, language: Language, /, **values: object) -> str:
        return self.texts[language]


def lazy(text: str) -> Lazy:
    return Lazy(text)


def translate(language: Language, text: str, /, **values: object) -> str:
    """Without a translation the Swedish text is said. Only texts with values double their per cent signs."""
    said = _CATALOGUES[language].get(text, text)
    return said % values if values else said


def plural(language: Language, one: str, many: str, n: int) -> str:
    """`one` is said of exactly 1, as in every language here so far; both may hold `%(n)s`."""
    text = one if n == 1 else many
    return _CATALOGUES[language].get(text, text) % {"n": n}
