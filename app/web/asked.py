"""The headers and cookies of a request, made once and cheaply: this runs for every page."""

from litestar.types import Scope

# How browsers say that nobody has asked yet; the first is today's, the others are older ones'.
GUESSES = (b"sec-purpose", b"purpose", b"x-purpose", b"x-moz")
GUESSED = (b"prefetch", b"preview")


def header(scope: Scope, name: bytes) -> str | None:
    """`name` in lower case, as ASGI servers send it; the last of several counts."""
    value = _headers(scope).get(name)
    return None if value is None else value.decode("latin-1")


def cookie(scope: Scope, name: str) -> str | None:
    """None of our cookies needs quotes, so quotes are not taken off."""
    cookies: dict[str, str] | None = scope["state"].get("cookies")
    if cookies is None:
        parts = (header(scope, b"cookie") or "").split("; ")
        cookies = scope["state"]["cookies"] = {
            key: value for key, _, value in (p.partition("=") for p in parts)
        }
    return cookies.get(name)


def is_guess(scope: Scope) -> bool:
    """Whether the browser only guesses that somebody will ask."""
    said = _headers(scope)
    return any(word in said[name] for name in GUESSES if name in said for word in GUESSED)


def request_id(scope: Scope) -> str:
    """The reference a person can read out and an operator finds in the log."""
    return str(scope["state"].get("request_id", "-"))


def _headers(scope: Scope) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] | None = scope["state"].get("headers")
    if found is None:
        found = scope["state"]["headers"] = dict(scope["headers"])
    return found
