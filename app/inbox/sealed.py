"""What is sealed: a message's content under its own key, a thread's line in the list under the resident's."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
import zstandard

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
    """A content as it was sealed, with its tree packed, and the page that was written of it in an edition.

    docs/decisions/letters-keep-their-page.md
    """

    tree: bytes
    page: str
    edition: int

    def html(self, language: Language) -> str:
        """Safe, with words of ours in the reader's language."""
        page = self.page if self.edition == html.EDITION else html.wordless(self.body())
        return html.completed(page, language)

    def body(self) -> Document:
        return blocks.decode(zstandard.decompress(self.tree))


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


NO_THREAD = NO_MESSAGE = UUID(int=0)

_lines = msgspec.json.Decoder(Line)
# MessagePack gives its lengths first: to read a letter's page costs a fourth of what it does in JSON.
_contents = msgspec.msgpack.Decoder(Opened)
_contents_in_json = msgspec.json.Decoder(Content)


def seal_content(content: Content, *, provider_id: UUID, message_id: UUID) -> Copies:
    key = vault.new_key()
    place = Place(str(provider_id), "messages", "content_sealed", message_id)
    return Copies(
        content_sealed=vault.seal(msgspec.msgpack.encode(_written(content)), key, place),
        resident_key=vault.wrap(key, place._replace(column="resident_key")),
        provider_key=vault.wrap(key, place._replace(column="provider_key")),
    )


def open_content(
    content_sealed: bytes, resident_key: bytes, *, provider_id: UUID, message_id: UUID
) -> Opened:
    """The resident's copy. Raises `vault.Unreadable`."""
    [content] = open_contents([(resident_key, content_sealed, message_id)], provider_id=provider_id)
    return content


def open_contents(boxes: Iterable[tuple[bytes, bytes, UUID]], *, provider_id: UUID) -> list[Opened]:
    """The resident's copies of one provider's messages: key, content and id of each.

    Raises `vault.Unreadable`.
    """
    key_place = Place(str(provider_id), "messages", "resident_key", NO_MESSAGE)
    place = key_place._replace(column="content_sealed")
    return [_read(clear) for clear in vault.unseal_keyed(boxes, key_place, place)]


def _read(clear: bytes) -> Opened:
    # Letters were JSON, without a page, before 25 November 2026. No MessagePack of ours begins like that.
    return _written(_contents_in_json.decode(clear)) if clear.startswith(b"{") else _contents.decode(clear)


def _written(content: Content) -> Opened:
    said = {name: getattr(content, name) for name in Said.__struct_fields__}
    tree = zstandard.compress(blocks.encode(content.body))
    return Opened(**said, tree=tree, page=html.wordless(content.body), edition=html.EDITION)


def seal_line(line: Line, *, key: bytes, thread_id: UUID) -> bytes:
    return vault.seal(msgspec.json.encode(line), key, _place_of_line(thread_id))


def open_lines(sealed: list[tuple[bytes, UUID]], *, key: bytes) -> list[Line]:
    """A whole page of lines, each with its thread, with one key. Raises `vault.Unreadable`."""
    return [_lines.decode(clear) for clear in vault.unseal_each(sealed, key, _place_of_line(NO_THREAD))]


def _place_of_line(thread_id: UUID) -> Place:
    return Place("", "threads", "line_sealed", thread_id)
