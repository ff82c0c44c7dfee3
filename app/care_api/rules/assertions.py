"""Which claims of a client assertion are believed once its signature holds (RFC 7523 §3). No clock."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, NoReturn

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# What is longer is not even taken apart: a claim set of ours is some hundred octets.
LONGEST = 8192
LIFETIME = timedelta(minutes=5)
LEEWAY = timedelta(seconds=30)
JTI_MOST = 255


class NotAccepted(Exception):
    """The message is a sentence in English for whoever builds the care system."""


class Accepted(NamedTuple):
    """What makes an assertion this one, and when it has ended for certain."""

    jti_hash: bytes
    expires_at: datetime


def accept(
    claims: Mapping[str, object], *, client_id: str, audiences: Collection[str], now: datetime
) -> Accepted:
    """The last second counts, and clocks may differ by half a minute. Raises `NotAccepted`."""
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        _no("iss and sub must both be the client id.")
    if not _is_one_of(claims.get("aud"), audiences):
        _no(f"aud must be one of {' and '.join(sorted(audiences))}, and nothing besides.")
    expires_at = _instant(claims, "exp")
    if now > expires_at + LEEWAY:
        _no("exp is past. Make a new assertion for each token.")
    if expires_at > now + LIFETIME + LEEWAY:
        _no("exp is more than five minutes ahead.")
    for name in ("iat", "nbf"):
        if name in claims and _instant(claims, name) > now + LEEWAY:
            _no(f"{name} is in the future. Check the clock.")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= JTI_MOST:
        _no(f"jti must be a new text for each assertion, at most {JTI_MOST} characters.")
    return Accepted(sha256(jti.encode("utf-8", "surrogatepass")).digest(), expires_at + LEEWAY)


def _is_one_of(said: object, audiences: Collection[str]) -> bool:
    """A second audience could use the assertion against us."""
    only = said[0] if isinstance(said, list) and len(said) == 1 else said
    return isinstance(only, str) and only in audiences


def _instant(claims: Mapping[str, object], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        _no(f"{name} must be a number: seconds since 1970.")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        _no(f"{name} is no time there is.")


def _no(why: str) -> NoReturn:
    raise NotAccepted(why)
