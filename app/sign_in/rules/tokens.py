"""Which claims are believed once the signature holds (OpenID Connect Core 3.1.3.7, Swedish profile, R9)."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from app.sign_in.rules.levels import is_enough
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import ClocksDiffer, LevelTooLow, Untrusted
from app.sign_in.rules.transactions import LIFETIME

Claims = Mapping[str, object]

# Seconds.
LEEWAY = 30
LONGEST_LIFE = 5 * 60
# The end of the year 9999. JSON has numbers that no clock and no float can hold.
LAST = 253_402_300_800


def ensure_header(header: Claims, provider: Provider, *, typ: str = "JWT") -> None:
    """`typ` tells an ID token from a logout or access token signed with the same key (ASVS 9.2.2).

    An ID token may go without; whatever else we take must say what it is.
    """
    if _text(header, "alg") not in provider.algorithms:
        raise Untrusted("alg")
    if str(header.get("typ", "JWT")).upper() != typ.upper():
        raise Untrusted("typ")
    if "crit" in header:
        raise Untrusted("crit")


def ensure_id_token(
    claims: Claims,
    *,
    provider: Provider,
    nonce: str,
    now: datetime,
    level: str = "",
    since: datetime | None = None,
) -> None:
    """Raises `Untrusted` with the claim that fails, as `ClocksDiffer` where time does; or `LevelTooLow`.

    A level above the one asked for is fine, one that the provider's entry does not list never is. `since`:
    when a new identification was asked for (`max_age=0`).
    """
    ensure_from_and_for(claims, provider)
    _ensure_fresh(claims, now.timestamp())
    # ASCII, says OpenID Connect Core; half a surrogate or a zero octet no database would take.
    subject = _text(claims, "sub")
    if not 0 < len(subject) <= 255 or not is_plain(subject):
        raise Untrusted("sub")
    said = _text(claims, "nonce")
    if not nonce or not is_plain(said) or not hmac.compare_digest(said, nonce):
        raise Untrusted("nonce")
    if since is not None and instant(claims, "auth_time") < since.timestamp() - LEEWAY:
        raise Untrusted("auth_time")
    if not is_enough(_text(claims, provider.level_claim), asked=level, levels=provider.levels):
        raise LevelTooLow


def ensure_from_and_for(claims: Claims, provider: Provider) -> None:
    """The issuer byte for byte, and us as the only audience: a second one could use the token against us."""
    if _text(claims, "iss") != provider.issuer:
        raise Untrusted("iss")
    if claims.get("aud") not in (provider.client_id, [provider.client_id]):
        raise Untrusted("aud")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise Untrusted("azp")


def ensure_access_token(claims: Claims, access_token: str) -> None:
    """`at_hash` is optional in the code flow; there, it must fit. All our algorithms hash with SHA-256."""
    half = urlsafe_b64encode(sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()
    if claims.get("at_hash", half) != half:
        raise Untrusted("at_hash")


def ensure_same_subject(claims: Claims, told: Claims) -> None:
    """UserInfo about somebody else than the ID token is worth nothing (R10)."""
    if _text(told, "sub") != _text(claims, "sub"):
        raise Untrusted("userinfo sub")


def is_plain(text: str) -> bool:
    """Printable ASCII: nothing that cannot be sent, stored or compared."""
    return text.isascii() and text.isprintable()


def instant(claims: Claims, name: str) -> float:
    """Seconds since 1970. Raises `Untrusted`."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LAST < value < LAST:
        raise Untrusted(name)
    return value


def _ensure_fresh(claims: Claims, now: float) -> None:
    issued, expires = instant(claims, "iat"), instant(claims, "exp")
    if expires <= now - LEEWAY:
        raise ClocksDiffer("exp")
    if issued > now + LEEWAY:
        raise ClocksDiffer("iat")
    if not 0 < expires - issued <= LONGEST_LIFE:
        raise Untrusted("lifetime")
    if "nbf" in claims and instant(claims, "nbf") > now + LEEWAY:
        raise ClocksDiffer("nbf")
    # We ask for a new identification each time, so it lies within the life of our transaction.
    identified, longest_ago = instant(claims, "auth_time"), LIFETIME.total_seconds() + LEEWAY
    if identified > now + LEEWAY:
        raise ClocksDiffer("auth_time")
    if now - identified > longest_ago:
        raise Untrusted("auth_time")


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise Untrusted(name)
    return value
