"""Who is here and which language they read. Runs before every handler, so it looks at as little as it can."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from litestar import Request, Response

from app import sessions
from app.language import Language, negotiate
from app.sessions import Claim, Idle, Signed
from app.settings import Settings
from app.web.asked import cookie, header

LANGUAGE_COOKIE = "lang"


async def recognise(request: Request[Any, Any, Any]) -> None:
    """Sets `request.state.language` and `request.state.session`; an unknown or dead cookie is nobody."""
    state = request.scope["state"]
    state["language"] = language_of(request)
    state["session"] = await _find(request)


def greet(request: Request[Any, Any, Any]) -> None:
    """For a handler that asks who is here together with what it shows (`opt={"asks_itself": True}`)."""
    request.scope["state"]["language"] = language_of(request)


def claim_of(request: Request[Any, Any, Any]) -> Claim | None:
    held = request.app.state
    settings: Settings = held.settings
    token = cookie(request.scope, session_cookie(settings))
    return sessions.claim(token, now=held.clock(), idle=idle_of(settings)) if token else None


def idle_of(settings: Settings) -> Idle:
    return Idle(settings.session_idle, settings.staff_session_idle)


def language_of(request: Request[Any, Any, Any]) -> Language:
    """Works before `recognise` too: error pages are also for requests that no handler took."""
    known: Language | None = request.scope["state"].get("language")
    return known or _negotiated(
        cookie(request.scope, LANGUAGE_COOKIE), header(request.scope, b"accept-language")
    )


def session_of(request: Request[Any, Any, Any]) -> Signed | None:
    found: Signed | None = request.scope["state"].get("session")
    return found


def remember(request: Request[Any, Any, Any], signed: Signed) -> None:
    """For a handler that has asked itself: the layout says who is here."""
    request.scope["state"]["session"] = signed


def provide_now(request: Request[Any, Any, Any]) -> datetime:
    now: datetime = request.app.state.clock()
    return now


def session_cookie(settings: Settings) -> str:
    """Browsers let only this very host set a `__Host-` cookie; on plain loopback they refuse the name."""
    return "__Host-sid" if settings.secure else "sid"


def draft_cookie(settings: Settings) -> str:
    """Opens what was sent after the session's end; worth nothing to anybody else."""
    return "__Host-draft" if settings.secure else "draft"


def set_session_cookie(response: Response[Any], token: str, *, settings: Settings) -> None:
    """Lax, because the e-ID provider sends people back to us from another site. Ends with the browser."""
    set_cookie(response, session_cookie(settings), token, settings=settings)


def forget_session_cookie(response: Response[Any], *, settings: Settings) -> None:
    set_cookie(response, session_cookie(settings), "", settings=settings, max_age=0)


def forget_everything(response: Response[Any], *, settings: Settings) -> None:
    """For who signs out, here or everywhere: the browser keeps nothing of us (ASVS 14.3.1).

    A dead session's cookie alone is left: it opens nothing, and says whose a form was that came too late.
    """
    forget_session_cookie(response, settings=settings)
    response.headers["clear-site-data"] = '"cache", "cookies", "storage"'


def set_cookie(
    response: Response[Any],
    name: str,
    value: str,
    *,
    settings: Settings,
    max_age: int | None = None,
    samesite: Literal["lax", "strict"] = "lax",
) -> None:
    """No script reads it and no other host sees it (ASVS 3.3). `max_age` in seconds; 0 takes it back."""
    response.set_cookie(
        key=name, value=value, max_age=max_age, secure=settings.secure, httponly=True, samesite=samesite
    )


@lru_cache(maxsize=512)
def _negotiated(chosen: str | None, asked: str | None) -> Language:
    return negotiate(chosen, asked)


async def _find(request: Request[Any, Any, Any]) -> Signed | None:
    claim = None if _is_cookieless(request) else claim_of(request)
    return await sessions.find(*claim, visit=not _is_background(request)) if claim else None


def _is_background(request: Request[Any, Any, Any]) -> bool:
    """What a page asks by itself keeps nobody signed in (`opt={"background": True}`)."""
    return _says(request, "background")


def _is_cookieless(request: Request[Any, Any, Any]) -> bool:
    return _says(request, "cookieless")


def _says(request: Request[Any, Any, Any], option: str) -> bool:
    """Addresses without a handler have nothing to say about it."""
    scope: Mapping[str, Any] = request.scope
    handler = scope.get("route_handler")
    return bool(handler and handler.opt.get(option))
