"""Autoescaping straight to UTF-8: what markupsafe gives, without a new object of its own per value.

A compiled template yields UTF-8 (`templates.Direct`), so that a page is joined and nothing more: to join it
as text and encode the whole was a twelfth of it. What a template goes on with, such as a macro's text, is
text again, in the Markup that Jinja wraps it in. A test compares both over every kind of construct.
"""

from collections.abc import Callable, Iterable
from typing import Any

import jinja2
import markupsafe

from app.body.escaping import escape as _escape_str


class Encoded:
    """HTML that is safe, in UTF-8 already. A template prints it as it is and does nothing else with it."""

    __slots__ = ("html",)

    def __init__(self, html: bytes) -> None:
        self.html = html

    def __html__(self) -> str:
        return self.html.decode()


def escape(value: Any) -> bytes:
    """Exact types only on the short way; everything else may have an `__html__` of its own."""
    kind = type(value)
    if kind is str:
        return _escape_str(value).encode()
    if kind is Encoded:
        html: bytes = value.html
        return html
    return markupsafe.escape(value).encode()


def encoded(piece: str | bytes) -> bytes:
    """What is safe as it stands."""
    return piece if isinstance(piece, bytes) else piece.encode()


def joined_as_text(pieces: Iterable[bytes]) -> str:
    """For what a template goes on with: a macro, a `{% set %}`, a block of another template."""
    return b"".join(pieces).decode()


def rendered(template: jinja2.Template, context: dict[str, Any]) -> bytes:
    """The page in UTF-8."""
    pieces: Any = template.root_render_func(template.new_context(context))
    try:
        page: bytes = b"".join(pieces)
    except Exception:  # noqa: BLE001 - it goes on, and says where in the template it was
        template.environment.handle_exception()
    return page


class Template(jinja2.Template):
    """A compiled template whose output goes through `escape` and `encoded` above."""

    @classmethod
    def from_code(
        cls,
        environment: jinja2.Environment,
        code: Any,
        globals: Any,  # noqa: A002  Jinja's own name
        uptodate: Callable[[], bool] | None = None,
    ) -> jinja2.Template:
        template = super().from_code(environment, code, globals, uptodate)
        template.root_render_func.__globals__.update(escape=escape, encoded=encoded)
        return template
