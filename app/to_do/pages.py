"""What awaits the resident's answer, in one place."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency

from app.sessions.principals import Resident
from app.to_do import queries
from app.to_do.formats import to_do
from app.web.hypermedia import show

Asked = Request[Any, Any, Any]


@get("/")
async def show_to_do(
    request: Asked, resident: NamedDependency[Resident], now: NamedDependency[datetime]
) -> Response[bytes]:
    waiting = await queries.everything_for(resident, now=now)
    language = request.state.language
    return show(
        request,
        "to_do/page.html",
        fragment="to_do/_to_do.html",
        waiting=[to_do(each, language, now=now) for each in waiting],
    )


router = Router("/att-gora", route_handlers=[show_to_do])
