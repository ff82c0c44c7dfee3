"""What awaits the resident's answer, in one place."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency

from app.sessions.principals import Resident
from app.summons import queries
from app.summons.formats.todo import to_do
from app.web.hypermedia import show

Asked = Request[Any, Any, Any]


@get("/")
async def show_to_do(
    request: Asked, resident: NamedDependency[Resident], now: NamedDependency[datetime]
) -> Response[bytes]:
    waiting = await queries.to_do_for(resident, now=now)
    language = request.state.language
    return show(
        request,
        "summons/todo.html",
        fragment="summons/_to_do.html",
        waiting=[to_do(case, language, now=now) for case in waiting],
    )


router = Router("/att-gora", route_handlers=[show_to_do])
