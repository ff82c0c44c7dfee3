"""The signature of a callback: Standard Webhooks 1.0, symmetric (v1)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

SECRET_BYTES = 32
KEPT_AFTER_ROTATION = timedelta(hours=24)
# Standard Webhooks' schedule; each is what comes after one more failure.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """As libraries of Standard Webhooks take it."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def signed_headers(id: str, body: bytes, *, at: int, secrets: Sequence[bytes]) -> dict[str, str]:
    """`at` is seconds since 1970; receivers refuse what is more than five minutes old or ahead."""
    signed = f"{id}.{at}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)) for secret in secrets]
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{signature.decode()}" for signature in signatures),
    }
