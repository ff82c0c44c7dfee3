"""What is sealed: a message's content under its own key, a thread's line in the list under the resident's."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from app import vault
from app.body import blocks, html
from app.body.blocks import Document
from app.language import Language
from app.vault import Place


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says beside its text. Names of clinic and provider are those of the day it was sent."""

    subject: str
    clinic_name: str
    provider_name: str
    language: str
    purpose: str
    use_of_answers: str
    contact_name: str
    contact_phone: str
    contact_hours: str
    written_at: datetime | None
    sender_reference: str


class Content(Said, frozen=True, kw_only=True):
    """All that a message says."""

    body: Document


class Opened(Said, frozen=True, kw_only=True):
    """A content as it was sealed. Its tree is read only where the page that was written of it is too old.

    docs/decisions/letters-keep-their-page.md
    """

    body: msgspec.Raw
    page: str = ""
    edition: int = 0

    def html(self, language: Language) -> str:
        """Safe, with words of ours in the reader's language."""
        page = self.page if self.edition == html.EDITION else html.wordless(blocks.decode(self.body))
        return html.completed(page, language)


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
_contents = msgspec.json.Decoder(Opened)


def seal_content(content: Content, *, provider_id: UUID, message_id: UUID) -> Copies:
    key, page = vault.new_key(), html.wordless(content.body)
    sealed = msgspec.structs.asdict(content) | {"page": page, "edition": html.EDITION}
    place = Place(str(provider_id), "messages", "content_sealed", message_id)
    return Copies(
        content_sealed=vault.seal(msgspec.json.encode(sealed), key, place),
        resident_key=vault.wrap(key, place._replace(column="resident_key")),
        provider_key=vault.wrap(key, place._replace(column="provider_key")),
    )


def open_content(
    content_sealed: bytes, resident_key: bytes, *, provider_id: UUID, message_id: UUID
) -> Opened:
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
