"""What few letters have: other languages, ways on, documents, and what has become of them since they came."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.inbox.sealed import ActionLink, Earlier, InformationDocument, Kept, Opened, Withdrawal
from app.language import base, day_and_time_for_both, day_for_both, is_right_to_left, own_name
from app.web.escaping import Encoded


class Moment(NamedTuple):
    """For people and for machines."""

    shown: str
    machine: str


class VersionView(NamedTuple):
    """What a letter says in one language, whose `name` is in it. `dir` is empty where it is as usual."""

    lang: str
    dir: str
    name: str
    subject: str
    body: Encoded


class Way(NamedTuple):
    """`host` is empty for a page of our own, which nobody leaves us for."""

    words: str
    url: str
    host: str


class EarlierView(NamedTuple):
    until: Moment
    versions: list[VersionView]


class ReplacedView(NamedTuple):
    """`url` leads to what holds now; empty where the reader has it no more."""

    day: Moment
    url: str


class WithdrawnView(NamedTuple):
    at: Moment
    reason: str
    agent_name: str


class CorrectedView(NamedTuple):
    at: Moment
    agent_name: str


class More(NamedTuple):
    """Empty is what is not said. `buttons` are the links that come first."""

    versions: list[VersionView]
    buttons: list[Way]
    links: list[Way]
    documents: list[Way]
    corrected: CorrectedView | None
    earlier: list[EarlierView]
    replaced: ReplacedView | None
    withdrawn: WithdrawnView | None

    @property
    def acts(self) -> bool:
        """Whether there is something to follow that leads on to doing something."""
        return bool(self.buttons or self.links)


def more(
    content: Opened,
    others: tuple[Kept, ...],
    language: str,
    *,
    home: str = "",
    places: Mapping[UUID, str] | None = None,
) -> More | None:
    """None for a letter like most. `others` are the versions that are not shown as the letter itself.

    `home` is our own origin. `places` says where the letters are that replace others.
    """
    if not _has_more(content):
        return None
    withdrawn, replaced, earlier = content.withdrawn, content.replaced, content.earlier
    return More(
        versions=[_version(kept, language) for kept in others],
        buttons=[_link(link, home) for link in content.links if link.primary],
        links=[_link(link, home) for link in content.links if not link.primary],
        documents=[_document(document) for document in content.documents],
        corrected=_corrected(earlier[-1], language) if earlier else None,
        earlier=[_earlier(each, language) for each in reversed(earlier)],
        replaced=ReplacedView(_day(replaced.at, language), (places or {}).get(replaced.by, ""))
        if replaced
        else None,
        withdrawn=_withdrawn(withdrawn, language) if withdrawn else None,
    )


def own(content: Opened, language: str) -> tuple[Kept | Opened, tuple[Kept, ...]]:
    """The version in the reader's language, else the letter's own; and all the others."""
    if not content.others or base(content.language) == language:
        return content, content.others
    chosen = next((kept for kept in content.others if base(kept.language) == language), None)
    if chosen is None:
        return content, content.others
    return chosen, (content.itself(), *(kept for kept in content.others if kept is not chosen))


def direction(tag: str, language: str) -> str:
    return "rtl" if tag != language and is_right_to_left(tag) else ""


def _corrected(earlier: Earlier, language: str) -> CorrectedView:
    return CorrectedView(moment(earlier.until, language), earlier.agent_name)


def _withdrawn(withdrawal: Withdrawal, language: str) -> WithdrawnView:
    return WithdrawnView(moment(withdrawal.at, language), withdrawal.reason, withdrawal.agent_name)


def _has_more(content: Opened) -> bool:
    return bool(
        content.others
        or content.links
        or content.documents
        or content.earlier
        or content.replaced
        or content.withdrawn
    )


def _version(kept: Kept, language: str) -> VersionView:
    return VersionView(
        kept.language,
        direction(kept.language, language),
        own_name(kept.language),
        kept.subject,
        # The writer's own allow-listed HTML.
        Encoded(kept.html(language)),
    )


def _link(link: ActionLink, home: str) -> Way:
    """A whole address of ours is a page here, as its path alone is."""
    url = link.url.removeprefix(home) if home and link.url.startswith(f"{home}/") else link.url
    return Way(link.label, url, "" if url.startswith("/") else link.host)


def _document(document: InformationDocument) -> Way:
    return Way(document.title, document.url, document.host)


def _earlier(earlier: Earlier, language: str) -> EarlierView:
    return EarlierView(
        moment(earlier.until, language), [_version(kept, language) for kept in earlier.versions]
    )


def moment(when: datetime, language: str) -> Moment:
    return Moment(*day_and_time_for_both(when, language))


def _day(when: datetime, language: str) -> Moment:
    return Moment(*day_for_both(when, language))
