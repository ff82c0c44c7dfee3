"""A refusal as a problem document: a stable code, English for developers, and where in the letter it is.

The status follows the code: what cannot be read is 400, what can be read but not sent is 422, and 409 is what
the state of things forbids; of a booking with the `result_code` of the scheduling contracts (domain.md §1.4).
"""

from typing import Any, TypeVar

from litestar import Request, Response

from app.booking.rules import NotBooked
from app.care_api.rules.refusals import CallbackUnset, MessageUnknown
from app.care_api.rules.slots import SlotUnknown
from app.errors import Missing, Refused
from app.inbox.rules import UnknownThread
from app.summons.rules import SummonsUnknown
from app.web.errors import problem

T = TypeVar("T")

STATUS = {
    "request": 400,
    "request.unsupported-media-type": 415,
    "idempotency.missing": 400,
    "idempotency.malformed": 400,
    "idempotency.reused": 422,
    "idempotency.in-flight": 409,
    "token": 401,
    "token.scope-missing": 403,
    "token.busy": 503,
    "changes": 400,
    "changes.since-unknown": 409,
    "booking": 409,
    "slot.held": 409,
    "slot.booked": 409,
}
UNPROCESSABLE = 422

POINTERS = {
    "recipient": "/recipient",
    "clinic": "/clinic",
    "body": "/body/text",
    "thread": "/thread_id",
    "callback": "/url",
    "message.clinic-missing": "/clinic",
    "message.recipient-missing": "/recipient",
    "message.type-missing": "/type",
    "message.type-unknown": "/type",
    "message.relation-missing": "/relation",
    "message.relation-unknown": "/relation",
    "message.subject-missing": "/subject",
    "message.subject-too-long": "/subject",
    "message.body-missing": "/body/text",
    "message.format-unknown": "/body/format",
    "message.purpose-missing": "/purpose",
    "message.use-of-answers-missing": "/use_of_answers",
    "message.contact-missing": "/contact/phone",
    "message.phone-invalid": "/contact/phone",
    "message.language-unknown": "/language",
    "message.written-in-the-future": "/written_at",
    "slot.unknown": "/slot_id",
    "time-type.unknown": "/time_type",
    "summons.book-by-without-choice": "/book_by",
    "summons.confirmation-of-open": "/confirmation",
    "summons.confirmation-unknown": "/confirmation/wanted",
    "summons.deadline-without-confirmation": "/confirmation/by",
    "summons.cut-off-out-of-range": "/cut_off_hours",
    "summons.after-cancellation-unknown": "/after_cancellation",
    "summons.too-many-terms": "/terms",
}
CHALLENGES = {
    "token.missing": 'Bearer realm="larkpost"',
    "token.invalid": 'Bearer realm="larkpost", error="invalid_token"',
    "token.expired": 'Bearer realm="larkpost", error="invalid_token", error_description="expired"',
    "token.scope-missing": 'Bearer realm="larkpost", error="insufficient_scope"',
}
RETRY_AFTER = {"idempotency.in-flight": "1", "token.busy": "5"}
MISSING: dict[str, type[Refused]] = {
    "thread": UnknownThread,
    "message": MessageUnknown,
    "callback": CallbackUnset,
    "summons": SummonsUnknown,
    "slot": SlotUnknown,
}


def answer_refused(_request: Request[Any, Any, Any], refusal: Refused) -> Response[Any]:
    return _problem(_most_specific(STATUS, refusal.code) or UNPROCESSABLE, refusal)


def answer_missing(request: Request[Any, Any, Any], missing: Missing) -> Response[Any]:
    """Not there or another provider's: the same answer. The hook on `Missing` writes the audit row."""
    in_address = missing.id in request.path_params.values()
    return _problem(404, MISSING.get(missing.kind, MessageUnknown)(), pointing=not in_address)


def _problem(status: int, refusal: Refused, *, pointing: bool = True) -> Response[Any]:
    """`pointing`: the place is in what was sent, not in the address."""
    extra: dict[str, str] = {}
    pointer = refusal.values.get("pointer") or _most_specific(POINTERS, refusal.code)
    if pointer and pointing:
        extra["pointer"] = pointer
    if isinstance(refusal, NotBooked):
        extra["result_code"] = refusal.result_code
    return problem(status, refusal.code, refusal.said("en"), headers=_headers(refusal.code), **extra)


def _headers(code: str) -> dict[str, str]:
    named = {"www-authenticate": CHALLENGES.get(code), "retry-after": RETRY_AFTER.get(code)}
    return {name: value for name, value in named.items() if value}


def _most_specific(by_code: dict[str, T], code: str) -> T | None:
    return by_code.get(code) or by_code.get(code.partition(".")[0])
