"""Writing back to the clinic, in the message."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from app.errors import Refused, Sentence
from app.inbox import actions, queries
from app.inbox.formats import Cards
from app.inbox.formats.replies import Typed
from app.inbox.pages.views import Asked, views
from app.inbox.rules import LONGEST_REPLY
from app.language import lazy as _l
from app.sessions.principals import Resident
from app.web.drafts import restored
from app.web.forms import Invalid, cleaned
from app.web.hypermedia import done, show
from app.web.visitor import language_of

PAGE, LETTER = "inbox/reply.html", "inbox/_letter.html"
NOTHING_WRITTEN = _l("Skriv ditt svar.")
TOO_LONG = _l("Korta svaret till högst 2 000 tecken.")


@dataclass(frozen=True)
class ReplyForm:
    text: str = ""

    def read(self) -> str | Invalid:
        text = cleaned(self.text)
        wrong: Sentence | None = None
        if not text:
            wrong = NOTHING_WRITTEN
        elif len(text) > LONGEST_REPLY:
            wrong = TOO_LONG
        return Invalid({"text": wrong}, {"text": self.text}) if wrong else text


@get("/meddelanden/{message_id:uuid}/svar")
async def show_reply(
    request: Asked,
    message_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
    cards: NamedDependency[Cards],
) -> Response[bytes]:
    """The message alone, with what had been written in its form before the session ended."""
    draft = Typed(str(message_id), restored(request).get("text", ""))
    return await _shown(request, message_id, draft, cards, resident=resident, now=now)


@post("/meddelanden/{message_id:uuid}/svar", status_code=HTTP_200_OK)
async def create_reply(
    request: Asked,
    message_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    data: URLEncodedBody[ReplyForm],
    now: NamedDependency[datetime],
    cards: NamedDependency[Cards],
) -> Response[Any]:
    text, language = data.read(), language_of(request)
    typed = Typed(str(message_id), data.text)
    if isinstance(text, Invalid):
        wrong = {name: sentence.said(language) for name, sentence in text.errors.items()}
        again, status = typed._replace(errors=wrong), HTTP_422_UNPROCESSABLE_ENTITY
        return await _shown(request, message_id, again, cards, resident=resident, now=now, status=status)
    try:
        await actions.reply(message_id, text=text, resident=resident, now=now)
    except Refused as refusal:
        again = typed._replace(errors={"text": refusal.said(language)})
        return await _shown(
            request, message_id, again, cards, resident=resident, now=now, status=HTTP_409_CONFLICT
        )
    sent = Typed(str(message_id), sent=True)
    letter, thread_id = await queries.opened_letter_for(resident, message_id, now=now)
    [view] = await views(request, [letter], cards, resident=resident, now=now, typed=sent)
    return done(request, fragment=LETTER, back_to=f"/inkorg/{thread_id}#reply-{message_id}", letter=view)


async def _shown(
    request: Asked,
    message_id: UUID,
    typed: Typed,
    cards: Cards,
    *,
    resident: Resident,
    now: datetime,
    status: int = HTTP_200_OK,
) -> Response[bytes]:
    letter, thread_id = await queries.opened_letter_for(resident, message_id, now=now)
    [view] = await views(request, [letter], cards, resident=resident, now=now, typed=typed)
    return show(
        request,
        PAGE,
        fragment=LETTER,
        status_code=status,
        letter=view,
        thread=f"/inkorg/{thread_id}#letter-{message_id}",
        typed={},
    )
