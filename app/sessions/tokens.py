"""What the cookie holds and what can be known from it. Pure; the token itself is never stored."""

import hashlib
import hmac
import re
import secrets

SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """256 random bits (ASVS 7.2.3 asks for 128)."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether we could have made it; anything else is not worth a question to the database."""
    return SHAPE.fullmatch(text) is not None


def token_hash(token: str) -> bytes:
    # Plain SHA-256: nobody can try 2^256 tokens, so neither salt nor stretching adds anything.
    return hashlib.sha256(token.encode()).digest()


def name_key(token: str) -> bytes:
    return hmac.digest(token.encode(), b"session name", "sha256")
