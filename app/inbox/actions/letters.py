"""What is to be delivered."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from app.attachments.sealed import Enclosure
from app.body.blocks import Document
from app.care.queries import Clinic
from app.inbox.rules import shows_subject
from app.inbox.sealed import ActionLink, Content, InformationDocument, Line, Opened, Version


class Wording(Struct, frozen=True, kw_only=True):
    """All that a letter says. `versions` are its other languages, `links` what it asks its reader to do."""

    subject: str
    body: Document
    language: str
    purpose: str
    use_of_answers: str
    contact_name: str
    contact_phone: str
    contact_hours: str
    versions: tuple[Version, ...] = ()
    links: tuple[ActionLink, ...] = ()
    documents: tuple[InformationDocument, ...] = ()


class Accepted(NamedTuple):
    """When a letter that had to wait came, and until when it waited."""

    at: datetime
    publish_at: datetime


class Letter(Wording, frozen=True, kw_only=True):
    """What is to be delivered, checked by whoever sends it.

    `thread_id` None opens a new thread, unless the care system has used `thread_reference` for one before.
    `id` is for who had to know it before.
    `relation` is what the sender stated; None for a receipt in the thread of a letter that came before it was
    asked. `approval_id` is the approval that it goes out by, where it needs one. `sensitive`: its subject is
    for its own page only, as a test result's always is. `replaces` is the ordination that it takes the place
    of. `due_at` is the last instant to answer, `expires_at` ends what can be done with it, and `accepted` is
    None for what is delivered as it comes. `link` is what it is about when that has a state of its own: its
    kind and its id.
    """

    resident_id: UUID
    clinic: Clinic
    kind: str
    relation: str | None
    approval_id: UUID | None = None
    thread_id: UUID | None = None
    thread_reference: str = ""
    written_at: datetime | None = None
    sender_reference: str = ""
    agent_name: str = ""
    reply_allowed: bool = False
    sensitive: bool = False
    hidden_from_guardians: bool = False
    notify: bool = True
    replaces: UUID | None = None
    attachments: tuple[Enclosure, ...] = ()
    due_at: datetime | None = None
    expires_at: datetime | None = None
    confirm_receipt: bool = False
    accepted: Accepted | None = None
    link: tuple[str, UUID] | tuple[None, None] = (None, None)
    id: UUID | None = None

    def content(self) -> Content:
        return Content(
            subject=self.subject,
            clinic_name=self.clinic.name,
            provider_name=self.clinic.provider_name,
            body=self.body,
            language=self.language,
            purpose=self.purpose,
            use_of_answers=self.use_of_answers,
            contact_name=self.contact_name,
            contact_phone=self.contact_phone,
            contact_hours=self.contact_hours,
            written_at=self.written_at,
            sender_reference=self.sender_reference,
            agent_name=self.agent_name,
            reply_allowed=self.reply_allowed,
            sensitive=self.sensitive,
            versions=self.versions,
            links=self.links,
            documents=self.documents,
            attachments=self.attachments,
        )

    def line(self) -> Line:
        """What the list shows of a thread that begins with it."""
        if not shows_subject(self.kind, sensitive=self.sensitive):
            return Line("", self.clinic.name, kind=self.kind)
        others = tuple((version.language, version.subject) for version in self.versions)
        return Line(self.subject, self.clinic.name, self.language, others=others)


def line_of(content: Opened, kind: str) -> Line:
    """The same of a letter that is delivered."""
    if not shows_subject(kind, sensitive=content.sensitive):
        return Line("", content.clinic_name, kind=kind)
    others = tuple((kept.language, kept.subject) for kept in content.others)
    return Line(content.subject, content.clinic_name, content.language, others=others)
