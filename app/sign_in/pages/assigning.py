"""Staff with several assignments say which, before a session begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.status_codes import HTTP_303_SEE_OTHER

from app.errors import Refused
from app.language import lazy as _l
from app.settings import Settings
from app.sign_in import actions
from app.sign_in.actions import Beginning, Option
from app.sign_in.gateways.providers import Providers
from app.sign_in.pages.shared import browser_of, enter, show_refused
from app.sign_in.rules.audiences import STAFF
from app.web.forms import NOTHING_WRONG, Invalid, show_again
from app.web.hypermedia import show
from app.web.visitor import session_of

Asked = Request[Any, Any, Any]

CHOICE = "sign_in/assignments.html"


@get("/logga-in/{key:str}/uppdrag")
async def show_assignments(
    request: Asked,
    key: FromPath[str],
    providers: NamedDependency[Providers],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Who has identified themself and has several assignments says which, before a session begins."""
    connection = providers.find(key, STAFF)
    try:
        options = await actions.options_for(browser_of(request), provider=connection.provider, now=now)
    except Refused as refusal:
        return await show_refused(request, refusal, connection, providers, STAFF.home, now)
    return show(request, CHOICE, options=options, action=choice_at(key), **NOTHING_WRONG)


@dataclass(frozen=True)
class AssignmentForm:
    uppdrag: str = ""

    def read(self, options: Sequence[Option]) -> Option | Invalid:
        for option in options:
            if option.id == self.uppdrag:
                return option
        return Invalid({"uppdrag": _l("Välj ett uppdrag.")}, {})


@post("/logga-in/{key:str}/uppdrag", status_code=HTTP_303_SEE_OTHER)
async def create_assignment(
    request: Asked,
    key: FromPath[str],
    providers: NamedDependency[Providers],
    data: URLEncodedBody[AssignmentForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    connection, browser = providers.find(key, STAFF), browser_of(request)
    settings: Settings = request.app.state.settings
    session = session_of(request)
    try:
        options = await actions.options_for(browser, provider=connection.provider, now=now)
        chosen = data.read(options)
        if isinstance(chosen, Invalid):
            return show_again(request, CHOICE, chosen, options=options, action=choice_at(key))
        beginning = Beginning(
            provider=connection.provider,
            replaces=session.id if session else None,
            absolute=settings.session_absolute,
            now=now,
        )
        token, next_path = await actions.choose(browser, chosen, beginning)
    except Refused as refusal:
        return await show_refused(request, refusal, connection, providers, STAFF.home, now)
    return enter(request, token, next_path, connection.provider)


def choice_at(key: str) -> str:
    return f"{STAFF.sign_in}/{key}/uppdrag"
