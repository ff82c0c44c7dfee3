"""The summons on paper: one sheet with all that is needed on the day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.inbox.formats import LetterView, letter_view
from app.inbox.queries import opened_letter_for
from app.language import Language
from app.sessions.principals import Resident
from app.summons import queries
from app.summons.formats.card import head, moment, shown
from app.summons.queries import Summons
from app.web.hypermedia import show

Asked = Request[Any, Any, Any]


@get("/{summons_id:uuid}/utskrift")
async def show_printout(
    request: Asked,
    summons_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    case = await queries.case_opened_by(resident, summons_id, now=now)
    language = request.state.language
    return show(
        request,
        "summons/printout.html",
        fragment="summons/_printout.html",
        card=shown(case, language, now=now),
        head=head(case, language),
        letter=await _letter(case.summons, resident, language, now=now),
        unread=case.summons.deleted_at is None and case.summons.read_at is None,
        reader=resident.name,
        printed=moment(now, language),
    )


async def _letter(
    summons: Summons, resident: Resident, language: Language, *, now: datetime
) -> LetterView | None:
    """What the clinic wrote, when the resident has opened it and has it still: paper gives no receipt."""
    if summons.deleted_at is not None or summons.read_at is None:
        return None
    letter, _thread_id = await opened_letter_for(resident, summons.message_id, now=now)
    return letter_view(letter, language, now=now)


router = Router("/kallelser", route_handlers=[show_printout])
