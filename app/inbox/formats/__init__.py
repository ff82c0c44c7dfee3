"""The inbox in words: what templates are given, with every string ready."""

from app.inbox.formats.letters import (
    Card,
    CardQuery,
    Cards,
    Heading,
    LetterView,
    ThreadRow,
    heading,
    letter_view,
    thread_row,
)

__all__ = [
    "Card",
    "CardQuery",
    "Cards",
    "Heading",
    "LetterView",
    "ThreadRow",
    "heading",
    "letter_view",
    "thread_row",
]
