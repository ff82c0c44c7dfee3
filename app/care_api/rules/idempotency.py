"""When two requests are one (draft-ietf-httpapi-idempotency-key-header)."""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from app.care_api.rules.refusals import KeyInFlight, KeyMalformed, KeyMissing, KeyReused

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=30)
MOST = 255
# A structured-field string (RFC 9651 §3.3.3) or, since most clients send one, a bare word.
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')
_BARE = re.compile(r"[!#-+\--:<-\[\]-~]+")


def read_key(values: Sequence[str]) -> str:
    """The key of the header's values; quoted and bare are the same key."""
    if not values:
        raise KeyMissing
    text = ", ".join(values).strip()
    quoted, bare = _QUOTED.fullmatch(text), _BARE.fullmatch(text)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else bare[0] if bare else ""
    if not 0 < len(key) <= MOST:
        raise KeyMalformed
    return key


def key_hash(key: str) -> bytes:
    return sha256(key.encode()).digest()


def fingerprint(key: str, payload: object) -> bytes:
    """SHA-256 of what was sent in one canonical form, keyed with what the client alone has kept.

    Unkeyed it would betray whom a known template went to: the recipients that can be are few enough to try.
    """
    return hmac.digest(key.encode(), msgspec.json.encode(payload, order="sorted"), "sha256")


def ensure_same(held: bytes, asked: bytes) -> None:
    if not hmac.compare_digest(held, asked):
        raise KeyReused


def ensure_answered(status: int | None) -> None:
    if status is None:
        raise KeyInFlight


def abandoned(*, status: int | None, claimed_until: datetime, now: datetime) -> bool:
    """A claim that was never answered nor given back within its lease: whoever held it is gone."""
    return status is None and claimed_until <= now
