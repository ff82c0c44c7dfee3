"""A batch's bytes as its rows, while they come: no row is read here, and no more than one is held.

What is wrong inside a row is that row's own fault, and is said of it later.
"""

import re
from collections.abc import Iterator
from typing import Protocol

from app.care_api.rules.batches import ITEM_BYTES_MOST, BatchMalformed

# Stands for a row that is larger than any may be.
TOO_LARGE = b""

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
# As far as the next bracket, past everything else: that is six steps for a letter, not a hundred.
_INSIDE = re.compile(rb'[^"\[\]{}]*+(?:' + _STRING + rb'[^"\[\]{}]*+)*+([\[\]{}"])?', re.DOTALL)
_BETWEEN = re.compile(rb'[^"\[\]{},]*+(?:' + _STRING + rb'[^"\[\]{},]*+)*+([\[\]{},"])?', re.DOTALL)
_REST_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+("?)', re.DOTALL)
_SPACE = b" \t\r\n"


class Splitter(Protocol):
    def rows(self, part: bytes) -> Iterator[bytes]:
        """The rows that end in this part. Raises `BatchMalformed`."""
        ...

    def last(self) -> Iterator[bytes]:
        """What is left when there is no more. Raises `BatchMalformed`."""
        ...


class Lines:
    """One row each line, ended by LF or CRLF; blank lines are none."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._too_large = False

    def rows(self, part: bytes) -> Iterator[bytes]:
        *whole, rest = part.split(b"\n")
        for piece in whole:
            self._hold(piece)
            yield from self.last()
        self._hold(rest)

    def last(self) -> Iterator[bytes]:
        row, too_large = self._held.strip(_SPACE), self._too_large
        self._held, self._too_large = bytearray(), False
        if row or too_large:
            yield TOO_LARGE if too_large or len(row) > ITEM_BYTES_MOST else bytes(row)

    def _hold(self, piece: bytes) -> None:
        if len(self._held) + len(piece) > ITEM_BYTES_MOST + 2:
            self._held.clear()
            self._too_large = True
        elif not self._too_large:
            self._held += piece


class Array:
    """One JSON array of rows. Only its own brackets and commas are looked at, and where strings end."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._scanned = 0
        self._passed = 0
        self._depth = 0
        self._in_string = self._too_large = self._ended = False
        self._rows = 0

    def rows(self, part: bytes) -> Iterator[bytes]:
        self._held += part
        if self._depth == 0 and not self._ended:
            self._begin()
        while self._depth and self._step():
            if self._at_end():
                yield from self._row()
        if self._ended:
            self._ensure_blank(self._held)
            self._drop(len(self._held))
        elif len(self._held) > ITEM_BYTES_MOST + 2:
            self._too_large = True
            self._drop(self._scanned)

    def last(self) -> Iterator[bytes]:
        if not self._ended:
            raise BatchMalformed(byte=str(self._passed + len(self._held) + 1))
        yield from ()

    def _begin(self) -> None:
        blank = len(self._held) - len(self._held.lstrip(_SPACE))
        self._drop(blank)
        if self._held:
            if self._held[:1] != b"[":
                raise BatchMalformed(byte=str(self._passed + 1))
            self._drop(1)
            self._depth = 1

    def _step(self) -> bool:
        """On to the next bracket, or comma between rows; False when it has not come yet."""
        if self._in_string and not self._past_string():
            return False
        found = (_BETWEEN if self._depth == 1 else _INSIDE).match(self._held, self._scanned)
        mark = found[1] if found else None
        self._scanned = found.end() if found else self._scanned
        if mark == b'"':
            self._in_string = True
            return self._past_string()
        if mark in (b"[", b"{"):
            self._depth += 1
        elif mark in (b"]", b"}"):
            self._depth -= 1
            if self._depth == 0 and mark == b"}":
                self._refuse()
        return mark is not None

    def _past_string(self) -> bool:
        """False when the string goes on in what has not come yet."""
        rest = _REST_OF_STRING.match(self._held, self._scanned)
        self._scanned = rest.end() if rest else self._scanned
        self._in_string = not (rest and rest[1])
        return not self._in_string

    def _at_end(self) -> bool:
        return self._depth == 0 or (
            self._depth == 1 and self._held[self._scanned - 1 : self._scanned] == b","
        )

    def _row(self) -> Iterator[bytes]:
        row = self._held[: self._scanned - 1].strip(_SPACE)
        self._ended = self._depth == 0
        if not row and not self._too_large:
            if not self._ended or self._rows:
                self._refuse()
            self._drop(self._scanned)
            return
        large = self._too_large or len(row) > ITEM_BYTES_MOST
        self._rows += 1
        self._too_large = False
        self._drop(self._scanned)
        yield TOO_LARGE if large else bytes(row)

    def _ensure_blank(self, rest: bytearray) -> None:
        if rest.strip(_SPACE):
            self._refuse(len(rest) - len(rest.lstrip(_SPACE)) + 1)

    def _refuse(self, place: int | None = None) -> None:
        raise BatchMalformed(byte=str(self._passed + (self._scanned if place is None else place)))

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self._passed += count
        self._scanned = max(0, self._scanned - count)
