"""The letter as it comes over the wire. What is required is checked in `letter`, with a code for each."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from app.attachments.rules.kinds import ON_ONE_LETTER

TYPES = (
    "information",
    "summons",
    "booking-confirmation",
    "test-result",
    "ordination",
    "health-survey",
    "follow-up",
    "region-wide-notice",
)
REPLIES = CLOSED, ALLOWED = ("closed", "allowed")
PRIORITIES = PRIMARY, SECONDARY = ("primary", "secondary")
SENSITIVITIES = NORMAL, SENSITIVE = ("normal", "sensitive")
RELATIONS = ("ongoing-care", "screening", "vaccination")
# When a test result is shown: while-phone-open, so that whoever reads it can ask.
AT_ONCE, WHILE_PHONE_OPEN = RELEASES = ("at-once", "while-phone-open")
FORMATS = ("docbook", "markdown", "plain")
# Of the fields of letters and summonses: in the contract, in the guide, and as they are checked.
ORDER = (
    "clinic", "recipient", "type", "relation", "approval", "subject", "body", "language", "versions",
    "purpose", "use_of_answers", "contact", "links", "documents", "thread_id", "thread_reference",
    "written_at", "sender_reference", "reply", "sensitivity", "hidden_from_guardians", "notify", "replaces",
    "attachments", "publish_at", "release", "due_at", "expires_at", "confirm_receipt",
)  # fmt: skip
SUBJECT_MOST = 120
TEXT_MOST = 500
LINE_MOST = 120
PHONE_MOST = 40
LABEL_MOST = 80
URL_MOST = 500
VERSIONS_MOST = 8
LINKS_MOST = 5
DOCUMENTS_MOST = 10


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


class AnswerPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The resident has answered, in a survey or by another way."""

    answered_at: Annotated[
        datetime | None, described("When; now when left out: RFC 3339 with offset.", format="date-time")
    ] = None


class VersionPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The letter in another language. Shown to whoever reads the pages in it; the others unfold it."""

    language: Annotated[str | None, described("BCP 47 tag: each language once.")] = None
    subject: Annotated[str | None, described("The subject in it.", maxLength=SUBJECT_MOST)] = None
    body: Body | None = None


class LinkPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the resident goes on from the letter."""

    label: Annotated[str | None, described("What it does: a verb first.", maxLength=LABEL_MOST)] = None
    url: Annotated[
        str | None,
        described("https, or the path of a page here, such as /tider.", maxLength=URL_MOST),
    ] = None
    priority: Annotated[
        str | None,
        described("A button, or a link below it.", enum=list(PRIORITIES), default=SECONDARY),
    ] = None


class DocumentPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document on the web, for whoever wants to know more."""

    title: Annotated[str | None, described("What it is called.", maxLength=LINE_MOST)] = None
    url: Annotated[str | None, described("Where it is: https.", maxLength=URL_MOST)] = None


class Wording(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that a letter says to its reader."""

    subject: Annotated[str | None, described("Shown in the inbox.", maxLength=SUBJECT_MOST)] = None
    body: Body | None = None
    language: Annotated[str | None, described("BCP 47 tag of the letter's language.", default="sv")] = None
    versions: Annotated[
        list[VersionPayload], described("The letter in other languages.", maxItems=VERSIONS_MOST)
    ] = field(default_factory=list)
    purpose: Annotated[str | None, described("Why the resident gets this.", maxLength=TEXT_MOST)] = None
    use_of_answers: Annotated[
        str | None, described("How answers are used, or that one cannot answer.", maxLength=TEXT_MOST)
    ] = None
    contact: Contact | None = None
    links: Annotated[list[LinkPayload], described("What the resident can do next.", maxItems=LINKS_MOST)] = (
        field(default_factory=list)
    )
    documents: Annotated[
        list[DocumentPayload], described("Documents on the web.", maxItems=DOCUMENTS_MOST)
    ] = field(default_factory=list)


class Written(Wording, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every letter says, whatever comes of it."""

    clinic: Annotated[str | None, described("HSA-id of the sending clinic, in any case.")] = None
    recipient: Annotated[
        str | None, described("Personal identity number or coordination number, twelve digits.")
    ] = None
    relation: Annotated[
        str | None,
        described("Why the clinic may write: ongoing care, screening, vaccination.", enum=list(RELATIONS)),
    ] = None
    thread_id: Annotated[
        UUID | None, described("Continue a thread that your provider has with this resident.")
    ] = None
    written_at: Annotated[datetime | None, described("When it was written: RFC 3339 with offset.")] = None
    attachments: Annotated[
        list[UUID], described("Files that you have sent in, in the order to show.", maxItems=ON_ONE_LETTER)
    ] = field(default_factory=list)
    sender_reference: Annotated[
        str | None, described("Your own id of the letter. No personal identity number.", maxLength=LINE_MOST)
    ] = None
    reply: Annotated[
        str | None,
        described("Whether the resident may answer the letter.", enum=list(REPLIES), default=CLOSED),
    ] = None
    sensitivity: Annotated[
        str | None,
        described(
            "`sensitive`: no subject in lists and notices, as a test result never has.",
            enum=list(SENSITIVITIES),
            default=NORMAL,
        ),
    ] = None
    hidden_from_guardians: Annotated[
        bool, described("Only the resident sees it, not their guardians (OSL 12:3).")
    ] = False
    notify: Annotated[bool, described("Whether the resident is told by SMS or e-mail.")] = True
    thread_reference: Annotated[
        str | None,
        described(
            "Your own name for the thread: the first letter with it begins one of clinic and resident.",
            maxLength=LINE_MOST,
        ),
    ] = None
    due_at: Annotated[
        datetime | None, described("The last instant to answer or confirm.", format="date-time")
    ] = None
    expires_at: Annotated[
        datetime | None,
        described("From then on nothing can be done with it but reading.", format="date-time"),
    ] = None
    confirm_receipt: Annotated[bool, described("The resident is asked to confirm having read it.")] = False


class WithdrawalPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A letter is taken back."""

    reason: Annotated[
        str | None, described("Why. The resident reads it in place of the letter.", maxLength=TEXT_MOST)
    ] = None


class CorrectionPayload(Wording, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that the letter says from now on: what is left out is not there any more."""


class Payload(Written, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A letter about one resident's health, from one clinic."""

    type: Annotated[str | None, described("What kind of message it is.", enum=list(TYPES))] = None
    approval: Annotated[
        UUID | None,
        described("The prior approval of a region-wide notice, or of the same text to many: its id."),
    ] = None
    replaces: Annotated[
        UUID | None, described("Of an ordination: the id of the earlier one, which does not hold any more.")
    ] = None
    publish_at: Annotated[
        datetime | None,
        described("Deliver it then; at once when left out. At most a year ahead.", format="date-time"),
    ] = None
    release: Annotated[
        str | None,
        described(
            "Of a test result: `while-phone-open` waits until the clinic's phone is answered.",
            enum=list(RELEASES),
            default=AT_ONCE,
        ),
    ] = None
