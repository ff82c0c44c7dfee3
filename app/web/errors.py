"""How what failed is answered: in words for people, as problem documents (RFC 9457) for programs."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.response.base import ASGIResponse
from litestar.types import ExceptionHandlersMap, Scope
from markupsafe import escape

from app.errors import CODES, Missing, NotSignedIn, Refused, Sentence
from app.language import Language
from app.language import lazy as _l
from app.settings import Settings
from app.web import drafts, log
from app.web.asked import header, request_id
from app.web.csrf import SAFE, NotFromOurPage
from app.web.hypermedia import HTML, leave_for, local_path, show, wants_fragment
from app.web.visitor import language_of, recognise, session_of

Asked = Request[Any, Any, Any]
Denied = Callable[[Asked, Missing], Awaitable[None]]

SIGN_IN = {"resident": "/logga-in", "clinician": "/personal/logga-in"}
PROBLEMS = "/utvecklare/problem/"

_SENTENCES: dict[int, tuple[str, Sentence]] = {
    400: ("request.malformed", _l("Det som skickades gick inte att läsa.")),
    401: ("request.unauthenticated", _l("Du behöver logga in.")),
    403: ("request.forbidden", _l("Du har inte rätt att göra det här.")),
    404: ("request.missing", _l("Det du söker finns inte här.")),
    405: ("request.method-not-allowed", _l("Så kan den här adressen inte användas.")),
    413: ("request.too-large", _l("Det du skickade är för stort.")),
    415: ("request.unsupported-media-type", _l("Det som skickades har fel format.")),
    429: ("request.too-many", _l("Det blev för många försök. Vänta en stund och försök igen.")),
}
# Who writes a program can do something about these, and needs to hear what.
_FOR_PROGRAMS: dict[int, Sentence] = {
    405: _l("Adressen tar inte den metoden. Använd en av metoderna i svarets huvud Allow."),
    413: _l(
        "Det som skickades är för stort: högst 1 MB. Ett brevs text får vara 50 kB. Korta och skicka igen."
    ),
}
_OTHERWISE = ("request.refused", _l("Det gick inte att göra."))
_NOT_OURS = "request.not-from-our-page"
_FAULT = "server.unexpected"
_STALE = _l("Sidan har varit öppen för länge. Ladda om den och försök igen.")
_UNEXPECTED = _l("Något gick fel hos oss. Försök igen om en stund.")


class Problem(Response[dict[str, Any]]):
    """Completed when it is sent: only then is it known who asked and on which address."""

    def to_asgi_response(self, app: Litestar | None, request: Asked, **kwargs: Any) -> ASGIResponse:
        document = self.content
        if not isinstance(document["detail"], str):
            document["detail"] = document["detail"].said(_read_by(request))
        document["type"] = type_of(document["code"], request.app.state.settings)
        return super().to_asgi_response(app, request, **kwargs)


def problem(
    status: int, code: str, sentence: str | Sentence, *, headers: dict[str, str] | None = None, **extra: Any
) -> Problem:
    """`extra` members stand beside the standard ones, such as which field was wrong."""
    document = {
        "type": "",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "code": code,
        **extra,
    }
    return Problem(document, status_code=status, media_type="application/problem+json", headers=headers)


def type_of(code: str, settings: Settings) -> str:
    """The address that explains a code (RFC 9457 §3.1.1)."""
    return settings.base_url + PROBLEMS + code


def is_for_programs(request: Asked) -> bool:
    return request.scope["path"].startswith("/api/")


def explained(code: str) -> Sentence | None:
    """What a problem with this code says; nothing for a code that is not ours."""
    refusal = CODES.get(code)
    return refusal.sentence if refusal else _explained().get(code)


async def before_answer(exception: Exception, scope: Scope) -> None:
    """Recognise whom no handler recognised, report what was denied, and keep what was written.

    After the rollback, so that it stays.

    A fault in here must not hide the answer: it is logged, and the visitor counts as not signed in.
    """
    request: Asked = Request(scope)
    try:
        if "session" not in scope["state"] and not is_for_programs(request):
            await recognise(request)
        if isinstance(exception, Missing):
            await request.app.state.denied(request, exception)
        await drafts.keep_late(request, exception)
    except Exception as fault:  # noqa: BLE001
        log.write(log.fault_line(request_id(scope), fault))


def _explained() -> dict[str, Sentence]:
    known = {code: _FOR_PROGRAMS.get(status, sentence) for status, (code, sentence) in _SENTENCES.items()}
    return known | dict([_OTHERWISE, (_NOT_OURS, _STALE), (_FAULT, _UNEXPECTED)])


def _read_by(request: Asked) -> Language:
    """Whoever writes programs reads English, whatever their HTTP library says it accepts."""
    return "en" if is_for_programs(request) else language_of(request)


def _refused(request: Asked, exception: Refused) -> Response[Any]:
    return _said(request, 409, exception.code, exception.said(_read_by(request)))


def _missing(request: Asked, _exception: Missing) -> Response[Any]:
    code, sentence = _SENTENCES[404]
    return _said(request, 404, code, sentence, page="errors/missing.html")


def _not_signed_in(request: Asked, exception: NotSignedIn) -> Response[Any]:
    if is_for_programs(request):
        return problem(401, *_SENTENCES[401], headers={"www-authenticate": "Bearer"})
    door = SIGN_IN[exception.kind]
    state = request.scope["state"]
    if "draft" in state:
        return _to_the_form(request, _sign_in(door, state["form_page"], "", level=exception.level))
    if wants_fragment(request):
        there = urlsplit(header(request.scope, b"hx-current-url") or "")
        return leave_for(request, _sign_in(door, there.path, there.query, level=exception.level))
    if request.scope["method"] not in SAFE:
        page = state.get("form_page", "")
        return Redirect(_sign_in(door, page, "", level=exception.level), status_code=303)
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    return Redirect(_sign_in(door, path, query, level=exception.level), status_code=303)


def _to_the_form(request: Asked, address: str) -> Response[Any]:
    return drafts.remember(request, leave_for(request, address))


def _http(request: Asked, exception: HTTPException) -> Response[Any]:
    status = exception.status_code
    if status >= 500:
        return _unexpected(request, exception)
    if isinstance(exception, NotFromOurPage) and "draft" in request.scope["state"]:
        return _to_a_fresh_form(request)
    if isinstance(exception, NotFromOurPage):
        return _said(request, 403, _NOT_OURS, _STALE, page="errors/not_allowed.html")
    code, sentence = _SENTENCES.get(status, _OTHERWISE)
    page = {404: "errors/missing.html", 413: "errors/too_large.html"}.get(status, "errors/refused.html")
    return _said(request, status, code, sentence, page=page, headers=dict(exception.headers or {}))


def _to_a_fresh_form(request: Asked) -> Response[Any]:
    """Its page was from another session than there is now. Nothing was done; the next press decides."""
    state = request.scope["state"]
    page = state["form_page"]
    door = SIGN_IN[state["draft_kind"]]
    return _to_the_form(request, page if session_of(request) else _sign_in(door, page, "", level=""))


def _unexpected(request: Asked, exception: Exception) -> Response[Any]:
    reference = request_id(request.scope)
    log.write(log.fault_line(reference, exception))
    if is_for_programs(request):
        return problem(500, _FAULT, _UNEXPECTED, reference=reference)
    return show(request, "errors/unexpected.html", status_code=500, reference=reference)


def _said(
    request: Asked,
    status: int,
    code: str,
    sentence: str | Sentence,
    *,
    page: str = "errors/refused.html",
    headers: dict[str, str] | None = None,
) -> Response[Any]:
    if is_for_programs(request):
        return problem(status, code, _FOR_PROGRAMS.get(status, sentence), headers=headers)
    words = sentence if isinstance(sentence, str) else sentence.said(language_of(request))
    if wants_fragment(request):
        # Into the live region: a screen reader says it, and the form keeps what was typed.
        to_refusal = {"hx-retarget": "#refusal", "hx-reswap": "innerHTML", "vary": "hx-request"}
        return Response(
            f"<p>{escape(words)}</p>".encode(),
            status_code=status,
            media_type=HTML,
            headers={**(headers or {}), **to_refusal},
        )
    return show(request, page, status_code=status, headers=headers, sentence=words)


def _sign_in(door: str, path: str = "", query: str = "", *, level: str) -> str:
    there = local_path(f"{path}?{query}" if query else path, "")
    asked = {"till": there, "niva": level}
    named = "&".join(f"{name}={quote(value, safe='/')}" for name, value in asked.items() if value)
    return f"{door}?{named}" if named else door


exception_handlers: ExceptionHandlersMap = {
    Refused: _refused,
    Missing: _missing,
    NotSignedIn: _not_signed_in,
    HTTPException: _http,
    Exception: _unexpected,
}
