"""What every operation of the contract says besides its shapes: what it is for, which codes it may have."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any

# Every refusal of the API is registered by what this brings in.
from app.care_api import actions as _actions  # noqa: F401
from app.care_api.rules.problems import MISSING, TOLD, status_of
from app.errors import CODES, Sentence
from app.web.errors import explained as explained_code

PROBLEM = "#/components/schemas/Problem"
LETTERS = (
    "message", "body", "recipient", "clinic", "thread", "attachment", "approval", "care-provider",
)  # fmt: skip
TIMES = ("clinic", "time-type", "slot", "booking", "message", "care-provider")
# By the first part of the path: the families of codes, which are what stands before the dot.
FAMILIES: dict[str, tuple[str, ...]] = {
    "messages": LETTERS,
    "threads": ("message", "thread"),
    "batches": ("batch", *LETTERS),
    "reachability": ("reachability", "recipient"),
    "time-types": ("clinic", "time-type", "message", "care-provider"),
    "slots": TIMES,
    "appointments": ("appointment", "summons", *TIMES, *LETTERS),
    "summonses": ("summons", *TIMES, *LETTERS),
    "changes": ("changes",),
    "callback": ("callback", "change"),
    "attachments": ("attachment",),
}
TOO_LARGE = 413
ALWAYS = ("token", "request", "limit", "agent")
KEYED = "idempotency"
# What becomes of a file that a letter encloses; all else is said when the file is sent in.
OF_ENCLOSED = frozenset({"attachment.unknown", "attachment.not-inspected", "attachment.refused"})
# What only residents or operators are told.
NOT_HERE = frozenset({
    "booking.too-late-to-book", "booking.already-confirmed", "booking.too-late-to-confirm",
    "booking.confirmation-not-allowed", "booking.reason-too-long", "booking.reason-not-allowed",
    "booking.too-late-to-rebook", "booking.rebooking-not-allowed", "booking.too-late-to-cancel",
    "booking.cancellation-not-allowed", "summons.terms-not-accepted", "summons.same-time-gone",
    "summons.nothing-to-take-back", "message.nothing-to-confirm", "token.busy", "clinic.invalid-hsa-id",
    "clinic.unknown-region", "attachment.out-of-reach",
})  # fmt: skip

SAID: dict[str, str] = {
    "getToken": (
        "Client credentials: with a signed assertion (`private_key_jwt`, better) or a secret. Keep the "
        "token until a minute before it ends. Errors have the shape of RFC 6749 §5.2."
    ),
    "sendMessage": (
        "A letter of any type, to one resident. Delivered means available in the inbox. With `publish_at` "
        "it is scheduled. Send it again with the same key until you have a reply: it is delivered once."
    ),
    "getMessage": (
        "Accepted, scheduled, delivered, read, confirmed, answered, expired or withdrawn, with the time "
        "of each. Looking is written down in the audit, since the answer is about a resident."
    ),
    "reportAnswer": ("For a survey or a form that is answered somewhere else. The letter leaves Att göra."),
    "getReplies": (
        "Oldest first, with when each came and whether a guardian wrote it. `message.answered` tells you "
        "of each. They can be read also after the letter is corrected, withdrawn or deleted by the "
        "resident. Every reading is written down in the audit."
    ),
    "withdrawMessage": (
        "A line with the day and the reason stays in its place. What was read cannot be unread."
    ),
    "correctMessage": "The resident sees that it was corrected and when, and what it said before.",
    "getThread": "Every letter of your provider's in the thread, oldest first, each with its status.",
    "askReachability": (
        "Before you send: digital, guardian, or not digital with the code that a send would be refused "
        "with, and what is wanted on paper. Never an address, and never the mark of protected identity."
    ),
    "describeTimeType": (
        "What residents read as the name of a kind of visit. The same code again gives it new words."
    ),
    "listTimeTypes": "Those that your provider's care systems have described for the clinic.",
    "publishSlots": (
        "From the reply on they are ours until they are withdrawn: give them to nobody else. One wrong "
        "slot refuses all, and `pointer` says which."
    ),
    "listSlots": "Free, held, booked or withdrawn. By id, a page at a time; follow `next`.",
    "changeSlots": (
        "A changed slot is withdrawn and another published in its place, with a new id: what a resident "
        "is looking at never changes. What is held or booked is refused in its own row; the status is "
        "200."
    ),
    "withdrawSlots": "What is held or booked is refused in its own row; the status is 200.",
    "withdrawSlot": (
        "Until this answers 204 the slot may be booked. 204 too for one that is withdrawn already."
    ),
    "bookAppointment": (
        "For a time that was agreed on the phone or at the desk. Nothing is asked; the resident may move "
        "or cancel it as you allow. It is kept as a summons of the kind `booking`."
    ),
    "listAppointments": (
        "Whatever they came of, by when they were booked, a page at a time; follow `next`. Each that is "
        "shown is written down in the audit."
    ),
    "getAppointment": "With its own history: who did what, when, from which slot to which, and why.",
    "cancelAppointment": (
        "Only as you saw it: `sequence` must be today's. The resident gets a message in the thread."
    ),
    "rebookAppointment": (
        "Only as you saw it: `sequence` must be today's. The resident gets a message in the thread."
    ),
    "sendSummons": (
        "Timed with a slot or a time of its own; open for the resident to choose; or with `booking_link` "
        "to a booking of the clinic's own. Letter, slot and visit are made together or not at all. "
        "With `publish_at` it is scheduled, and nothing is held meanwhile. `due_at` is the same as `book_by` "
        "or `confirmation.by`; `expires_at` ends what the resident can do in it, and the visit stands."
    ),
    "getSummons": (
        "Its state is worked out from the visit when you ask; before it is sent, from its letter. "
        "Looking is written down in the audit."
    ),
    "reportBooking": (
        "For a summons with `booking_link`. Mina tider, Att göra and the thread show what you tell."
    ),
    "cancelVisit": ("Only as you saw it. What follows is the summons' own: closed, open anew, or your turn."),
    "rebookVisit": "Only as you saw it, to a free slot of the same time type.",
    "getChanges": (
        "In order, without gaps: a number that you have seen never gets a lower one after it. Ids only."
    ),
    "setCallback": (
        "An https address on a public name. The secret is shown once; the one before signs on for a day."
    ),
    "getCallback": "Without the secret.",
    "deleteCallback": "What is on its way is dropped; the list of changes still has it.",
    "listFailures": "What was given up after the last attempt, and is kept for you to ask for again.",
    "replayChanges": "Those that you name, or all since a time, once more under the same `webhook-id`.",
    "testCallback": "An event that is about nothing, signed and posted as any other.",
    "getCallbackTest": "What your address answered.",
    "activateCallback": "After too many failures, or an answer of 410, calls stop until you say so.",
    "sendAttachment": (
        "Upload once, use for many recipients. It is inspected before it can be sent; 202 when that is "
        "not done yet."
    ),
    "getAttachment": "Whether it is inspected, and what was found.",
    "sendBatch": (
        "Up to 45,000 letters or summonses as one job, JSON or NDJSON. Each is accepted or refused by "
        "itself; `dry_run` sends nothing."
    ),
    "getBatch": "How far it has come.",
    "getBatchResult": "A row for each item, in the order in which they were sent.",
    "listTestRecipients": (
        "Made-up residents on a timetable: who reads at once, who never does, who moves or cancels, whom "
        "you cannot reach. For test credentials only."
    ),
}


def explained(paths: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Each operation with its description, and each of its refusals with the codes that it may have."""
    return {
        path: {method: _explained(path, operation, base_url) for method, operation in operations.items()}
        for path, operations in paths.items()
    }


