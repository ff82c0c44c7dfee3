"""The resident's inbox: the list, the thread, and deleting one's copy."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from app.inbox import actions, queries
from app.inbox.formats import Cards, heading, thread_row
from app.inbox.formats.replies import NOTHING_TYPED, Typed
from app.inbox.pages.views import Asked, views
from app.inbox.queries import Cursor, Letter
from app.sessions import Claim
from app.sessions.principals import Resident
from app.web import drafts
from app.web.asked import is_guess
from app.web.cursors import cursor_from, cursor_text
from app.web.hypermedia import done, leave_for, show
from app.web.visitor import language_of, remember


@get("/", opt={"asks_itself": True})
async def show_inbox(
    request: Asked,
    claim: NamedDependency[Claim],
    fore: FromQuery[str] = "",
    raderat: FromQuery[str] = "",
) -> Response[bytes]:
    older_than = Cursor(*cursor_from(fore, of="the inbox")) if fore else None
    signed, inbox = await queries.inbox_by(claim, older_than=older_than)
    remember(request, signed)
    language = language_of(request)
    return show(
        request,
        "inbox/page.html",
        fragment="inbox/_threads.html",
        threads=[thread_row(line, language) for line in inbox.lines],
        unread=inbox.unread,
        older=f"/inkorg?fore={cursor_text(*inbox.older)}" if inbox.older else "",
        newest=not fore,
        deleted=bool(raderat),
    )


@get("/{thread_id:uuid}", opt={"asks_itself": True})
async def show_thread(
    request: Asked,
    thread_id: FromPath[UUID],
    claim: NamedDependency[Claim],
    cards: NamedDependency[Cards],
    raderat: FromQuery[str] = "",
) -> Response[bytes]:
    if is_guess(request.scope):
        # A guess of the browser opens nothing: a receipt says that a person has read.
        return Response(b"", status_code=HTTP_503_SERVICE_UNAVAILABLE)
    signed, thread = await actions.read_thread_by(claim, thread_id)
    remember(request, signed)
    about = heading(thread.letters, language_of(request))
    return show(
        request,
        "inbox/thread.html",
        heading=about,
        marking=f"/inkorg/{thread_id}/olast",
        letters=await views(
            request,
            thread.letters,
            cards,
            resident=signed.resident(),
            now=claim.now,
            under=about.subject,
            typed=await _draft_for(request, thread.letters),
        ),
        deleted=bool(raderat),
        typed={},
    )


@post("/{thread_id:uuid}/olast")
async def create_unread_mark(
    request: Asked,
    thread_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Back to the list, where it shows: this page would open the thread again."""
    await actions.mark_unread(thread_id, resident=resident, now=now)
    return leave_for(request, "/inkorg")


@get("/meddelanden/{message_id:uuid}")
async def show_letter(
    request: Asked,
    message_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
    cards: NamedDependency[Cards],
) -> Response[Any]:
    """Back from the question whether to delete: the message in its place, or its place in the thread."""
    letter, thread_id = await queries.opened_letter_for(resident, message_id, now=now)
    [view] = await views(request, [letter], cards, resident=resident, now=now)
    back_to = f"/inkorg/{thread_id}#letter-{message_id}"
    return done(request, fragment="inbox/_letter.html", back_to=back_to, letter=view)


@get("/meddelanden/{message_id:uuid}/radering")
async def show_deletion(
    request: Asked,
    message_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
    cards: NamedDependency[Cards],
) -> Response[bytes]:
    letter, _thread_id = await queries.letter_for(resident, message_id, now=now)
    [view] = await views(request, [letter], cards, resident=resident, now=now)
    return show(request, "inbox/deletion.html", fragment="inbox/_deletion.html", letter=view)


@post("/meddelanden/{message_id:uuid}/radering", status_code=HTTP_200_OK)
async def create_deletion(
    request: Asked,
    message_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
) -> Response[Any]:
    thread_id = await actions.delete(message_id, resident=resident, now=now)
    left = await queries.has_letters(resident, thread_id)
    back_to = f"/inkorg/{thread_id}" if left else "/inkorg"
    return done(
        request,
        fragment="inbox/_deleted.html",
        back_to=f"{back_to}?raderat=1",
        message_id=str(message_id),
        thread_left=left,
    )


@post("/meddelanden/{message_id:uuid}/bekraftelse", status_code=HTTP_200_OK)
async def create_confirmation(
    request: Asked,
    message_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
    cards: NamedDependency[Cards],
) -> Response[Any]:
    """The reader has read it, and says so."""
    await actions.confirm(message_id, resident=resident, now=now)
    letter, thread_id = await queries.opened_letter_for(resident, message_id, now=now)
    [view] = await views(request, [letter], cards, resident=resident, now=now)
    back_to = f"/inkorg/{thread_id}#letter-{message_id}"
    return done(request, fragment="inbox/_letter.html", back_to=back_to, letter=view)


async def _draft_for(request: Asked, letters: Sequence[Letter]) -> Typed:
    """Only where there is a form that one can have been kept of: most threads have none."""
    if not any(letter.content.reply_allowed for letter in letters):
        return NOTHING_TYPED
    await drafts.restore(request)
    return Typed.of(drafts.restored(request))
