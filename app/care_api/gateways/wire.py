"""A request's bytes become what we ask for, strictly: what two readers could read two ways is refused (B7).

Every refusal names the place. A field's name comes from the sender: repeated only if it is no number.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NoReturn, TypeVar

import msgspec
from msgspec import Struct

from app.care_api.rules.payload import Payload
from app.care_api.rules.refusals import (
    DuplicateField,
    ListTooLong,
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
from app.errors import Refused

LONGEST_LIST = 200
_DEPTH = 4
_DIGITS = 15
_TOO_MUCH = 10**_DIGITS
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")
_LONE = re.compile("[\ud800-\udfff]")
_AT = re.compile(r" - at `\$((?:\.[a-z_]+|\[[0-9]+\])*)`$")
_WANTED = re.compile(r"Expected `([^`]+)`((?: [<>]=? -?[0-9]+)?)")
# What a JSON Schema calls it, or its format.
_JSON_NAMES = {"str": "string", "int": "integer", "bool": "boolean", "datetime": "date-time"}
# NUL and the halves of characters, escaped.
_ESCAPED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_SPACES = b" \t\r\n"
_any = msgspec.json.Decoder()
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


def read_as(shape: type[T], raw: bytes, *, longest: int = LONGEST_LIST) -> T:
    """Raises the refusals of `request.*`, and `TimeInvalid`."""
    return shaped(_plain(raw, longest=longest), shape)


def read_row(raw: bytes) -> tuple[str | None, str | None, object]:
    """A row of a batch: its `kind`, its `idempotency_key`, and its other fields, which `shaped` takes.

    Raises the refusals of `request.*`.
    """
    value = _plain(raw, longest=LONGEST_LIST)
    if not isinstance(value, dict):
        raise WrongType(pointer="", wanted="object")
    kind, key = value.pop("kind", None), value.pop("idempotency_key", None)
    for name, said in (("kind", kind), ("idempotency_key", key)):
        if said is not None and not isinstance(said, str):
            raise WrongType(pointer=f"/{name}", wanted="string")
    return kind, key, value


def read_query(shape: type[T], query: Iterable[tuple[str, str]]) -> T:
    """What stands after the question mark, as strictly; every value there is a text."""
    value = _object(list(query))
    for pointer, part in _parts(value, "", 0):
        _ensure_plain(part, pointer)
    return shaped(value, shape, strict=False)


def _plain(raw: bytes, *, longest: int) -> object:
    simple = _simple(raw)
    if simple is not None:
        return simple
    value = _parsed(_decoded(raw))
    for pointer, part in _parts(value, "", 0, longest=longest):
        _ensure_plain(part, pointer)
    return value


def _simple(raw: bytes) -> dict[str, object] | None:
    """What almost every letter is: an object of texts, in which nothing can be wrong. Else None.

    A fifth of the time. msgspec keeps the last of two fields with one name, so names are counted: each has a
    quote and a colon after it, which stand together nowhere else, but after a backslash in a text. A
    backslash after another might stand before a quote that ends a text.
    """
    if b"\\\\" in raw or (b"\\u" in raw and _ESCAPED.search(raw)):
        return None
    try:
        value = _any.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    unspaced = raw.translate(None, _SPACES)
    named = unspaced.count(b'":') - unspaced.count(b'\\":')
    return value if type(value) is dict and _names(value, 0) == named else None


def _names(value: dict[str, object], depth: int) -> int:
    """How many fields there are; -1 if anything is no text, true, false, null or an object of those."""
    count = len(value)
    for inner in value.values():
        if type(inner) is dict:
            below = _names(inner, depth + 1) if depth < 2 else -1
            if below < 0:
                return -1
            count += below
        elif type(inner) is not str and type(inner) is not bool and inner is not None:
            return -1
    return count


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:4]:
        raise NotUtf8(byte="1")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise NotUtf8(byte=str(error.start + 1)) from None


def _parsed(text: str) -> object:
    try:
        # No field holds more digits than that, or a fraction; ten thousand digits cost nothing.
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=lambda _: _NotANumber(),
            parse_int=_whole,
            parse_float=lambda _: 0.5,
        )
    except json.JSONDecodeError as error:
        raise MalformedJson(line=str(error.lineno), column=str(error.colno)) from None
    except RecursionError:
        raise TooDeep from None
    return value


def _whole(digits: str) -> int:
    return int(digits) if len(digits) <= _DIGITS else _TOO_MUCH


def _object(pairs: Sequence[tuple[str, object]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        counted = Counter(name for name, _ in pairs)
        made.twice = next(name for name, times in counted.items() if times > 1)
    return made


def _parts(
    value: object, pointer: str, depth: int, *, longest: int = LONGEST_LIST
) -> Iterator[tuple[str, object]]:
    if depth > _DEPTH:
        raise TooDeep
    yield pointer, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield pointer, name
            yield from _parts(inner, f"{pointer}/{_shown(name)}", depth + 1, longest=longest)
    elif isinstance(value, list):
        if len(value) > longest:
            raise ListTooLong(pointer=pointer, most=str(longest))
        for place, inner in enumerate(value):
            yield from _parts(inner, f"{pointer}/{place}", depth + 1, longest=longest)


def _ensure_plain(part: object, pointer: str) -> None:
    if isinstance(part, _Object) and part.twice is not None:
        raise DuplicateField(pointer=f"{pointer}/{_shown(part.twice)}")
    if isinstance(part, _NotANumber):
        raise NotANumber(pointer=pointer)
    if isinstance(part, str) and "\x00" in part:
        raise NulCharacter(pointer=pointer)
    if isinstance(part, str) and _LONE.search(part):
        raise LoneSurrogate(pointer=pointer)


def shaped(value: object, shape: type[T], *, strict: bool = True) -> T:
    """Raises `UnknownField`, `TimeInvalid` or `WrongType`."""
    try:
        return msgspec.convert(value, shape, strict=strict)
    except msgspec.ValidationError as error:
        _refuse(str(error), getattr(shape, "ELSEWHERE", {}))


def _refuse(message: str, elsewhere: Mapping[str, type[Refused]]) -> NoReturn:
    """msgspec says what and where in one sentence; tests hold every form of it that we read here.

    `elsewhere` has what is said of fields that other shapes have.
    """
    at = _AT.search(message)
    pointer = at[1].replace("]", "").replace("[", "/").replace(".", "/") if at else ""
    if message.startswith(_UNKNOWN):
        name = message[len(_UNKNOWN) : at.start() if at else None].removesuffix("`")
        known = UnknownField if pointer else elsewhere.get(name, UnknownField)
        raise known(pointer=f"{pointer}/{_shown(name)}")
    if "datetime" in message and message.startswith("Invalid"):
        raise TimeInvalid(pointer=pointer)
    wanted = _WANTED.match(message)
    names = " | ".join(_JSON_NAMES.get(name, name) for name in wanted[1].split(" | ")) if wanted else "uuid"
    raise WrongType(pointer=pointer, wanted=names + (wanted[2] if wanted else ""))


def _shown(name: str) -> str:
    return name if _NAME.fullmatch(name) else "…"
