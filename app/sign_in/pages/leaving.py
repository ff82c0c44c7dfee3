"""Signing out, here and at the provider that offers it."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from app.sign_in import actions, queries
from app.sign_in.gateways import oidc
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.providers import Providers
from app.sign_in.pages.shared import last_cookie, parameters, remember
from app.sign_in.rules.audiences import Audience
from app.sign_in.rules.logout import Kept, kept_in, new_state
from app.web.asked import cookie
from app.web.hypermedia import show
from app.web.visitor import LANGUAGE_COOKIE, claim_of, forget_everything, session_of

Asked = Request[Any, Any, Any]


@post("/logga-ut", status_code=HTTP_303_SEE_OTHER)
async def delete_session(
    request: Asked,
    audience: NamedDependency[Audience],
    providers: NamedDependency[Providers],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """A session that is over already is signed out of all the same."""
    session, claim, onwards = session_of(request), claim_of(request), None
    if session and claim:
        origin = await queries.origin_of(session.id)
        await actions.sign_out(session, now=now)
        connection = providers.named(origin.provider) if origin else None
        if origin and connection and connection.provider.signs_out:
            hint = queries.hint(origin, session.id, cookie=claim.token)
            onwards = await _at_the_provider(request, connection, hint, now)
    response = onwards or Redirect(_good_bye(request, audience), status_code=HTTP_303_SEE_OTHER)
    forget_everything(response, settings=request.app.state.settings)
    return response


@get("/utloggad")
async def show_signed_out(
    request: Asked,
    audience: NamedDependency[Audience],
    providers: NamedDependency[Providers],
    now: NamedDependency[datetime],
    med: FromQuery[str] = "",
) -> Response[Any]:
    """Also where a provider sends the browser back. A state that is not ours changes nothing (R14).

    `med` is the provider used last, which the browser has just forgotten with all else.
    """
    state = dict(parameters(request)).get("state", "")
    kept = kept_in(state, request.app.state.web_key, now=now)
    if kept:
        return Redirect(_signed_out_page(audience, kept), status_code=HTTP_303_SEE_OTHER)
    response = show(request, "sign_in/signed_out.html", audience=audience)
    for provider in (one.provider for one in providers.connections):
        if provider.key == med and provider.audience is audience:
            remember(request, response, provider)
    return response


async def _at_the_provider(
    request: Asked, connection: Connection, hint: str, now: datetime
) -> Response[bytes] | None:
    """A page that leads on by itself; None where the provider has no such address or cannot be reached.

    Not a redirect: the button stands on every page, Chromium follows form-action through redirects, and no
    page but the sign-in's may name another site there.
    """
    settings, language = request.app.state.settings, request.state.language
    chosen = language if cookie(request.scope, LANGUAGE_COOKIE) else ""
    address = await oidc.sign_out_url(
        connection,
        hint=hint,
        state=new_state(request.app.state.web_key, Kept(chosen, connection.provider.key), now=now),
        back_to=f"{settings.base_url}{connection.provider.audience.root}/utloggad",
        language=language,
        now=now,
    )
    if address is None:
        return None
    request.scope["state"]["session"] = None
    request.state.here = f"{connection.provider.audience.root}/utloggad"
    return show(
        request,
        "sign_in/signing_out.html",
        headers={"refresh": f"0; url={address}"},
        provider=connection.provider,
        address=address,
    )


def _good_bye(request: Asked, audience: Audience) -> str:
    chosen = request.state.language if cookie(request.scope, LANGUAGE_COOKIE) else ""
    last = cookie(request.scope, last_cookie(request.app.state.settings, audience)) or ""
    return _signed_out_page(audience, Kept(chosen, last))


def _signed_out_page(audience: Audience, kept: Kept) -> str:
    """The cookies are cleared; the next pages set again what they held."""
    page = f"{audience.root}/utloggad" + (f"?med={quote(kept.provider, safe='')}" if kept.provider else "")
    return f"/sprak/{kept.language}?till={quote(page, safe='/')}" if kept.language else page
