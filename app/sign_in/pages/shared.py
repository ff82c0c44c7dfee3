"""What the steps of a sign-in have in common: cookies, where one goes next, and a refusal in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

from litestar import Request, Response
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from app.errors import Refused
from app.settings import Settings
from app.sign_in import actions
from app.sign_in.gateways import targets
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.providers import Providers
from app.sign_in.rules.audiences import STAFF, Audience
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import may_help_elsewhere
from app.web.asked import cookie
from app.web.hypermedia import local_path, show
from app.web.visitor import set_cookie, set_session_cookie

Asked = Request[Any, Any, Any]

LONGEST_PATH = 400
MOST_PARAMETERS = 20
YEAR = timedelta(days=365)


def enter(request: Asked, token: str, next_path: str, provider: Provider) -> Response[Any]:
    response = Redirect(next_path, status_code=HTTP_303_SEE_OTHER)
    set_browser(request, response, "", seconds=0)
    set_session_cookie(response, token, settings=request.app.state.settings)
    remember(request, response, provider)
    return response


async def show_refused(
    request: Asked,
    refusal: Refused,
    connection: Connection,
    providers: Providers,
    next_path: str,
    now: datetime,
) -> Response[Any]:
    audience = connection.provider.audience
    await actions.record_refusal(refusal, provider=connection.provider.key, now=now)
    # Not back to an address that can be asked once, with the provider's words and a code in it.
    choice = request.state.here = f"{audience.sign_in}?till={quote(next_path, safe='/')}"
    response = show(
        request,
        "sign_in/refused.html",
        status_code=HTTP_409_CONFLICT,
        headers=await leading_on([connection], now),
        audience=audience,
        sentence=refusal.said(request.state.language),
        provider=connection.provider,
        choice=choice if len(providers.of(audience)) > 1 else "",
        elsewhere_first=may_help_elsewhere(refusal),
        till=next_path,
    )
    set_browser(request, response, "", seconds=0)
    return response


async def leading_on(connections: Sequence[Connection], now: datetime) -> dict[str, str]:
    # Chromium follows form-action through the redirect that answers the form.
    return {"x-form-action": await targets.form_targets(connections, now)}


def next_path_of(till: str, audience: Audience) -> str:
    path = local_path(till, audience.home)
    return path if len(path) <= LONGEST_PATH and audience.owns(path) else audience.home


def parameters(request: Asked) -> list[tuple[str, str]]:
    query = request.scope["query_string"].decode("latin-1")
    return parse_qsl(query, keep_blank_values=True)[:MOST_PARAMETERS]


def last_cookie(settings: Settings, audience: Audience) -> str:
    """One for each door, and nothing in it but a provider's key."""
    name = "eid-staff" if audience is STAFF else "eid"
    return f"__Host-{name}" if settings.secure else name


def remember(request: Asked, response: Response[Any], provider: Provider) -> None:
    settings: Settings = request.app.state.settings
    name = last_cookie(settings, provider.audience)
    set_cookie(response, name, provider.key, settings=settings, max_age=int(YEAR.total_seconds()))


def browser_of(request: Asked) -> str:
    return cookie(request.scope, _browser_cookie(request.app.state.settings)) or ""


def _browser_cookie(settings: Settings) -> str:
    return "__Host-tx" if settings.secure else "tx"


def set_browser(request: Asked, response: Response[Any], value: str, *, seconds: int) -> None:
    """Which browser began the sign-in. Lax: it comes back from the provider's site."""
    settings: Settings = request.app.state.settings
    set_cookie(response, _browser_cookie(settings), value, settings=settings, max_age=seconds)
