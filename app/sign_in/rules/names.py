"""What is read alike of a resident and of staff: claims that agree, and a name fit to print."""

import unicodedata
from collections.abc import Iterable, Mapping

from app.sign_in.rules.refusals import Untrusted
from app.sign_in.rules.tokens import Claims

LONGEST_NAME = 200


def together(claims: Claims, told: Claims, *, agreeing: Iterable[str], reason: str) -> Mapping[str, object]:
    """The ID token and UserInfo as one. Raises `Untrusted` when they contradict each other."""
    for name in agreeing:
        if name in claims and name in told and claims[name] != told[name]:
            raise Untrusted(reason)
    return {**claims, **told}


def name_in(known: Claims) -> str:
    """Raises `Untrusted` when there is none."""
    parts = [known.get("given_name"), known.get("family_name")]
    whole = " ".join(part for part in parts if isinstance(part, str)) or known.get("name")
    name = readable(whole)
    if not name:
        raise Untrusted("name")
    return name


def readable(text: object) -> str:
    """One line; nothing when it is no text.

    No control or direction marks: it stands beside our own words on every page.
    """
    if not isinstance(text, str):
        return ""
    kept = "".join(" " if unicodedata.category(sign).startswith(("C", "Z")) else sign for sign in text)
    return " ".join(kept.split())[:LONGEST_NAME]
