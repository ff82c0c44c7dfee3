"""Delivering, opening and deleting. Locks are taken in one order: the thread, then its messages."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record, record_all
from app.body.blocks import Document
from app.callbacks.actions import Event, tell
from app.care.queries import Clinic
from app.database import in_transaction, rows, run, uuid7
from app.errors import Missing
from app.inbox.rules import UnknownThread
from app.inbox.sealed import Content, Line, seal_content, seal_line
from app.residents.queries import key_of
from app.sessions.principals import Actor, Resident


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is to be delivered, checked by whoever sends it. `thread_id` None opens a new thread.

    `link` is what it is about when that has a state of its own: its kind and its id.
    """

    resident_id: UUID
    clinic: Clinic
    kind: str
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


class _Id(NamedTuple):
    id: UUID


class _Sent(NamedTuple):
    id: UUID
    thread_id: UUID
    provider_id: UUID
    care_system_id: UUID
    link_id: UUID | None

    def became(self, kind: str, actor_kind: str) -> Event:
        """What its care system is told."""
        return Event(
            kind=kind, actor_kind=actor_kind, message_id=self.id, thread_id=self.thread_id,
            provider_id=self.provider_id, care_system_id=self.care_system_id, summons_id=self.link_id,
        )  # fmt: skip


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
    "INSERT INTO messages (id, thread, resident, clinic, provider_id, care_system_id, kind, link_kind,"
    " link_id, content_sealed, resident_key, provider_key, delivered_at)"
    " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
)
OPEN_THREAD = "UPDATE threads SET unread = 0 WHERE id = {} AND resident = {} RETURNING id"
FIRST_READ = (
    "UPDATE messages SET read_at = {} WHERE thread = {} AND read_at IS NULL AND resident_key IS NOT NULL"
    " RETURNING id, thread AS thread_id, provider_id, care_system_id, link_id"
)
LOCK_THREAD_OF = (
    "UPDATE threads SET unread = unread"
    " WHERE id = (SELECT thread FROM messages WHERE id = {} AND resident = {}) RETURNING id"
)
# Deleting is claiming: of two presses of the button, one gets a row back.
DESTROY_COPY = (
    "UPDATE messages SET resident_key = NULL, deleted_at = {} WHERE id = {} AND resident_key IS NOT NULL"
    " RETURNING id, thread AS thread_id, provider_id, care_system_id, link_id"
)
RECOUNT = (
    "UPDATE threads SET"
    " unread = (SELECT count(*) FROM messages m"
    "  WHERE m.thread = threads.id AND m.resident_key IS NOT NULL AND m.read_at IS NULL),"
    " last_at = COALESCE((SELECT max(m.delivered_at) FROM messages m"
    "  WHERE m.thread = threads.id AND m.resident_key IS NOT NULL), last_at),"
    " line_sealed = CASE WHEN EXISTS (SELECT 1 FROM messages m"
    "  WHERE m.thread = threads.id AND m.resident_key IS NOT NULL) THEN line_sealed END"
    " WHERE id = {}"
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
        letter.kind, *letter.link, *copies, now,
    )  # fmt: skip
    sent = _Sent(message_id, thread_id, clinic.provider_id, care_system_id, letter.link[1])
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


@in_transaction
async def open_thread(thread_id: UUID, *, resident: Resident, now: datetime) -> None:
    """Mark what is in the thread as read. A receipt is given once and never taken back. Raises `Missing`."""
    if not await run(OPEN_THREAD, thread_id, resident.id):
        raise Missing("thread", thread_id)
    read = await rows(_Sent, FIRST_READ, now, thread_id)
    await record_all([_by(resident, "message.first-read", message.id, now) for message in read])
    await tell([message.became("message.read", "resident") for message in read], now=now)


@in_transaction
async def delete(message_id: UUID, *, resident: Resident, now: datetime) -> UUID:
    """Destroy the key of the resident's copy: that copy is gone for good. The provider's stays.

    With the last message goes the thread's line in the list. Returns the thread's id. Raises `Missing`.
    """
    locked = await rows(_Id, LOCK_THREAD_OF, message_id, resident.id)
    gone = await rows(_Sent, DESTROY_COPY, now, message_id) if locked else []
    if not gone:
        raise Missing("message", message_id)
    await run(RECOUNT, locked[0].id)
    await record(_by(resident, "message.deleted", message_id, now))
    await tell([message.became("message.deleted", "resident") for message in gone], now=now)
    return locked[0].id


def _by(resident: Resident, action: str, message_id: UUID, now: datetime) -> Entry:
    return Entry(
        action=action, at=now, actor_kind="resident", actor_id=resident.id, resident_id=resident.id,
        object_kind="message", object_id=str(message_id),
    )  # fmt: skip
