"""Forms from our own pages only (ASVS 3.5.1): what the browser says, and a token bound to a cookie."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import blake2b
from secrets import token_bytes, token_urlsafe
from typing import Any

from litestar import Request
from litestar.exceptions import PermissionDeniedException

from app.settings import Settings
from app.web.asked import cookie, header
from app.web.visitor import session_cookie

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
FIELD = "_csrf"
HEADER = b"x-csrf-token"
_SIZE = 16


class NotFromOurPage(PermissionDeniedException):
    """The form is not from a page that this browser got from us, or that page is from before a sign-in."""


async def ensure_same_site(request: Request[Any, Any, Any]) -> None:
    """Raises `NotFromOurPage`. Handlers with `opt={"cookieless": True}` read no cookie and need no token."""
    if request.scope["method"] in SAFE or request.route_handler.opt.get("cookieless"):
        return
    settings: Settings = request.app.state.settings
    if not _from_here(request, settings.base_url):
        raise NotFromOurPage
    secret = secret_of(request)
    if not secret or not _matches(request.app.state.web_key, secret, await _token(request)):
        raise NotFromOurPage


def ensure_from_here(request: Request[Any, Any, Any]) -> None:
    """No other site may lead here, not even by a link (ASVS 3.5.8). Raises `PermissionDeniedException`."""
    if header(request.scope, b"sec-fetch-site") not in (None, "same-origin", "none"):
        raise PermissionDeniedException


def visit_cookie(settings: Settings) -> str:
    """Holds nothing but a random secret for forms of people who are not signed in."""
    return "__Host-visit" if settings.secure else "visit"


def new_visit() -> str:
    return token_urlsafe(32)


def secret_of(request: Request[Any, Any, Any]) -> str:
    """The cookie that a token is bound to. Signing in exchanges it, so tokens from before are worthless."""
    settings: Settings = request.app.state.settings
    return (
        cookie(request.scope, session_cookie(settings)) or cookie(request.scope, visit_cookie(settings)) or ""
    )


def masked(key: bytes, secret: str) -> str:
    mask = token_bytes(_SIZE)
    return urlsafe_b64encode(mask + _xor(mask, _stamp(key, secret))).decode().rstrip("=")


def _matches(key: bytes, secret: str, token: str) -> bool:
    try:
        raw = urlsafe_b64decode(token.encode() + b"==")
    except NotBase64:
        return False
    return len(raw) == 2 * _SIZE and hmac.compare_digest(_xor(raw[:_SIZE], raw[_SIZE:]), _stamp(key, secret))


def _stamp(key: bytes, secret: str) -> bytes:
    # BLAKE2 has a key of its own: HMAC of OpenSSL 3 costs three times as much, and every page has a token.
    return blake2b(secret.encode(), digest_size=_SIZE, key=key, person=b"csrf-v2").digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(_SIZE)


def _from_here(request: Request[Any, Any, Any], origin: str) -> bool:
    # Our Referrer-Policy makes browsers send "Origin: null" with our own forms: null says nothing.
    site = header(request.scope, b"sec-fetch-site")
    named = header(request.scope, b"origin")
    return site in (None, "same-origin", "none") and named in (None, "null", origin)


async def _token(request: Request[Any, Any, Any]) -> str:
    form = request.scope["state"]["form"] = dict(await request.form())
    sent = header(request.scope, HEADER) or form.get(FIELD, "")
    return sent if isinstance(sent, str) else ""
