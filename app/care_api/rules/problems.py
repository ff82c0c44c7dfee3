"""What a refusal is as a problem document: its status, and the place in what was sent that must change.

The status follows the code: what cannot be read is 400, what can be read but not sent is 422, and 409 is what
the state of things forbids; of a booking with the `result_code` of the scheduling contracts (domain.md §1.4).
"""

from typing import TypeVar

from msgspec import Struct

from app.attachments.rules.refusals import Unknown as AttachmentUnknown
from app.booking.rules import NotBooked
from app.care.rules import ApprovalUnknown
from app.care_api.rules.batches import BatchUnknown
from app.care_api.rules.refusals import (
    CLINIC,
    OTHERS_CLINIC,
    CallbackTestUnknown,
    CallbackUnset,
    ChangeUnknown,
    ClinicNotYours,
    ClinicOfAnotherProvider,
    MessageUnknown,
    ThreadNotThere,
)
from app.care_api.rules.slots import AppointmentUnknown, SlotUnknown
from app.errors import Missing, Refused, Sentence
from app.inbox.rules import UnknownOrdination, UnknownThread
from app.language import Lazy
from app.language import lazy as _l
from app.summons.rules import SummonsUnknown

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
    "agent.no-mandate": 403,
    "clinic.not-yours": 404,
    "test-recipients": 409,
    "clinic.other-provider": 404,
    "limit": 429,
    "batch.media-type-unknown": 415,
    "batch.too-large": 413,
    "batch.too-many-items": 413,
    "batch.malformed": 400,
    "batch.cut-off": 400,
    "batch.dry-run-unknown": 400,
    "batch.too-slow": 408,
    "batch.not-done": 409,
    "changes": 400,
    "changes.since-unknown": 409,
    "callback.disabled": 409,
    "message.expired": 409,
    "message.not-yet-delivered": 409,
    "message.withdrawn": 409,
    "booking": 409,
    "attachment.name-missing": 400,
    "attachment.unsupported-media-type": 415,
    "attachment.too-large": 413,
    "attachment.too-slow": 408,
    "attachment.cut-off": 400,
    "attachment.digest-malformed": 400,
    "attachment.not-inspected": 409,
    "attachment.storage-away": 503,
    "summons.closed": 409,
    "slot.held": 409,
    "summons.booked-here": 409,
    "slot.booked": 409,
    "message.already-replaced": 409,
    "message.not-delivered": 409,
    "message.too-many-corrections": 409,
    "message.visit-booked": 409,
}
UNPROCESSABLE = 422

POINTERS = {
    "recipient": "/recipient",
    "clinic": "/clinic",
    "care-provider": "/clinic",
    "body": "/body/text",
    "thread": "/thread_id",
    "callback.url-missing": "/url",
    "callback.url-invalid": "/url",
    "callback.url-not-https": "/url",
    "callback.url-not-public": "/url",
    "callback.signatures-unknown": "/signatures",
    "callback.replay-unclear": "/since",
    "change.unknown": "/ids",
    "message.clinic-missing": "/clinic",
    "reachability.recipients-missing": "/recipients",
    "message.recipient-missing": "/recipient",
    "message.type-missing": "/type",
    "message.type-unknown": "/type",
    "message.relation-missing": "/relation",
    "message.relation-unknown": "/relation",
    "message.approval-missing": "/approval",
    "message.broadcast-not-approved": "/approval",
    "approval": "/approval",
    "message.subject-missing": "/subject",
    "message.subject-too-long": "/subject",
    "message.body-missing": "/body/text",
    "message.format-unknown": "/body/format",
    "message.purpose-missing": "/purpose",
    "message.use-of-answers-missing": "/use_of_answers",
    "message.contact-missing": "/contact/phone",
    "message.phone-invalid": "/contact/phone",
    "message.language-unknown": "/language",
    "message.too-many-attachments": "/attachments",
    "message.attachment-twice": "/attachments",
    "message.written-in-the-future": "/written_at",
    "message.too-many-versions": "/versions",
    "message.reply-unknown": "/reply",
    "message.reply-to-region-wide": "/reply",
    "message.too-many-links": "/links",
    "message.too-many-documents": "/documents",
    "message.sensitivity-unknown": "/sensitivity",
    "message.replaces-of-other": "/replaces",
    "message.ordination-unknown": "/replaces",
    "message.already-replaced": "/replaces",
    "thread.id-and-reference": "/thread_reference",
    "message.publish-passed": "/publish_at",
    "message.answered-in-the-future": "/answered_at",
    "message.answered-before-delivery": "/answered_at",
    "message.publish-too-far-ahead": "/publish_at",
    "message.due-before-delivery": "/due_at",
    "message.expires-before-delivery": "/expires_at",
    "message.expires-before-due": "/expires_at",
    "message.release-unknown": "/release",
    "message.release-of-another-type": "/release",
    "clinic.phone-hours-missing": "/release",
    "slot.unknown": "/slot_id",
    "time-type.unknown": "/time_type",
    "attachment.unknown": "/attachments",
    "attachment.not-inspected": "/attachments",
    "attachment.refused": "/attachments",
    "summons.own-deadlines": "/due_at",
    "summons.book-by-without-choice": "/book_by",
    "summons.confirmation-of-open": "/confirmation",
    "summons.confirmation-unknown": "/confirmation/wanted",
    "summons.deadline-without-confirmation": "/confirmation/by",
    "summons.cut-off-out-of-range": "/cut_off_hours",
    "summons.after-cancellation-unknown": "/after_cancellation",
    "summons.too-many-terms": "/terms",
    "summons.booking-link-invalid": "/booking_link",
    "summons.slot-open-meanwhile": "/slot_id",
    "appointment.state-unknown": "/state",
}
MISSING: dict[str, type[Refused]] = {
    "batch": BatchUnknown,
    "thread": UnknownThread,
    "message": MessageUnknown,
    "ordination": UnknownOrdination,
    "callback": CallbackUnset,
    "approval": ApprovalUnknown,
    "attachment": AttachmentUnknown,
    "callback test": CallbackTestUnknown,
    "change": ChangeUnknown,
    "summons": SummonsUnknown,
    "slot": SlotUnknown,
    CLINIC: ClinicNotYours,
    OTHERS_CLINIC: ClinicOfAnotherProvider,
    "appointment": AppointmentUnknown,
}


