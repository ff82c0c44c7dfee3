"""Whether an image is built as its format says, from the first octet to the last, and nothing else besides.

The pixels are the reader's own business: what is looked at here is what holds them.
"""

import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple

from app.attachments.rules.strangers import has_strangers

MOST_PIXELS = 50_000_000
MOST_FRAMES = 500
DAMAGED, POLYGLOT, TOO_MANY_PIXELS = "damaged", "polyglot", "too-many-pixels"

# SOF0 to SOF15 without the three that mean something else (T.81 table B.1).
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN, _END = 0xDA, 0xD9


class NotSo(Exception):
    """`code` is the end of the refusal's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Walked(NamedTuple):
    """How far the format goes, and what stands beside the pixels."""

    end: int
    texts: list[bytes]


def look(data: bytes, kind: str) -> str | None:
    """The end of the refusal's code, None when there is nothing to say."""
    try:
        walked = _WALKS[kind](data)
        if walked.end != len(data) or any(has_strangers(text) for text in walked.texts):
            raise NotSo(POLYGLOT)
    except NotSo as fault:
        return fault.code
    except (struct.error, IndexError):
        return DAMAGED
    return None


def _png(data: bytes) -> Walked:
    texts: list[bytes] = []
    place, first = 8, True
    while True:
        length, name = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        _ensure(zlib.crc32(memoryview(data)[place + 4 : end - 4]) == checksum)
        _ensure((name == b"IHDR") == first)
        if first:
            _ensure(length == 13)
            _ensure_size(*struct.unpack_from(">II", data, place + 8))
        if name == b"IEND":
            return Walked(end, texts)
        if name != b"IDAT":
            texts.append(data[place + 8 : end - 4])
        place, first = end, False


def _jpeg(data: bytes) -> Walked:
    texts: list[bytes] = []
    place, sized = 2, False
    while True:
        place, marker = _marker(data, place)
        if marker == _END:
            _ensure(sized)
            return Walked(place, texts)
        if marker in _STANDALONE:
            continue
        (length,) = struct.unpack_from(">H", data, place)
        _ensure(length >= 2 and place + length <= len(data))
        if marker in _FRAME_HEADERS:
            height, width = struct.unpack_from(">HH", data, place + 3)
            _ensure_size(width, height)
            sized = True
        texts.append(data[place + 2 : place + length])
        place += length
        if marker == _SCAN:
            place = _after_scan(data, place)


def _marker(data: bytes, place: int) -> tuple[int, int]:
    """The marker at `place`, fill octets before it allowed, and where it ends."""
    _ensure(data[place] == 0xFF)
    while data[place] == 0xFF:
        place += 1
    _ensure(data[place] != 0)
    return place + 1, data[place]


def _after_scan(data: bytes, place: int) -> int:
    """To the next marker that is no restart: in pixels 0xFF is followed by 0 or by a restart only."""
    while True:
        place = data.find(b"\xff", place)
        _ensure(place >= 0)
        if data[place + 1] != 0 and data[place + 1] not in range(0xD0, 0xD8):
            return place
        place += 2


def _gif(data: bytes) -> Walked:
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    _ensure_size(width, height)
    place, frames, texts = 13 + _palette(packed), 0, []
    while data[place] != 0x3B:
        block, start = data[place], place
        if block == 0x2C:
            frame_width, frame_height, packed = struct.unpack_from("<HHB", data, place + 5)
            _ensure_size(frame_width, frame_height)
            place, frames = place + 11 + _palette(packed), frames + 1
        else:
            _ensure(block == 0x21)
            place += 2
        place = _after_blocks(data, place)
        if block == 0x21:
            texts.append(data[start:place])
    _ensure(0 < frames <= MOST_FRAMES)
    return Walked(place + 1, texts)


def _palette(packed: int) -> int:
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _after_blocks(data: bytes, place: int) -> int:
    while data[place]:
        place += data[place] + 1
    return place + 1


def _ensure(is_so: bool) -> None:
    if not is_so:
        raise NotSo(DAMAGED)


def _ensure_size(width: int, height: int) -> None:
    _ensure(width > 0 and height > 0)
    if width * height > MOST_PIXELS:
        raise NotSo(TOO_MANY_PIXELS)


_WALKS: dict[str, Callable[[bytes], Walked]] = {"png": _png, "jpeg": _jpeg, "gif": _gif}
