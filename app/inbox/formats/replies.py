"""What was written back, and the form to write more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from app.inbox.queries import Letter, Reply
from app.inbox.rules import REPLIES_MOST, is_over
from app.language import Language, day_and_time_for_both
from app.language import lazy as _l

YOU, GUARDIAN, RESIDENT = (
    _l("Du svarade %(when)s."),
    _l("En vårdnadshavare svarade %(when)s."),
    _l("Den som meddelandet är till svarade %(when)s."),
)


class Typed(NamedTuple):
    """What stands in the form of one message, and what was wrong with it."""

    message: str = ""
    text: str = ""
    errors: Mapping[str, str] = {}
    sent: bool = False

    @classmethod
    def of(cls, draft: Mapping[str, str]) -> Self:
        return cls(draft.get("message", ""), draft.get("text", ""))

    def to(self, message_id: UUID) -> "Typed":
        return self if self.message == str(message_id) else NOTHING_TYPED


NOTHING_TYPED = Typed()


class SentView(NamedTuple):
    said: str
    lines: list[str]


class ReplyView(NamedTuple):
    """`is_open`: there is a form. `just_sent`: they are looking at what became of it."""

    url: str
    is_open: bool
    sent: list[SentView]
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    just_sent: bool


def reply_view(
    letter: Letter,
    replies: Sequence[Reply],
    language: Language,
    *,
    reader: UUID,
    now: datetime,
    typed: Typed = NOTHING_TYPED,
) -> ReplyView | None:
    """None where nothing was written and nothing can be. What was refused stays in its form, to be copied."""
    over = is_over(expires_at=letter.asks.expires_at if letter.asks else None, now=now)
    is_open = letter.content.reply_allowed and not over and len(replies) < REPLIES_MOST
    if not is_open and not replies and not typed.errors:
        return None
    return ReplyView(
        url=f"/inkorg/meddelanden/{letter.id}/svar",
        is_open=is_open or bool(typed.errors),
        sent=[_sent(reply, language, reader) for reply in replies],
        typed={"text": typed.text},
        errors=typed.errors,
        just_sent=typed.sent,
    )


def _sent(reply: Reply, language: Language, reader: UUID) -> SentView:
    said = YOU if reply.author == reader else GUARDIAN if reply.by_guardian else RESIDENT
    when, _ = day_and_time_for_both(reply.replied_at, language)
    return SentView(said.said(language, when=when), reply.text.split("\n"))
