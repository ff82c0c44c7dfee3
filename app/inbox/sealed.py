"""What is sealed: a message's content under its own key, a thread's line in the list under the resident's."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
import zstandard

from app import vault
from app.attachments.sealed import Enclosure
from app.body import blocks, html
from app.body.blocks import Document
from app.language import Language
from app.vault import Place


class ActionLink(msgspec.Struct, frozen=True, array_like=True):
    """Where the letter asks its reader to go on. `host` is empty for a page of our own."""

    label: str
    url: str
    host: str = ""
    primary: bool = False


class InformationDocument(msgspec.Struct, frozen=True, array_like=True):
    """A document to read, at its https address. `host` is where that leads."""

    title: str
    url: str
    host: str


class Version(msgspec.Struct, frozen=True, array_like=True):
    """What the letter says in another language."""

    language: str
    subject: str
    body: Document


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A version as it is sealed: its tree packed, and its page in UTF-8."""

    language: str
    subject: str
    tree: bytes
    encoded: bytes
    edition: int

    def html(self, language: Language) -> bytes:
        """Safe, in UTF-8, with words of ours in the reader's language."""
        return _page(self, self.encoded, language)


class Withdrawal(msgspec.Struct, frozen=True, array_like=True):
    """What is left of a letter that was taken back. `agent_name`: of an agent who did it for the provider."""

    at: datetime
    reason: str
    agent_name: str = ""


class Earlier(msgspec.Struct, frozen=True, array_like=True):
    """What a letter said until it was corrected, in each of its languages, the letter's own first.

    `agent_name`: of an agent who corrected it for the provider.
    """

    until: datetime
    versions: tuple[Kept, ...]
    agent_name: str = ""


class Replacement(msgspec.Struct, frozen=True, array_like=True):
    """Since when another letter holds in this one's stead, and which."""

    at: datetime
    by: UUID


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a message says beside its text. Names of clinic and provider are those of the day it was sent.

    What most letters lack has a default and takes no room. `agent_name` is who sent it for the provider, when
    that was a connection agent.
    """

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
    agent_name: str = ""
    reply_allowed: bool = False
    sensitive: bool = False
    links: tuple[ActionLink, ...] = ()
    documents: tuple[InformationDocument, ...] = ()
    attachments: tuple[Enclosure, ...] = ()


class Content(Said, frozen=True, kw_only=True, omit_defaults=True):
    """All that a message says when it is sent."""

    body: Document
    versions: tuple[Version, ...] = ()


class Opened(Said, frozen=True, kw_only=True, omit_defaults=True):
    """A content as it was sealed, with its tree packed, and the page that was written of it in an edition.

    The page is `encoded` in UTF-8; the first had it as text. docs/decisions/letters-keep-their-page.md
    What came later stands here too: that it was withdrawn, what it said before it was corrected, what holds
    in its stead.
    """

    tree: bytes
    encoded: bytes = b""
    page: str = ""
    edition: int
    others: tuple[Kept, ...] = ()
    withdrawn: Withdrawal | None = None
    earlier: tuple[Earlier, ...] = ()
    replaced: Replacement | None = None

    def html(self, language: Language) -> bytes:
        """Safe, in UTF-8, with words of ours in the reader's language."""
        return _page(self, self.encoded or self.page.encode(), language)

    def itself(self) -> Kept:
        """The letter in its own language, as one of its versions."""
        encoded = self.encoded or self.page.encode()
        return Kept(self.language, self.subject, self.tree, encoded, self.edition)

    def body(self) -> Document:
        return _tree(self)


class Line(msgspec.Struct, frozen=True, array_like=True):
    """What the list shows of a thread. Never anything of what a message says but its subject.

    `kind` is that of a letter whose subject is not to be read in lists, and then `subject` is empty. `others`
    are the subject's other languages.
    """

    subject: str
    clinic_name: str
    language: str = "sv"
    kind: str = ""
    others: tuple[tuple[str, str], ...] = ()


class Copies(NamedTuple):
    """A sealed content and its key, wrapped once for each who holds a copy."""

    content_sealed: bytes
    resident_key: bytes
    provider_key: bytes


class Waiting(NamedTuple):
    """A letter that waits to be delivered, and its key, wrapped for the provider alone."""

    letter_sealed: bytes
    provider_key: bytes


NO_THREAD = NO_MESSAGE = UUID(int=0)

_lines = msgspec.json.Decoder(Line)
# Made once: to make one costs as much as to pack a letter.
_packer = zstandard.ZstdCompressor()
# MessagePack gives its lengths first: to read a letter's page costs a fourth of what it does in JSON.
_contents = msgspec.msgpack.Decoder(Opened)
_contents_in_json = msgspec.json.Decoder(Content)


