"""Single headers and cookies of a request, read without parsing all of them: this runs for every page."""

from litestar.types import Scope


def header(scope: Scope, name: bytes) -> str | None:
    """`name` in lower case, as ASGI servers send it; the first of several counts."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return None


def cookie(scope: Scope, name: str) -> str | None:
    """Quoted values are not ours: none of our cookies needs quotes."""
    wanted = name + "="
    for part in (header(scope, b"cookie") or "").split("; "):
        if part.startswith(wanted):
            return part[len(wanted) :]
    return None


def request_id(scope: Scope) -> str:
    """The reference a person can read out and an operator finds in the log."""
    return str(scope["state"].get("request_id", "-"))
