"""Reads locale/<language>/LC_MESSAGES/larkpost.po as it is; there is nothing to compile."""

from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from app.language.choice import Language

FOLDER = Path(__file__).resolve().parents[2] / "locale"


def read(language: Language) -> dict[str, str]:
    """Swedish text → the text in `language`. Fuzzy and empty translations are left out."""
    with (FOLDER / language / "LC_MESSAGES" / "larkpost.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    return {
        text: said
        for message in catalogue
        if message.id and not message.fuzzy
        for text, said in _pairs(message)
        if said
    }


def _pairs(message: Message) -> list[tuple[str, str]]:
    return list(zip(_forms(message.id), _forms(message.string), strict=True))


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """Singular and plural, or the only form there is."""
    return (text or "",) if isinstance(text, str | None) else text
