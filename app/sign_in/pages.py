"""Signing in with e-ID, and out: the same pages at the residents' door and at the staff's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from app.errors import NotSignedIn, Refused
from app.language import lazy as _l
from app.sessions import Claim, Signed
from app.sessions.principals import CLINICIAN, RESIDENT, Clinician, Resident
from app.settings import Settings
from app.sign_in import actions, queries
from app.sign_in.actions import Beginning, Option, Undecided
from app.sign_in.gateways import oidc, targets
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.providers import Providers
from app.sign_in.rules.answers import read_answer
from app.sign_in.rules.audiences import RESIDENTS, STAFF, Audience
from app.sign_in.rules.choice import in_order, is_phone
from app.sign_in.rules.levels import is_enough
from app.sign_in.rules.logout import Kept, kept_in, new_state
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import may_help_elsewhere
from app.sign_in.rules.transactions import LIFETIME
from app.web.asked import cookie, header
from app.web.forms import NOTHING_WRONG, Invalid, show_again
from app.web.hypermedia import local_path, show
from app.web.visitor import (
    LANGUAGE_COOKIE,
    claim_of,
    forget_everything,
    idle_of,
    session_of,
    set_cookie,
    set_session_cookie,
)

Asked = Request[Any, Any, Any]

CHOICE = "sign_in/assignments.html"
LONGEST_PATH = 400
MOST_PARAMETERS = 20
YEAR = timedelta(days=365)


def provide_resident(request: Asked, now: NamedDependency[datetime]) -> Resident:
    """Raises `NotSignedIn`, also when the session ended while the request was on its way."""
    session = session_of(request)
    if session is None or session.expires_at <= now:
        raise NotSignedIn
    return session.resident()


async def provide_clinician(
    request: Asked, providers: NamedDependency[Providers], now: NamedDependency[datetime]
) -> Clinician:
    """Raises `NotSignedIn`, also when their rights are withdrawn; what is denied is audited with those."""
    session = session_of(request)
    if session is None or session.expires_at <= now:
        raise NotSignedIn(CLINICIAN)
    clinician = await actions.admit(session, purposes=providers.purposes(), now=now)
    request.state.clinician = clinician
    return clinician


def provide_claim(request: Asked) -> Claim:
    """For a page that asks itself who is here. Raises `NotSignedIn` when nobody even says so."""
    claim = claim_of(request)
    if claim is None:
        raise NotSignedIn
    return claim


def require_level(level: str) -> dict[str, Provide]:
    """For a page that asks for more than its door does (R13): `@get(…, dependencies=require_level(LOA4))`.

    Its handler takes `resident` or `clinician` as ever. Who is here at less, or not at all, is led to sign in
    at `level` and comes back with a new session.
    """

    async def provide_resident_at(
        request: Asked, now: NamedDependency[datetime], providers: NamedDependency[Providers]
    ) -> Resident:
        await _ensure_at(request, level, providers, kind=RESIDENT)
        return provide_resident(request, now)

    async def provide_clinician_at(
        request: Asked, now: NamedDependency[datetime], providers: NamedDependency[Providers]
    ) -> Clinician:
        await _ensure_at(request, level, providers, kind=CLINICIAN)
        return await provide_clinician(request, providers, now)

    return {"resident": Provide(provide_resident_at), "clinician": Provide(provide_clinician_at)}


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
    if session and is_here and (not niva or await _is_at(session, niva, providers)):
        return Redirect(_next(till, audience), status_code=HTTP_303_SEE_OTHER)
    if niva:
        return await _step_up(request, audience, connections, niva, till=_next(till, audience), now=now)
    settings: Settings = request.app.state.settings
    last = cookie(request.scope, _last_cookie(settings, audience))
    return show(
        request,
        "sign_in/page.html",
        headers=await _leading_on(connections, now),
        audience=audience,
        providers=in_order(
            (connection.provider for connection in connections), is_phone=_on_phone(request), last=last
        ),
        last=last,
        till=_next(till, audience),
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
    connection, next_path = providers.find(key, audience), _next(data.till, audience)
    try:
        departure = await actions.begin(
            connection,
            next_path=next_path,
            language=request.state.language,
            level=data.niva if data.niva in connection.provider.levels else "",
            now=now,
        )
    except Refused as refusal:
        return await _refused(request, refusal, connection, providers, next_path, now)
    response = Redirect(departure.url, status_code=HTTP_303_SEE_OTHER)
    _set_browser(request, response, departure.browser, seconds=int(LIFETIME.total_seconds()))
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
    browser = _browser_of(request)
    session = session_of(request)
    try:
        answer = read_answer(_parameters(request))
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
        return await _refused(request, refusal, connection, providers, next_path, now)
    if isinstance(token, Undecided):
        response = Redirect(_choice_at(key), status_code=HTTP_303_SEE_OTHER)
        _set_browser(request, response, token.browser, seconds=int(LIFETIME.total_seconds()))
        return response
    return _signed_in(request, token, next_path, connection.provider)


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
        options = await actions.options_for(_browser_of(request), provider=connection.provider, now=now)
    except Refused as refusal:
        return await _refused(request, refusal, connection, providers, STAFF.home, now)
    return show(request, CHOICE, options=options, action=_choice_at(key), **NOTHING_WRONG)


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
    connection, browser = providers.find(key, STAFF), _browser_of(request)
    settings: Settings = request.app.state.settings
    session = session_of(request)
    try:
        options = await actions.options_for(browser, provider=connection.provider, now=now)
        chosen = data.read(options)
        if isinstance(chosen, Invalid):
            return show_again(request, CHOICE, chosen, options=options, action=_choice_at(key))
        beginning = Beginning(
            provider=connection.provider,
            replaces=session.id if session else None,
            absolute=settings.session_absolute,
            now=now,
        )
        token, next_path = await actions.choose(browser, chosen, beginning)
    except Refused as refusal:
        return await _refused(request, refusal, connection, providers, STAFF.home, now)
    return _signed_in(request, token, next_path, connection.provider)


def _signed_in(request: Asked, token: str, next_path: str, provider: Provider) -> Response[Any]:
    response = Redirect(next_path, status_code=HTTP_303_SEE_OTHER)
    _set_browser(request, response, "", seconds=0)
    set_session_cookie(response, token, settings=request.app.state.settings)
    _remember(request, response, provider)
    return response


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
    state = dict(_parameters(request)).get("state", "")
    kept = kept_in(state, request.app.state.web_key, now=now)
    if kept:
        return Redirect(_signed_out_page(audience, kept), status_code=HTTP_303_SEE_OTHER)
    response = show(request, "sign_in/signed_out.html", audience=audience)
    for provider in (one.provider for one in providers.connections):
        if provider.key == med and provider.audience is audience:
            _remember(request, response, provider)
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


async def _ensure_at(request: Asked, level: str, providers: Providers, *, kind: str) -> None:
    session = session_of(request)
    if session is None or session.kind != kind or not await _is_at(session, level, providers):
        raise NotSignedIn(kind, level=level)


async def _is_at(session: Signed, level: str, providers: Providers) -> bool:
    """By the order of levels of the provider that the session came from."""
    origin = await queries.origin_of(session.id)
    connection = providers.named(origin.provider) if origin else None
    return connection is not None and is_enough(session.level, asked=level, levels=connection.provider.levels)


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
        headers=await _leading_on(able, now),
        audience=audience,
        providers=[connection.provider for connection in able],
        till=till,
        level=level,
    )


async def _refused(
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
        headers=await _leading_on([connection], now),
        audience=audience,
        sentence=refusal.said(request.state.language),
        provider=connection.provider,
        choice=choice if len(providers.of(audience)) > 1 else "",
        elsewhere_first=may_help_elsewhere(refusal),
        till=next_path,
    )
    _set_browser(request, response, "", seconds=0)
    return response


async def _leading_on(connections: Sequence[Connection], now: datetime) -> dict[str, str]:
    # Chromium follows form-action through the redirect that answers the form.
    return {"x-form-action": await targets.form_targets(connections, now)}


def _next(till: str, audience: Audience) -> str:
    path = local_path(till, audience.home)
    return path if len(path) <= LONGEST_PATH and audience.owns(path) else audience.home


def _parameters(request: Asked) -> list[tuple[str, str]]:
    query = request.scope["query_string"].decode("latin-1")
    return parse_qsl(query, keep_blank_values=True)[:MOST_PARAMETERS]


def _good_bye(request: Asked, audience: Audience) -> str:
    chosen = request.state.language if cookie(request.scope, LANGUAGE_COOKIE) else ""
    last = cookie(request.scope, _last_cookie(request.app.state.settings, audience)) or ""
    return _signed_out_page(audience, Kept(chosen, last))


def _signed_out_page(audience: Audience, kept: Kept) -> str:
    """The cookies are cleared; the next pages set again what they held."""
    page = f"{audience.root}/utloggad" + (f"?med={quote(kept.provider, safe='')}" if kept.provider else "")
    return f"/sprak/{kept.language}?till={quote(page, safe='/')}" if kept.language else page


def _on_phone(request: Asked) -> bool:
    return is_phone(header(request.scope, b"sec-ch-ua-mobile"), header(request.scope, b"user-agent"))


def _last_cookie(settings: Settings, audience: Audience) -> str:
    """One for each door, and nothing in it but a provider's key."""
    name = "eid-staff" if audience is STAFF else "eid"
    return f"__Host-{name}" if settings.secure else name


