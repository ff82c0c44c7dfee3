"""Signing out with a provider: what it tells us (back-channel) and what we tell it (RP-initiated, R14)."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import NamedTuple

from app.sign_in.rules.audiences import CLAIMS
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import Untrusted
from app.sign_in.rules.tokens import LEEWAY, Claims, ensure_from_and_for, instant, is_plain

LOGOUT_TYPE = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
# Seconds.
LONGEST_LIFE = 2 * 60
LONGEST_NAME = 255
# Characters: what stands in an address must fit into one.
LONGEST_HINT = 4000
AWAY = timedelta(minutes=10)


@dataclass(frozen=True)
class SignedOut:
    """Who has signed out at a provider. Without `sid` it is each of their sign-ins; either may be empty."""

    issuer: str
    subject: str
    sid: str
    jti_hash: bytes
    forgotten_at: datetime


def read_logout_token(claims: Claims, *, provider: Provider, now: datetime) -> SignedOut:
    """OpenID Connect Back-Channel Logout 1.0, 2.6; two minutes of life at most. Raises `Untrusted`."""
    ensure_from_and_for(claims, provider)
    expires = _ensure_fresh(claims, now.timestamp())
    # An ID token has a nonce and no event: neither passes for the other.
    if "nonce" in claims:
        raise Untrusted("nonce")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise Untrusted("events")
    jti, subject, sid = (_name(claims, name) for name in ("jti", "sub", "sid"))
    if not jti:
        raise Untrusted("jti")
    if not subject and not sid:
        raise Untrusted("sub")
    forgotten_at = datetime.fromtimestamp(expires + LEEWAY, UTC)
    return SignedOut(provider.issuer, subject, sid, sha256(jti.encode()).digest(), forgotten_at)


def sid_of(claims: Claims) -> str:
    """The provider's name for this sign-in, where its ID token has one."""
    return _name(claims, "sid")


def hint_of(id_token: str, claims: Claims, provider: Provider) -> str:
    """The ID token to show the provider at sign-out; empty where it may not stand in an address.

    There it would be read by proxies and browsers: it must not tell a name or a number (R16).
    """
    tells = CLAIMS & provider.own(claims).keys()
    return id_token if provider.signs_out and not tells and len(id_token) <= LONGEST_HINT else ""


def hint_key(cookie: str) -> bytes:
    """The session's cookie opens the ID token, so the database alone cannot."""
    return hmac.digest(cookie.encode(), b"id token hint", "sha256")


class Kept(NamedTuple):
    """What our cookies held: the chosen language, or nothing, and the key of the provider used last."""

    language: str
    provider: str


def new_state(key: bytes, kept: Kept, *, now: datetime) -> str:
    """What the browser brings back from the provider; our cookies are gone by then, so it says all itself."""
    said = f"{int(now.timestamp())}.{kept.language}.{kept.provider}.{token_urlsafe(16)}"
    return f"{said}.{_mark(key, said)}"


def kept_in(state: str, key: bytes, *, now: datetime) -> Kept | None:
    """None for a state that is not ours, or too old."""
    said, _, mark = state.rpartition(".")
    if not hmac.compare_digest(mark.encode(), _mark(key, said).encode()):
        return None
    stamp, language, provider, _ = said.split(".")
    is_fresh = 0 <= now.timestamp() - int(stamp) < AWAY.total_seconds()
    return Kept(language, provider) if is_fresh else None


def _ensure_fresh(claims: Claims, now: float) -> float:
    issued, expires = instant(claims, "iat"), instant(claims, "exp")
    if expires <= now - LEEWAY:
        raise Untrusted("exp")
    if issued > now + LEEWAY or issued < now - LONGEST_LIFE - LEEWAY:
        raise Untrusted("iat")
    if not 0 < expires - issued <= LONGEST_LIFE:
        raise Untrusted("lifetime")
    return expires


def _name(claims: Claims, name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not is_plain(value):
        raise Untrusted(name)
    return value


def _mark(key: bytes, said: str) -> str:
    return (
        urlsafe_b64encode(hmac.digest(key, b"signed-out-v1|" + said.encode(), "sha256")).decode().rstrip("=")
    )
