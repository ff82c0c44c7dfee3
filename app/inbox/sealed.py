"""What is sealed: a message's content under its own key, a thread's line in the list under the resident's."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from app import vault
from app.body.blocks import Document
from app.vault import Place


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """All that a message says. Names of clinic and provider are those of the day it was sent."""

    subject: str
    clinic_name: str
    provider_name: str
    body: Document
    language: str
    purpose: str
    use_of_answers: str
    contact_name: str
    contact_phone: str
    contact_hours: str
    written_at: datetime | None
    sender_reference: str


class Line(msgspec.Struct, frozen=True, array_like=True):
    """What the list shows of a thread. Never anything of what a message says but its subject."""

    subject: str
    clinic_name: str
    language: str = "sv"


class Copies(NamedTuple):
    """A sealed content and its key, wrapped once for each who holds a copy."""

    content_sealed: bytes
    resident_key: bytes
    provider_key: bytes


NO_THREAD = UUID(int=0)

_lines = msgspec.json.Decoder(Line)
_contents = msgspec.json.Decoder(Content)


def seal_content(content: Content, *, provider_id: UUID, message_id: UUID) -> Copies:
    key = vault.new_key()
    place = Place(str(provider_id), "messages", "content_sealed", message_id)
    return Copies(
        content_sealed=vault.seal(msgspec.json.encode(content), key, place),
        resident_key=vault.wrap(key, place._replace(column="resident_key")),
        provider_key=vault.wrap(key, place._replace(column="provider_key")),
    )


def open_content(
    content_sealed: bytes, resident_key: bytes, *, provider_id: UUID, message_id: UUID
) -> Content:
    """The resident's copy. Raises `vault.Unreadable`."""
    provider = str(provider_id)
    key = vault.unwrap(resident_key, Place(provider, "messages", "resident_key", message_id))
    place = Place(provider, "messages", "content_sealed", message_id)
    return _contents.decode(vault.unseal(content_sealed, key, place))


def seal_line(line: Line, *, key: bytes, thread_id: UUID) -> bytes:
    return vault.seal(msgspec.json.encode(line), key, _place_of_line(thread_id))


def open_lines(sealed: list[tuple[bytes, UUID]], *, key: bytes) -> list[Line]:
    """A whole page of lines, each with its thread, with one key. Raises `vault.Unreadable`."""
    return [_lines.decode(clear) for clear in vault.unseal_each(sealed, key, _place_of_line(NO_THREAD))]


def _place_of_line(thread_id: UUID) -> Place:
    return Place("", "threads", "line_sealed", thread_id)
