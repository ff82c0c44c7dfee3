"""Putting a letter in its recipient's inbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.body.blocks import Document
from app.callbacks.actions import tell
from app.care.queries import Clinic
from app.database import in_transaction, run, uuid7
from app.inbox.actions.sent import Sent
from app.inbox.rules import UnknownThread
from app.inbox.sealed import Content, Line, seal_content, seal_line
from app.residents.queries import key_of
from app.sessions.principals import Actor


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is to be delivered, checked by whoever sends it. `thread_id` None opens a new thread.

    `relation` is what the sender stated; None for a receipt in the thread of a letter that came before it was
    asked. `link` is what it is about when that has a state of its own: its kind and its id.
    """

    resident_id: UUID
    clinic: Clinic
    kind: str
    relation: str | None
    subject: str
    body: Document
    language: str
    purpose: str
    use_of_answers: str
    contact_name: str
    contact_phone: str
    contact_hours: str
    thread_id: UUID | None = None
    written_at: datetime | None = None
    sender_reference: str = ""
    link: tuple[str, UUID] | tuple[None, None] = (None, None)

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
        )


class Delivered(NamedTuple):
    id: UUID
    thread_id: UUID
    delivered_at: datetime


NEW_THREAD = (
    "INSERT INTO threads (id, resident, clinic, line_sealed, last_at, unread, created_at)"
    " VALUES ({}, {}, {}, {}, {}, 1, {})"
)
# A thread whose every message is deleted has no line; the new letter gives it one.
NEXT_IN_THREAD = (
    "UPDATE threads SET last_at = {}, unread = unread + 1, line_sealed = COALESCE(line_sealed, {})"
    " WHERE id = {} AND resident = {} AND clinic = {} RETURNING 1 AS found"
)
NEW_MESSAGE = (
    "INSERT INTO messages (id, thread, resident, clinic, provider_id, care_system_id, kind, relation,"
    " link_kind, link_id, content_sealed, resident_key, provider_key, delivered_at)"
    " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
)


@in_transaction
async def deliver(letter: Letter, *, care_system_id: UUID, by: Actor, now: datetime) -> Delivered:
    """Put the letter in the resident's inbox: from then on it counts as arrived. Raises `UnknownThread`.

    It is the care system's letter, whoever caused it: a resident who books causes a confirmation.
    """
    thread_id = await _thread_of(letter, now)
    message_id = uuid7()
    copies = seal_content(letter.content(), provider_id=letter.clinic.provider_id, message_id=message_id)
    clinic = letter.clinic
    await run(
        NEW_MESSAGE, message_id, thread_id, letter.resident_id, clinic.id, clinic.provider_id, care_system_id,
        letter.kind, letter.relation, *letter.link, *copies, now,
    )  # fmt: skip
    sent = Sent(message_id, thread_id, clinic.provider_id, care_system_id, letter.link[1])
    await tell([sent.became("message.delivered", by.kind)], now=now)
    await record(
        Entry(
            action="message.delivered",
            at=now,
            actor_kind=by.kind,
            actor_id=by.id,
            assignment=by.assignment,
            resident_id=letter.resident_id,
            care_unit=letter.clinic.hsa_id,
            object_kind="message",
            object_id=str(message_id),
            basis=letter.relation,
        )
    )
    return Delivered(message_id, thread_id, now)


async def _thread_of(letter: Letter, now: datetime) -> UUID:
    thread_id = letter.thread_id or uuid7()
    key = await key_of(letter.resident_id)
    line = seal_line(Line(letter.subject, letter.clinic.name, letter.language), key=key, thread_id=thread_id)
    belongs = (letter.resident_id, letter.clinic.id)
    if letter.thread_id is None:
        await run(NEW_THREAD, thread_id, *belongs, line, now, now)
    elif not await run(NEXT_IN_THREAD, now, line, thread_id, *belongs):
        raise UnknownThread
    return thread_id
