"""A request's bytes become a letter, strictly: what two readers could understand differently is refused (B7).

Every refusal names the place. A field's name comes from the sender: repeated only if it is no number.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import NoReturn, TypeVar

import msgspec
from msgspec import Struct

from app.care_api.rules.payload import Payload
from app.care_api.rules.refusals import (
    DuplicateField,
    LoneSurrogate,
    MalformedJson,
    NotANumber,
    NotUtf8,
    NulCharacter,
    TimeInvalid,
    TooDeep,
    UnknownField,
    WrongType,
)

_DEPTH = 4
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")
_LONE = re.compile("[\ud800-\udfff]")
_AT = re.compile(r" - at `\$((?:\.[a-z_]+)*)`$")
_UNKNOWN = "Object contains unknown field `"


class _Object(dict[str, object]):
    """An object that remembers the first name it was given twice."""

    twice: str | None = None


class _NotANumber:
    """NaN, Infinity or -Infinity."""


T = TypeVar("T", bound=Struct)


def read(raw: bytes) -> Payload:
    """The letter. Raises the refusals of `request.*`, and `TimeInvalid`."""
    return read_as(Payload, raw)


def read_as(shape: type[T], raw: bytes) -> T:
    """Raises the refusals of `request.*`, and `TimeInvalid`."""
    value = _parsed(_decoded(raw))
    for pointer, part in _parts(value, "", 0):
        _ensure_plain(part, pointer)
    return _shaped(value, shape)


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:4]:
        raise NotUtf8(byte="1")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise NotUtf8(byte=str(error.start + 1)) from None


def _parsed(text: str) -> object:
    try:
        # No field holds a number, so a number is only a wrong type; ten thousand digits cost nothing.
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=lambda _: _NotANumber(),
            parse_int=lambda _: 0,
            parse_float=lambda _: 0.0,
        )
    except json.JSONDecodeError as error:
        raise MalformedJson(line=str(error.lineno), column=str(error.colno)) from None
    except RecursionError:
        raise TooDeep from None
    return value


def _object(pairs: list[tuple[str, object]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        counted = Counter(name for name, _ in pairs)
        made.twice = next(name for name, times in counted.items() if times > 1)
    return made


def _parts(value: object, pointer: str, depth: int) -> Iterator[tuple[str, object]]:
    if depth > _DEPTH:
        raise TooDeep
    yield pointer, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield pointer, name
            yield from _parts(inner, f"{pointer}/{_shown(name)}", depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _parts(inner, f"{pointer}/{place}", depth + 1)


def _ensure_plain(part: object, pointer: str) -> None:
    if isinstance(part, _Object) and part.twice is not None:
        raise DuplicateField(pointer=f"{pointer}/{_shown(part.twice)}")
    if isinstance(part, _NotANumber):
        raise NotANumber(pointer=pointer)
    if isinstance(part, str) and "\x00" in part:
        raise NulCharacter(pointer=pointer or "/")
    if isinstance(part, str) and _LONE.search(part):
        raise LoneSurrogate(pointer=pointer or "/")


def _shaped(value: object, shape: type[T]) -> T:
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        _refuse(str(error))


def _refuse(message: str) -> NoReturn:
    """msgspec says what and where in one sentence; tests hold every form of it that we read here."""
    at = _AT.search(message)
    pointer = at[1].replace(".", "/") if at else ""
    if message.startswith(_UNKNOWN):
        name = message[len(_UNKNOWN) : at.start() if at else None].removesuffix("`")
        raise UnknownField(pointer=f"{pointer}/{_shown(name)}")
    if "datetime" in message and message.startswith("Invalid"):
        raise TimeInvalid(pointer=pointer)
    raise WrongType(pointer=pointer or "/")


def _shown(name: str) -> str:
    return name if _NAME.fullmatch(name) else "…"