# What residents read in other words: their care system is told of them, and what it can do.
TOLD: dict[str, Lazy] = {
    "booking.not-allowed": _l(
        "En tid är bokad redan. Skicka appointment_id och sequence ur kallelsens status för att flytta den."
    ),
    "booking.already-occupied": _l("Invånaren har redan en tid som krockar med den. Välj en annan tid."),
    "booking.already-cancelled": _l("Tiden är redan avbokad: inget mer behöver göras."),
    "booking.elsewhere": _l(
        "Kallelsen har en booking_link. Boka och flytta där, och berätta det med /booking."
    ),
    "message.expired": _l(
        "Tiden för att svara eller bekräfta har gått ut. Gavs svaret innan dess: skicka när, i answered_at."
    ),
}


class RowProblem(Struct, frozen=True, omit_defaults=True):
    """What is wrong with one of many, as a problem document says it. `pointer` is from the root."""

    status: int
    code: str
    detail: str
    pointer: str | None = None
    result_code: str | None = None


def row_problem(refused: Refused | Missing, *, under: str) -> RowProblem:
    """`under` is the row's own place, such as `/slots/3`."""
    refusal = as_refusal(refused) if isinstance(refused, Missing) else refused
    place = pointer_of(refusal)
    return RowProblem(
        status=404 if isinstance(refused, Missing) else status_of(refusal.code),
        code=refusal.code,
        detail=detail_of(refusal, under=under),
        pointer=under if place is None or isinstance(refused, Missing) else under + place,
        result_code=result_code_of(refusal),
    )


def as_refusal(missing: Missing, *, asked: bool = False) -> Refused:
    """`asked`: it was asked for by its address."""
    refusal = MISSING.get(missing.kind, MessageUnknown)
    if asked and refusal is UnknownThread:
        refusal = ThreadNotThere
    return refusal(pointer=missing.pointer) if missing.pointer else refusal()


def sentence_of(refusal: type[Refused] | Refused) -> Sentence:
    """As care systems are told."""
    return TOLD.get(refusal.code, refusal.sentence)


def detail_of(refusal: Refused, *, under: str = "") -> str:
    """In English. The pointer of all that was sent is empty, and stands in quotes as RFC 6901 §5 has it."""
    values = dict(refusal.values)
    if "pointer" in values:
        values["pointer"] = f"{under}{values['pointer']}" or '""'
    return sentence_of(refusal).said("en", **values)


def status_of(code: str) -> int:
    return _most_specific(STATUS, code) or UNPROCESSABLE


def pointer_of(refusal: Refused) -> str | None:
    pointer = refusal.values.get("pointer")
    return _most_specific(POINTERS, refusal.code) if pointer is None else pointer


def result_code_of(refusal: Refused) -> str | None:
    return refusal.result_code if isinstance(refusal, NotBooked) else None


def _most_specific(by_code: dict[str, T], code: str) -> T | None:
    return by_code.get(code) or by_code.get(code.partition(".")[0])
