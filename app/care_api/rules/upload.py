"""What the headers say of a file that is sent in: its name, its media type, its digest."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from app.attachments.rules.kinds import ANY_TYPE, MEDIA_TYPES, MOST
from app.attachments.rules.refusals import (
    DigestMalformed,
    DigestMismatch,
    NameMissing,
    NotAFile,
    TooLarge,
)

# RFC 6266 §4.1: the extended name is the one that counts; a plain one is quoted, or a bare word.
_EXTENDED = re.compile(r";\s*filename\*\s*=\s*utf-8'[a-z-]*'([!#$&+.^_`|~0-9a-z%-]+)", re.IGNORECASE)
_PLAIN = re.compile(r';\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))', re.IGNORECASE)
# RFC 9530 §2: a dictionary (RFC 9651) of byte sequences, by the name of the algorithm.
_SHA_256 = re.compile(r"(?:^|,)\s*sha-256\s*=\s*([^,]*)", re.IGNORECASE)
_BYTES = re.compile(r":([A-Za-z0-9+/]*={0,2}):\s*")


class Upload(NamedTuple):
    """`digests`: SHA-256 of the file, as the sender made it; as many as were sent."""

    name: str
    declared: str
    digests: tuple[bytes, ...]


def read_upload(headers: Mapping[str, str], *, digests: Sequence[str]) -> Upload:
    """Raises `NotAFile`, `NameMissing`, `TooLarge` or `DigestMalformed`, before anything is read."""
    declared = headers.get("content-type", "").strip().lower()
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity" or declared not in (ANY_TYPE, *MEDIA_TYPES):
        raise NotAFile
    length = headers.get("content-length", "")
    if length.isdigit() and int(length[:20]) > MOST:
        raise TooLarge
    name = _name(headers.get("content-disposition", ""))
    return Upload(name, declared, tuple(found for each in digests for found in _sha_256(each)))


def ensure_whole(upload: Upload, digest: bytes) -> None:
    """Raises `DigestMismatch`."""
    if not all(compare_digest(sent, digest) for sent in upload.digests):
        raise DigestMismatch


def _name(disposition: str) -> str:
    extended = _EXTENDED.search(disposition)
    if extended:
        return _decoded(unquote_to_bytes(extended[1]))
    plain = _PLAIN.search(disposition)
    if plain is None:
        raise NameMissing
    # Clients send UTF-8 where the standard has Latin-1.
    return _decoded(re.sub(r"\\(.)", r"\1", plain[1] or plain[2] or "").encode("latin-1", "replace"))


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _sha_256(header: str) -> list[bytes]:
    """Digests of other kinds are nothing to us (RFC 9530 §2)."""
    return [_read(value) for value in _SHA_256.findall(header)]


def _read(value: str) -> bytes:
    coded = _BYTES.fullmatch(value)
    try:
        digest = b64decode(coded[1], validate=True) if coded else b""
    except NotBase64:
        digest = b""
    if len(digest) != 32:
        raise DigestMalformed
    return digest
