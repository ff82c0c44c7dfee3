"""The signatures of a callback (Standard Webhooks 1.0): symmetric (v1), asymmetric (v1a), or both."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import Refused
from app.language import lazy as _l

HMAC, ED25519 = "hmac", "ed25519"
SIGNATURES = (HMAC, ED25519)
SECRET_BYTES = 32
KEPT_AFTER_ROTATION = timedelta(hours=24)
# Whoever sets the address again so soon has had no reply, and knows only what signed before.
SET_AGAIN_WITHIN = timedelta(minutes=10)
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
# Nothing accepted for so long, which is longer than one event is tried: nobody is there.
LONGEST_FAILING = timedelta(days=5)


class SignaturesUnknown(Refused):
    code = "callback.signatures-unknown"
    sentence = _l("Ange i signatures hur återanropen ska signeras: hmac, ed25519 eller båda.")


class Signers(NamedTuple):
    """What signs: the newest first. A secret is shared with the receiver; a signing key stays here."""

    secrets: Sequence[bytes] = ()
    signing: Sequence[bytes] = ()


def choose(names: Sequence[str] | None) -> tuple[str, ...]:
    """HMAC when nothing is said. Raises `SignaturesUnknown`."""
    if names is None:
        return (HMAC,)
    if not names or len(set(names)) != len(names) or not set(names) <= set(SIGNATURES):
        raise SignaturesUnknown
    return tuple(name for name in SIGNATURES if name in names)


def is_again(*, changed_at: datetime, previous_until: datetime | None, now: datetime) -> bool:
    """Whether the newest keys may never have been known, and there are older ones that are."""
    return previous_until is not None and now < min(changed_at + SET_AGAIN_WITHIN, previous_until)


def new_secret() -> bytes:
    """Good for both: an ed25519 key is made from so many random octets too."""
    return secrets.token_bytes(SECRET_BYTES)


def public_of(signing: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(signing).public_key().public_bytes_raw()


def shown(secret: bytes) -> str:
    """As libraries of Standard Webhooks take it."""
    return f"whsec_{_text(secret)}"


def shown_public(key: bytes) -> str:
    return f"whpk_{_text(key)}"


def signed_headers(id: str, body: bytes, *, at: int, by: Signers) -> dict[str, str]:
    """`at` is seconds since 1970; receivers refuse what is more than five minutes old or ahead."""
    signed = f"{id}.{at}.".encode() + body
    symmetric = (f"v1,{_text(hmac.digest(secret, signed, hashlib.sha256))}" for secret in by.secrets)
    asymmetric = (
        f"v1a,{_text(Ed25519PrivateKey.from_private_bytes(key).sign(signed))}" for key in by.signing
    )
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join([*symmetric, *asymmetric]),
    }


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
