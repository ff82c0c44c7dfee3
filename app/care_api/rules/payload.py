"""The letter as it comes over the wire. What is required is checked in `letter`, with a code for each."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

TYPES = (
    "information",
    "summons",
    "booking-confirmation",
    "test-result",
    "ordination",
    "health-survey",
    "follow-up",
)
RELATIONS = ("ongoing-care", "screening", "vaccination")
FORMATS = ("docbook", "markdown", "plain")
SUBJECT_MOST = 120
TEXT_MOST = 500
LINE_MOST = 120
PHONE_MOST = 40


def described(text: str, **schema: object) -> Meta:
    # The limits are shown, not enforced, here: they count characters after cleaning.
    return Meta(description=text, extra_json_schema=schema)


class Contact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the resident turns with questions."""

    name: Annotated[str | None, described("Whom to ask for.", maxLength=LINE_MOST)] = None
    phone: Annotated[str | None, described("Where to call.", maxLength=PHONE_MOST)] = None
    hours: Annotated[str | None, described("When the phone is answered.", maxLength=LINE_MOST)] = None


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The letter's text: at most 50 kB in UTF-8."""

    format: Annotated[str | None, described("How `text` is marked up.", enum=list(FORMATS))] = None
    text: Annotated[str | None, described("DocBook (1177 subset), CommonMark, plain text; no HTML.")] = None


class CallbackPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the care system wants to be told what happens to what it has sent."""

    url: Annotated[str | None, described("An https address, at most 500 characters.", maxLength=500)] = None


class Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every letter says, whatever comes of it."""

    clinic: Annotated[str | None, described("HSA-id of the sending clinic, in any case.")] = None
    recipient: Annotated[
        str | None, described("Personal identity number or coordination number, twelve digits.")
    ] = None
    relation: Annotated[
        str | None,
        described("Why the clinic may write: ongoing care, screening, vaccination.", enum=list(RELATIONS)),
    ] = None
    subject: Annotated[str | None, described("Shown in the inbox.", maxLength=SUBJECT_MOST)] = None
    thread_id: Annotated[
        UUID | None, described("Continue a thread that your provider has with this resident.")
    ] = None
    body: Body | None = None
    language: Annotated[str | None, described("BCP 47 tag of the letter's language.", default="sv")] = None
    purpose: Annotated[str | None, described("Why the resident gets this.", maxLength=TEXT_MOST)] = None
    use_of_answers: Annotated[
        str | None, described("How answers are used, or that one cannot answer.", maxLength=TEXT_MOST)
    ] = None
    contact: Contact | None = None
    written_at: Annotated[datetime | None, described("When it was written: RFC 3339 with offset.")] = None
    sender_reference: Annotated[
        str | None, described("Your own id of the letter. No personal identity number.", maxLength=LINE_MOST)
    ] = None


class Payload(Written, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A letter about one resident's health, from one clinic."""

    type: Annotated[str | None, described("What kind of message it is.", enum=list(TYPES))] = None
