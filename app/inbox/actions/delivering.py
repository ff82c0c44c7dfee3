"""Putting letters in their recipients' inboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, recorded
from app.body.blocks import Document
from app.callbacks.actions import told
from app.care.queries import Clinic
from app.database import Insert, in_transaction, insert_all, uuid7
from app.inbox.actions.continuing import Continued, move_up
from app.inbox.actions.sent import Sent
from app.inbox.sealed import Content, Copies, Line, seal_content, seal_line
from app.residents.queries import keys_of
from app.sessions.principals import Actor


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is to be delivered, checked by whoever sends it. `thread_id` None opens a new thread.

    `relation` is what the sender stated; None for a receipt in the thread of a letter that came before it was
    asked. `link` is what it is about when that has a state of its own: its kind and its id. `id` is for who
    had to know it before.
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
        )


class Delivered(NamedTuple):
    id: UUID
    thread_id: UUID
    delivered_at: datetime


class SealedLetter(NamedTuple):
    """A letter ready to be stored, its text and its thread's line sealed."""

    id: UUID
    thread_id: UUID
    letter: Letter
    line: bytes
    copies: Copies


NEW_THREADS = "INSERT INTO threads (id, resident, clinic, line_sealed, last_at, unread, created_at)"
NEW_MESSAGES = (
    "INSERT INTO messages (id, thread, resident, clinic, provider_id, care_system_id, kind, relation,"
    " link_kind, link_id, content_sealed, resident_key, provider_key, delivered_at)"
)


async def deliver(letter: Letter, *, care_system_id: UUID, by: Actor, now: datetime) -> Delivered:
    """Put the letter in the resident's inbox: from then on it counts as arrived. Raises `UnknownThread`.

    It is the care system's letter, whoever caused it: a resident who books causes a confirmation.
    """
    [delivered] = await deliver_all([letter], care_system_id=care_system_id, by=by, now=now)
    return delivered


async def deliver_all(
    letters: Sequence[Letter], *, care_system_id: UUID, by: Actor, now: datetime
) -> list[Delivered]:
    """Put the letters in their inboxes, all or none, in as few statements as one. Raises `UnknownThread`."""
    sealed = await seal_all(letters)
    return await deliver_sealed(sealed, care_system_id=care_system_id, by=by, now=now)


async def seal_all(letters: Sequence[Letter]) -> list[SealedLetter]:
    """What costs time, done before a transaction locks anything."""
    keys = await keys_of([letter.resident_id for letter in letters])
    return [_sealed(letter, keys[letter.resident_id]) for letter in letters]


@in_transaction
async def deliver_sealed(
    sealed: Sequence[SealedLetter], *, care_system_id: UUID, by: Actor, now: datetime
) -> list[Delivered]:
    """Store what `seal_all` has made. Raises `UnknownThread`."""
    await move_up(_continued(sealed), now=now)
    sent = [
        Sent(each.id, each.thread_id, each.letter.clinic.provider_id, care_system_id, each.letter.link[1])
        for each in sealed
    ]
    await insert_all(
        [
            Insert(NEW_THREADS, [_thread(each, now) for each in sealed if each.letter.thread_id is None]),
            Insert(NEW_MESSAGES, [_message(each, care_system_id, now) for each in sealed]),
            recorded([_entry(each, by, now) for each in sealed]),
            *told([each.became("message.delivered", by.kind) for each in sent], now=now),
        ]
    )
    return [Delivered(each.id, each.thread_id, now) for each in sealed]


def _sealed(letter: Letter, key: bytes) -> SealedLetter:
    id, thread_id = letter.id or uuid7(), letter.thread_id or uuid7()
    line = Line(letter.subject, letter.clinic.name, letter.language)
    return SealedLetter(
        id=id,
        thread_id=thread_id,
        letter=letter,
        line=seal_line(line, key=key, thread_id=thread_id),
        copies=seal_content(letter.content(), provider_id=letter.clinic.provider_id, message_id=id),
    )


def _continued(sealed: Sequence[SealedLetter]) -> list[Continued]:
    return [
        Continued(each.thread_id, each.letter.resident_id, each.letter.clinic.id, each.line)
        for each in sealed
        if each.letter.thread_id is not None
    ]


def _thread(sealed: SealedLetter, now: datetime) -> tuple[object, ...]:
    letter = sealed.letter
    return (sealed.thread_id, letter.resident_id, letter.clinic.id, sealed.line, now, 1, now)


def _message(sealed: SealedLetter, care_system_id: UUID, now: datetime) -> tuple[object, ...]:
    letter, clinic = sealed.letter, sealed.letter.clinic
    return (
        sealed.id, sealed.thread_id, letter.resident_id, clinic.id, clinic.provider_id, care_system_id,
        letter.kind, letter.relation, *letter.link, *sealed.copies, now,
    )  # fmt: skip


def _entry(sealed: SealedLetter, by: Actor, now: datetime) -> Entry:
    return Entry(
        action="message.delivered",
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        assignment=by.assignment,
        resident_id=sealed.letter.resident_id,
        care_unit=sealed.letter.clinic.hsa_id,
        object_kind="message",
        object_id=str(sealed.id),
        basis=sealed.letter.relation,
    )
