"""A line of the list, and a letter in its thread."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from msgspec.structs import replace

from app.attachments.sealed import Enclosure
from app.inbox.formats.asks import AsksView, asks_view
from app.inbox.formats.more import More, direction, more, own
from app.inbox.formats.replies import ReplyView
from app.inbox.queries import Asks, Letter, ThreadLine
from app.inbox.rules import FILE_WORDS, KINDS, is_over, opens_here, shows_subject
from app.inbox.sealed import Said
from app.language import base, day, day_and_time_for_both, day_for_both, size
from app.web.escaping import Encoded


class ThreadRow(NamedTuple):
    """One line of the list. `lang` is empty where the subject is in the page's language."""

    url: str
    subject: str
    lang: str
    clinic_name: str
    day: str
    machine_day: str
    unread: bool


class Card(NamedTuple):
    """What a message is about, as that stands now. A higher feature makes it; `main.py` says which.

    The message `home` shows the fragment `full`, every other one `short`. `kept` says beside the question
    whether to delete what is left of it then. `shown` is what all of them take, as `card`.
    """

    home: UUID
    full: str
    short: str
    kept: str
    shown: object


class Heading(NamedTuple):
    """Of a thread's page. `title` says no more than others may see over a shoulder or in a history."""

    subject: str
    lang: str
    title: str


# Of a resident and ids, in a language, at an instant: the cards of those that are the resident's own.
CardQuery = Callable[..., Awaitable[Mapping[UUID, Card]]]


@dataclass(frozen=True)
class Cards:
    """Who makes the cards, by kind of link: what is above says it."""

    by_kind: Mapping[str, CardQuery]


class FileView(NamedTuple):
    """A file that a message encloses. `saved_url` is empty where `url` itself saves it."""

    name: str
    what: str
    url: str
    saved_url: str


class LetterView(msgspec.Struct, frozen=True):
    """One message. `said` is what its writer says in it; `body` is safe HTML.

    `name` is its subject, or its kind where that is not for other eyes. `own_subject` is empty where the page
    already says the same above. `lang_of_body` is that of the version shown, `dir` how it is read if not as
    usual. `card` is None, and the names of its fragments empty, where the message is about nothing that has a
    state of its own; `more`, `asks` and `reply` are None for most.

    No tuple, like the others: a page looks at some fifty of them for each letter, and a tuple's cost thrice.
    """

    id: str
    url: str
    said: Said
    kind: str
    name: str
    own_subject: str
    lang_of_body: str
    dir: str
    delivered: str
    machine_time: str
    written: str
    body: Encoded
    files: tuple[FileView, ...]
    more: More | None
    asks: AsksView | None = None
    reply: ReplyView | None = None
    card: object = None
    card_fragment: str = ""
    kept_fragment: str = ""


def thread_row(line: ThreadLine, language: str) -> ThreadRow:
    shown, machine = day_for_both(line.last_at, language)
    subject, lang = line.subject, "" if line.language == language else line.language
    if line.kind:
        subject, lang = KINDS[line.kind].said(language), ""
    elif lang and line.others:
        subject, lang = _subject_in(language, line)
    return ThreadRow(f"/inkorg/{line.id}", subject, lang, line.clinic_name, shown, machine, line.unread > 0)


def _subject_in(language: str, line: ThreadLine) -> tuple[str, str]:
    """And the language that it is in: the reader's if it is among them, else the letter's own."""
    said = [(line.subject, line.language), *((subject, tag) for tag, subject in line.others)]
    subject, tag = next((each for each in said if base(each[1]) == language), said[0])
    return subject, "" if tag == language else tag


def heading(letters: Sequence[Letter], language: str) -> Heading:
    """What a thread is about: the subject of its first letter that has one. There is at least one letter."""
    first = next((letter for letter in letters if letter.content.subject), letters[0])
    said, _ = own(first.content, language)
    kind = KINDS[first.kind].said(language)
    if not said.subject:
        return Heading(kind, language, kind)
    discreet = not shows_subject(first.kind, sensitive=first.content.sensitive)
    return Heading(said.subject, said.language, kind if discreet else said.subject)


def letter_view(
    letter: Letter,
    language: str,
    *,
    now: datetime,
    under: str = "",
    card: Card | None = None,
    home: str = "",
    places: Mapping[UUID, str] | None = None,
) -> LetterView:
    """`under` is the subject that stands above it on the page; `home` and `places` are as `more` says."""
    content, id = letter.content, str(letter.id)
    said, others = own(content, language)
    kind = KINDS[letter.kind].said(language)
    delivered, machine = day_and_time_for_both(letter.delivered_at, language)
    view = LetterView(
        id=id,
        url=f"/inkorg/meddelanden/{id}",
        said=content,
        kind=kind,
        name=(shows_subject(letter.kind, sensitive=content.sensitive) and said.subject) or kind,
        own_subject=said.subject if said.subject != under else "",
        lang_of_body=said.language,
        dir=direction(said.language, language),
        delivered=delivered,
        machine_time=machine,
        written=_written(letter, language),
        # The writer's own allow-listed HTML.
        body=Encoded(said.html(language)),
        files=_files(letter, language) if content.attachments else (),
        more=more(content, others, language, home=home, places=places),
    )
    if letter.asks is not None and content.withdrawn is None:
        linked = letter.link_id is not None
        acts = content.reply_allowed or (view.more is not None and view.more.acts)
        shown = asks_view(letter.asks, letter.kind, language, linked=linked, acts=acts, now=now)
        view = _asking(view, letter.asks, shown, now)
    return view if card is None else _with(card, view, is_home=card.home == letter.id)


def _asking(view: LetterView, asks: Asks, shown: AsksView, now: datetime) -> LetterView:
    """When its time is over there is nothing to press any more; what it says and encloses is there."""
    said = shown if shown.says_something else None
    if not is_over(expires_at=asks.expires_at, now=now):
        return replace(view, asks=said)
    more = view.more._replace(buttons=[], links=[]) if view.more else None
    return replace(view, asks=said, more=more)


def _files(letter: Letter, language: str) -> tuple[FileView, ...]:
    if letter.content.withdrawn is not None:
        return ()
    return tuple(_file(file, letter.id, language) for file in letter.content.attachments)


def _file(file: Enclosure, message_id: UUID, language: str) -> FileView:
    url = f"/inkorg/meddelanden/{message_id}/bilagor/{file.id}"
    what = f"{FILE_WORDS[file.kind].said(language)}, {size(file.size, language)}"
    return FileView(file.name, what, url, f"{url}?spara=1" if opens_here(file.kind) else "")


def _with(card: Card, view: LetterView, *, is_home: bool) -> LetterView:
    return replace(
        view, card=card.shown, card_fragment=card.full if is_home else card.short, kept_fragment=card.kept
    )


def _written(letter: Letter, language: str) -> str:
    """Empty when it was written the day it came: the page says that day already."""
    if letter.content.written_at is None:
        return ""
    written = day(letter.content.written_at, language)
    return "" if written == day(letter.delivered_at, language) else written
