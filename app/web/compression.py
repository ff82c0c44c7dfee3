"""Bodies made small in one go; streams never. zstd 1 costs least; its 3 gains 1 % for half as much again."""

import zlib
from collections.abc import Callable
from functools import lru_cache

import brotli
from zstandard import ZstdCompressor

Encoder = tuple[bytes, Callable[[bytes], bytes]]

SMALLEST = 500
TEXTS = (
    b"text/html",
    b"text/plain",
    b"text/css",
    b"image/svg+xml",
    b"text/javascript",
    b"application/json",
    b"application/problem+json",
)
VARY = (b"vary", b"accept-encoding")

_zstd = ZstdCompressor(level=1)


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=1))


def _gzip(body: bytes) -> bytes:
    return zlib.compress(body, 1, wbits=31)


_ENCODERS: tuple[Encoder, ...] = ((b"zstd", _zstd.compress), (b"br", _brotli), (b"gzip", _gzip))


@lru_cache(maxsize=256)
def encoder_for(accept_encoding: str) -> Encoder | None:
    """What `q=0` names is refused; a coding not named is taken only when `*` is (RFC 9110 §12.5.3)."""
    wishes = accepted(accept_encoding)
    others = wishes.get("*", False)
    return next((encoder for encoder in _ENCODERS if wishes.get(encoder[0].decode(), others)), None)


def accepted(accept_encoding: str) -> dict[str, bool]:
    """Coding → whether the browser wants it. A weight that cannot be read counts as a no."""
    wishes = {}
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";")
        wishes[coding] = _above_zero(weight.removeprefix("q=") or "1")
    return wishes


def _above_zero(weight: str) -> bool:
    return weight.replace(".", "", 1).isdigit() and float(weight) > 0
