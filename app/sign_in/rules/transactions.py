"""A sign-in on its way: once, by the browser that began it, within ten minutes (R5)."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from app.sign_in.rules.refusals import OtherBrowser, TookTooLong, Untrusted

LIFETIME = timedelta(minutes=10)
# An expired one stays a little, so that we can say that it took too long.
REMEMBERED = timedelta(hours=1)


def secret_hash(secret: str) -> bytes:
    """Plain SHA-256 will do for 256 random bits."""
    return sha256(secret.encode()).digest()


def verifier_key(browser: str) -> bytes:
    """The browser's cookie opens the PKCE verifier, so the database alone cannot."""
    return hmac.digest(browser.encode(), b"sign-in verifier", "sha256")


def choice_key(browser: str) -> bytes:
    """The browser's cookie opens who is about to choose an assignment, and from which."""
    return hmac.digest(browser.encode(), b"sign-in choice", "sha256")


def ensure_usable(
    *, browser_hash: bytes, browser: str, begun_at: str, ended_at: str, expires_at: datetime, now: datetime
) -> None:
    """`begun_at` and `ended_at` are providers' keys: no answer comes back on another's address (R1)."""
    if not hmac.compare_digest(browser_hash, secret_hash(browser)):
        raise OtherBrowser
    if begun_at != ended_at:
        raise Untrusted("redirect URI")
    if now >= expires_at:
        raise TookTooLong
