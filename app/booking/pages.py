"""Mina tider: what is ahead and what has been, and a file of each for one's own calendar."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.booking import queries
from app.booking.formats import VisitLine, calendar, file_name, visit_line
from app.booking.queries import Cursor, Visit
from app.errors import Missing
from app.sessions.principals import Resident
from app.web.cursors import cursor_from, cursor_text
from app.web.hypermedia import show

Asked = Request[Any, Any, Any]
Addresses = Callable[[UUID, Sequence[UUID]], Awaitable[dict[UUID, str]]]

FILE = ".ics"


@dataclass(frozen=True)
class Links:
    """Where the things that appointments come of are handled, by their kind: what is above says it.

    Each is asked once for a whole list: whose, which ones, and back comes an address for each.
    """

    by_kind: Mapping[str, Addresses]

    async def of(self, resident: Resident, visits: Sequence[Visit]) -> dict[UUID, str]:
        """By what each appointment came of."""
        found: dict[UUID, str] = {}
        for kind, addresses in self.by_kind.items():
            ids = sorted({visit.link_id for visit in visits if visit.link_kind == kind})
            found |= await addresses(resident.inbox_of, ids)
        return found


@get("/")
async def show_times(
    request: Asked,
    resident: NamedDependency[Resident],
    links: NamedDependency[Links],
    now: NamedDependency[datetime],
    fore: FromQuery[str] = "",
) -> Response[bytes]:
    older_than = Cursor(*cursor_from(fore, of="the appointments")) if fore else None
    times = await queries.times_for(resident, older_than=older_than, now=now)
    urls = await links.of(resident, [*times.upcoming, *times.past])

    def lines(visits: Sequence[Visit]) -> list[VisitLine]:
        language = request.state.language
        return [visit_line(visit, language, url=urls[visit.link_id], now=now) for visit in visits]

    return show(
        request,
        "booking/page.html",
        fragment="booking/_past.html",
        upcoming=lines(times.upcoming),
        past=lines(times.past),
        older=f"/tider?fore={cursor_text(*times.older)}" if times.older else "",
        latest=not fore,
    )


@get("/{name:str}")
async def show_calendar(
    request: Asked,
    name: FromPath[str],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    """An appointment as a file: `{id}.ics`."""
    visit = await queries.read_visit_for(resident, _appointment(name), now=now)
    held = request.app.state
    return Response(
        calendar(
            visit,
            request.state.language,
            name=held.pages.service.name,
            base_url=held.settings.base_url,
            now=now,
        ),
        media_type="text/calendar; method=PUBLISH",
        headers={"content-disposition": f'attachment; filename="{file_name(visit)}"'},
    )


def _appointment(name: str) -> UUID:
    """Raises `Missing`."""
    try:
        return UUID(name.removesuffix(FILE)) if name.endswith(FILE) else UUID("")
    except ValueError:
        raise Missing("appointment") from None


router = Router("/tider", route_handlers=[show_times, show_calendar])