def _remember(request: Asked, response: Response[Any], provider: Provider) -> None:
    settings: Settings = request.app.state.settings
    name = _last_cookie(settings, provider.audience)
    set_cookie(response, name, provider.key, settings=settings, max_age=int(YEAR.total_seconds()))


def _choice_at(key: str) -> str:
    return f"{STAFF.sign_in}/{key}/uppdrag"


def _browser_of(request: Asked) -> str:
    return cookie(request.scope, _browser_cookie(request.app.state.settings)) or ""


def _browser_cookie(settings: Settings) -> str:
    return "__Host-tx" if settings.secure else "tx"


def _set_browser(request: Asked, response: Response[Any], value: str, *, seconds: int) -> None:
    """Which browser began the sign-in. Lax: it comes back from the provider's site."""
    settings: Settings = request.app.state.settings
    set_cookie(response, _browser_cookie(settings), value, settings=settings, max_age=seconds)


HANDLERS = (show_sign_in, create_sign_in, finish_sign_in, delete_session, show_signed_out)

router = Router(
    "/", route_handlers=HANDLERS, dependencies={"audience": Provide(lambda: RESIDENTS, sync_to_thread=False)}
)
staff_router = Router(
    STAFF.root,
    route_handlers=(*HANDLERS, show_assignments, create_assignment),
    dependencies={"audience": Provide(lambda: STAFF, sync_to_thread=False)},
)
