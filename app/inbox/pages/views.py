"""Messages as their pages show them: each with the card of what it is about, and what was written back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from msgspec.structs import replace

from app.inbox import queries
from app.inbox.formats import Card, Cards, LetterView, letter_view
from app.inbox.formats.replies import NOTHING_TYPED, Typed, reply_view
from app.inbox.queries import Letter
from app.language import Language
from app.sessions.principals import Resident
from app.web.visitor import language_of

Asked = Request[Any, Any, Any]


async def views(
    request: Asked,
    letters: Sequence[Letter],
    cards: Cards,
    *,
    resident: Resident,
    now: datetime,
    under: str = "",
    typed: Typed = NOTHING_TYPED,
) -> list[LetterView]:
    """One question for each kind of card, and one for replies; none where there is nothing to ask for.

    `typed` is what stands in the form of the message that it was written to.
    """
    language = language_of(request)
    replacing = [letter.content.replaced.by for letter in letters if letter.content.replaced]
    places = await queries.places_of(resident, replacing) if replacing else {}
    home = request.app.state.settings.base_url
    found: dict[UUID, Card] = {}
    for kind in {letter.link_kind for letter in letters if letter.link_kind}:
        ids = {letter.link_id for letter in letters if letter.link_kind == kind}
        found |= await cards.by_kind[kind](resident, list(ids), language=language, now=now)
    shown = [
        letter_view(
            letter,
            language,
            now=now,
            under=under,
            card=found.get(letter.link_id) if letter.link_id and not letter.content.withdrawn else None,
            home=home,
            places=places,
        )
        for letter in letters
    ]
    return await _with_replies(shown, letters, resident, language, typed=typed, now=now)


async def _with_replies(
    shown: list[LetterView],
    letters: Sequence[Letter],
    resident: Resident,
    language: Language,
    *,
    typed: Typed,
    now: datetime,
) -> list[LetterView]:
    answerable = [letter.id for letter in letters if letter.content.reply_allowed or letter.content.withdrawn]
    if not answerable:
        return shown
    replies = await queries.replies_of(resident, answerable)
    return [
        replace(
            view,
            reply=reply_view(
                letter, replies[letter.id], language, reader=resident.id, now=now, typed=typed.to(letter.id)
            ),
        )
        if letter.id in replies
        else view
        for view, letter in zip(shown, letters, strict=True)
    ]