def seal_content(content: Content, *, provider_id: UUID, message_id: UUID) -> Copies:
    key = vault.new_key()
    place = place_of_content(provider_id, message_id)
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


def open_by(key: bytes, content_sealed: bytes, *, provider_id: UUID, message_id: UUID) -> Opened:
    """With the content's own key. Raises `vault.Unreadable`."""
    return _read(vault.unseal(content_sealed, key, place_of_content(provider_id, message_id)))


def seal_by(key: bytes, content: Opened, *, provider_id: UUID, message_id: UUID) -> bytes:
    """Anew, for whoever holds the key already."""
    return vault.seal(msgspec.msgpack.encode(content), key, place_of_content(provider_id, message_id))


def place_of_content(provider_id: UUID, message_id: UUID) -> Place:
    return Place(str(provider_id), "messages", "content_sealed", message_id)


def _read(clear: bytes) -> Opened:
    # Letters were JSON, without a page, before 25 November 2026. No MessagePack of ours begins like that.
    return _written(_contents_in_json.decode(clear)) if clear.startswith(b"{") else _contents.decode(clear)


def _written(content: Content) -> Opened:
    said = {name: getattr(content, name) for name in Said.__struct_fields__}
    tree, encoded, edition = _kept(content.body)
    others = tuple(Kept(each.language, each.subject, *_kept(each.body)) for each in content.versions)
    return Opened(**said, tree=tree, encoded=encoded, edition=edition, others=others)


def written_anew(
    content: Opened, *, subject: str, body: Document, versions: tuple[Version, ...], language: str = ""
) -> Opened:
    """The content with another text, and nothing of the one it had."""
    tree, encoded, edition = _kept(body)
    return msgspec.structs.replace(
        content,
        subject=subject,
        language=language or content.language,
        tree=tree,
        encoded=encoded,
        page="",
        edition=edition,
        others=tuple(Kept(each.language, each.subject, *_kept(each.body)) for each in versions),
        earlier=(),
    )


def _kept(body: Document) -> tuple[bytes, bytes, int]:
    return _packer.compress(blocks.encode(body)), html.wordless(body).encode(), html.EDITION


def _page(kept: Kept | Opened, encoded: bytes, language: Language) -> bytes:
    page = encoded if kept.edition == html.EDITION else html.wordless(_tree(kept)).encode()
    return html.completed(page, language)


def _tree(kept: Kept | Opened) -> Document:
    return blocks.decode(zstandard.decompress(kept.tree))


def seal_letter(received: bytes, *, provider_id: UUID, message_id: UUID) -> Waiting:
    """A letter as it was received, until its time comes."""
    key, place = vault.new_key(), _place_of_scheduled(provider_id, message_id)
    return Waiting(vault.seal(received, key, place), vault.wrap(key, place._replace(column="provider_key")))


def open_letter(letter_sealed: bytes, provider_key: bytes, *, provider_id: UUID, message_id: UUID) -> bytes:
    """Raises `vault.Unreadable`."""
    place = _place_of_scheduled(provider_id, message_id)
    return vault.unseal(
        letter_sealed, vault.unwrap(provider_key, place._replace(column="provider_key")), place
    )


def seal_reply(text: str, *, provider_id: UUID, reply_id: UUID) -> Copies:
    key, place = vault.new_key(), _place_of_reply(provider_id, reply_id)
    return Copies(
        content_sealed=vault.seal(text.encode(), key, place),
        resident_key=vault.wrap(key, place._replace(column="resident_key")),
        provider_key=vault.wrap(key, place._replace(column="provider_key")),
    )


def open_reply(text_sealed: bytes, key: bytes, *, of: str, provider_id: UUID, reply_id: UUID) -> str:
    """The copy whose wrapped key stands in the column `of`. Raises `vault.Unreadable`."""
    place = _place_of_reply(provider_id, reply_id)
    return vault.unseal(text_sealed, vault.unwrap(key, place._replace(column=of)), place).decode()


def seal_line(line: Line, *, key: bytes, thread_id: UUID) -> bytes:
    return vault.seal(msgspec.json.encode(line), key, _place_of_line(thread_id))


def open_lines(sealed: list[tuple[bytes, UUID]], *, key: bytes) -> list[Line]:
    """A whole page of lines, each with its thread, with one key. Raises `vault.Unreadable`."""
    return [_lines.decode(clear) for clear in vault.unseal_each(sealed, key, _place_of_line(NO_THREAD))]


def _place_of_line(thread_id: UUID) -> Place:
    return Place("", "threads", "line_sealed", thread_id)


def _place_of_scheduled(provider_id: UUID, message_id: UUID) -> Place:
    return Place(str(provider_id), "scheduled_messages", "letter_sealed", message_id)


def _place_of_reply(provider_id: UUID, reply_id: UUID) -> Place:
    return Place(str(provider_id), "replies", "text_sealed", reply_id)
