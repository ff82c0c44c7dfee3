"""From the choice of a provider to the session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from app.errors import Refused
from app.settings import Settings
from app.sign_in import actions
from app.sign_in.actions import Undecided
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.providers import Providers
from app.sign_in.pages.assigning import choice_at
from app.sign_in.pages.doors import is_at
from app.sign_in.pages.shared import (
    browser_of,
    enter,
    last_cookie,
    leading_on,
    next_path_of,
    parameters,
    set_browser,
    show_refused,
)
from app.sign_in.rules.answers import read_answer
from app.sign_in.rules.audiences import Audience
from app.sign_in.rules.choice import in_order, is_phone
from app.sign_in.rules.transactions import LIFETIME
from app.web.asked import cookie, header
from app.web.hypermedia import show
from app.web.visitor import idle_of, session_of

Asked = Request[Any, Any, Any]


@dataclass(frozen=True)
class SignInForm:
    till: str = ""
    niva: str = ""


@get("/logga-in")
async def show_sign_in(
    request: Asked,
    audience: NamedDependency[Audience],
    providers: NamedDependency[Providers],
    now: NamedDependency[datetime],
    till: FromQuery[str] = "",
    niva: FromQuery[str] = "",
) -> Response[Any]:
    """Who is signed in at the other door, or at too low a level for where they go, gets the page.

    Sent on, they would come back for ever.
    """
    connections, session = providers.of(audience), session_of(request)
    is_here = session is not None and session.kind == audience.kind
    if session and is_here and (not niva or await is_at(session, niva, providers)):
        return Redirect(next_path_of(till, audience), status_code=HTTP_303_SEE_OTHER)
    if niva:
        return await _step_up(
            request, audience, connections, niva, till=next_path_of(till, audience), now=now
        )
    settings: Settings = request.app.state.settings
    last = cookie(request.scope, last_cookie(settings, audience))
    return show(
        request,
        "sign_in/page.html",
        headers=await leading_on(connections, now),
        audience=audience,
        providers=in_order(
            (connection.provider for connection in connections), is_phone=_on_phone(request), last=last
        ),
        last=last,
        till=next_path_of(till, audience),
        minutes=int(idle_of(settings).of(audience.kind).total_seconds() // 60),
        hours=int(settings.session_absolute.total_seconds() // 3600),
    )


@post("/logga-in/{key:str}", status_code=HTTP_303_SEE_OTHER)
async def create_sign_in(
    request: Asked,
    key: FromPath[str],
    audience: NamedDependency[Audience],
    providers: NamedDependency[Providers],
    data: URLEncodedBody[SignInForm],
    now: NamedDependency[datetime],
) -> Response[Any]:
    connection, next_path = providers.find(key, audience), next_path_of(data.till, audience)
    try:
        departure = await actions.begin(
            connection,
            next_path=next_path,
            language=request.state.language,
            level=data.niva if data.niva in connection.provider.levels else "",
            now=now,
        )
    except Refused as refusal:
        return await show_refused(request, refusal, connection, providers, next_path, now)
    response = Redirect(departure.url, status_code=HTTP_303_SEE_OTHER)
    set_browser(request, response, departure.browser, seconds=int(LIFETIME.total_seconds()))
    return response


@get("/logga-in/{key:str}/retur")
async def finish_sign_in(
    request: Asked,
    key: FromPath[str],
    audience: NamedDependency[Audience],
    providers: NamedDependency[Providers],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """The provider sends the browser here: the only GET that signs in, and only who began it."""
    connection, next_path = providers.find(key, audience), audience.home
    settings: Settings = request.app.state.settings
    browser = browser_of(request)
    session = session_of(request)
    try:
        answer = read_answer(parameters(request))
        begun = await actions.take(answer.state, browser=browser, provider=key, now=now)
        next_path = begun.next_path
        token = await actions.sign_in(
            begun,
            answer,
            connection=connection,
            browser=browser,
            replaces=session.id if session else None,
            absolute=settings.session_absolute,
            demo=settings.demo,
            now=now,
        )
    except Refused as refusal:
        return await show_refused(request, refusal, connection, providers, next_path, now)
    if isinstance(token, Undecided):
        response = Redirect(choice_at(key), status_code=HTTP_303_SEE_OTHER)
        set_browser(request, response, token.browser, seconds=int(LIFETIME.total_seconds()))
        return response
    return enter(request, token, next_path, connection.provider)


async def _step_up(
    request: Asked,
    audience: Audience,
    connections: Sequence[Connection],
    level: str,
    *,
    till: str,
    now: datetime,
) -> Response[Any]:
    able = [connection for connection in connections if level in connection.provider.levels]
    return show(
        request,
        "sign_in/step_up.html",
        headers=await leading_on(able, now),
        audience=audience,
        providers=[connection.provider for connection in able],
        till=till,
        level=level,
    )


def _on_phone(request: Asked) -> bool:
    return is_phone(header(request.scope, b"sec-ch-ua-mobile"), header(request.scope, b"user-agent"))