def codes_of(path: str, status: int, *, keyed: bool) -> list[str]:
    """What an operation may be refused with at that status, in the order of the families."""
    area = path.removeprefix("/api/v1/").partition("/")[0]
    general = ("request.too-large",) if status == TOO_LARGE else ()
    families = (*ALWAYS, *((KEYED,) if keyed else ()), *FAMILIES.get(area, ()))
    return [
        *general,
        *(
            code
            for family in dict.fromkeys(families)
            for code in CODES
            if code.partition(".")[0] == family and _status(code) == status and code not in NOT_HERE
            if family != "attachment" or area == "attachments" or code in OF_ENCLOSED
        ),
    ]


@cache
def _missing() -> frozenset[str]:
    return frozenset(refusal.code for refusal in MISSING.values())


def _status(code: str) -> int:
    """Not there, or not yours: 404, whatever it is."""
    return 404 if code in _missing() else status_of(code)


def _explained(path: str, operation: dict[str, Any], base_url: str) -> dict[str, Any]:
    keyed = any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
    responses = {}
    for status, response in operation["responses"].items():
        codes = codes_of(path, int(status), keyed=keyed) if _is_problem(response) else []
        if codes:
            responses[status] = _answer(response, codes, int(status), base_url)
        elif not _is_problem(response):
            responses[status] = response
    said = SAID.get(operation["operationId"], operation["summary"])
    return {"description": said, **operation, "responses": responses}


def _is_problem(response: dict[str, Any]) -> bool:
    schema = response.get("content", {}).get("application/problem+json", {}).get("schema", {})
    return bool(schema.get("$ref") == PROBLEM)


def _answer(response: dict[str, Any], codes: list[str], status: int, base_url: str) -> dict[str, Any]:
    """`examples`, no enum: new codes may come, and whoever checks by the contract must get past them."""
    code = {"type": "string", "examples": codes}
    schema = {"allOf": [{"$ref": PROBLEM}, {"type": "object", "properties": {"code": code}}]}
    content = {"schema": schema, "example": _example(codes[0], status, base_url)}
    return {
        **response,
        "description": f"{response['description']}. Its code: {', '.join(codes)}.",
        "content": {"application/problem+json": content},
    }


def _sentence(code: str) -> Sentence:
    said = TOLD.get(code) or explained_code(code)
    if said is None:
        raise KeyError(code)
    return said


def _example(code: str, status: int, base_url: str) -> dict[str, Any]:
    return {
        "type": f"{base_url}/utvecklare/problem/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": re.sub(r"%\(\w+\)s", "…", _sentence(code).said("en")),
        "code": code,
    }
