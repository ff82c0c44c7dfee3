"""Which language a visitor reads: the one they chose here, else what the browser asks for, else Swedish."""

import re
from typing import TypeAlias

Language: TypeAlias = str

LANGUAGES: tuple[Language, ...] = ("sv", "en")
DEFAULT: Language = "sv"

_WISH = re.compile(r"([a-z]{2,3})(?:-[a-z0-9-]*)?(?:;q=([01](?:\.[0-9]{1,3})?))?")
_LONGEST_HEADER = 500


def negotiate(cookie: str | None, accept_language: str | None) -> Language:
    """Never fails: a wish that cannot be read, or `q=0`, counts as not made."""
    if cookie in LANGUAGES:
        return cookie
    wishes = [_wish(part) for part in (accept_language or "")[:_LONGEST_HEADER].split(",")]
    heard = [wish for wish in wishes if wish and wish[1] in LANGUAGES]
    return max(heard, key=lambda wish: wish[0])[1] if heard else DEFAULT


def _wish(part: str) -> tuple[float, Language] | None:
    """Weight first. Of two equal wishes `max` keeps the one named first."""
    match = _WISH.fullmatch("".join(part.lower().split()))
    weight = float(match[2] or 1) if match else 0.0
    return (weight, match[1]) if match and 0 < weight <= 1 else None
