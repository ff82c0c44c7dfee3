"""A refusal as a problem document: a stable code, English for developers, and where in the letter it is."""

from typing import Any

from litestar import Request, Response

from app.care_api.rules.problems import as_refusal, detail_of, pointer_of, result_code_of, status_of
from app.errors import Missing, Refused
from app.limits.rules import TooMany
from app.web.errors import problem

CHALLENGES = {
    "token.missing": 'Bearer realm="larkpost"',
    "token.invalid": 'Bearer realm="larkpost", error="invalid_token"',
    "token.expired": 'Bearer realm="larkpost", error="invalid_token", error_description="expired"',
    "token.scope-missing": 'Bearer realm="larkpost", error="insufficient_scope"',
}
RETRY_AFTER = {
    "idempotency.in-flight": "1",
    "token.busy": "5",
    "attachment.not-inspected": "5",
    "attachment.storage-away": "30",
}


def answer_refused(_request: Request[Any, Any, Any], refusal: Refused) -> Response[Any]:
    return _problem(status_of(refusal.code), refusal)


def answer_missing(request: Request[Any, Any, Any], missing: Missing) -> Response[Any]:
    """Not there or another provider's: the same answer. The hook on `Missing` writes the audit row."""
    in_address = missing.id in request.path_params.values()
    return _problem(404, as_refusal(missing, asked=in_address), pointing=not in_address)


def _problem(status: int, refusal: Refused, *, pointing: bool = True) -> Response[Any]:
    """`pointing`: the place is in what was sent, not in the address."""
    extra = {
        "pointer": pointer_of(refusal) if pointing else None,
        "result_code": result_code_of(refusal),
        "violated-policies": [refusal.values["policy"]] if isinstance(refusal, TooMany) else None,
    }
    said = {name: value for name, value in extra.items() if value is not None}
    return problem(status, refusal.code, detail_of(refusal), headers=_headers(refusal), **said)


def _headers(refusal: Refused) -> dict[str, str]:
    later = refusal.values["seconds"] if isinstance(refusal, TooMany) else RETRY_AFTER.get(refusal.code)
    named = {"www-authenticate": CHALLENGES.get(refusal.code), "retry-after": later}
    return {name: value for name, value in named.items() if value}
