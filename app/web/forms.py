"""Forms that people fill in: what was wrong, said in their language beside what they typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.status_codes import HTTP_422_UNPROCESSABLE_ENTITY

from app.errors import Sentence
from app.web.hypermedia import show
from app.web.visitor import language_of

NOTHING_WRONG: dict[str, Any] = {"errors": {}, "typed": {}}


@dataclass(frozen=True)
class Invalid:
    """What a form's `read()` returns in place of values. `errors` is in the order of the page's fields."""

    errors: Mapping[str, Sentence]
    typed: Mapping[str, str]


def cleaned(text: str) -> str:
    """Line breaks count once, as on the page where they were typed; marks that nobody sees do not count."""
    return "".join(map(_seen, text.replace("\r\n", "\n"))).strip()


def show_again(
    request: Request[Any, Any, Any], page: str, /, found: Invalid, *, fragment: str = "", **context: Any
) -> Response[bytes]:
    """The same form, 422. Templates get `errors` and `typed`; its first showing passes `NOTHING_WRONG`."""
    language = language_of(request)
    return show(
        request,
        page,
        fragment=fragment,
        status_code=HTTP_422_UNPROCESSABLE_ENTITY,
        errors={name: sentence.said(language) for name, sentence in found.errors.items()},
        typed=found.typed,
        **context,
    )


def _seen(sign: str) -> str:
    if sign.isprintable() or sign == "\n":
        return sign
    return " " if sign.isspace() else ""
