"""The contract as pages: every operation, its fields, examples, answers and codes."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from markupsafe import Markup

from app.care_api.formats.contract import contract
from app.developers.formats.guides import coded, language_of
from app.web.errors import explained

API = "/api/v1/"
DEEPEST = 4
_BLANK = re.compile(r"%\((\w+)\)s")


class Entry(NamedTuple):
    """One operation in the list."""

    id: str
    method: str
    path: str
    summary: str


class Group(NamedTuple):
    """What is about one thing: the first part of the path."""

    name: str
    entries: Sequence[Entry]


class Field(NamedTuple):
    """`limits` is what the contract says beside the kind; `must`: it cannot be left out."""

    name: str
    kind: str
    must: bool
    words: Markup
    limits: str


class Code(NamedTuple):
    """`words` as the API says them: in English, with `{name}` where a value stands."""

    code: str
    status: int
    words: Markup


class Said(NamedTuple):
    """What is sent or answered: its media type, fields and an example, and that one's language.

    `status` is empty of what is sent.
    """

    status: str
    words: str
    media_type: str
    fields: Sequence[Field]
    example: str
    lang: str


class Operation(NamedTuple):
    id: str
    method: str
    path: str
    summary: str
    description: Markup
    parameters: Sequence[Field]
    sent: Sequence[Said]
    answers: Sequence[Said]
    codes: Sequence[Code]


@cache
def _document(base_url: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(contract(base_url))
    return document


def groups(base_url: str) -> list[Group]:
    found: dict[str, list[Entry]] = {}
    for method, path, operation in _operations(base_url):
        name = path.removeprefix(API).partition("/")[0]
        entry = Entry(operation["operationId"], method, path, operation["summary"])
        found.setdefault(name, []).append(entry)
    return [Group(name, entries) for name, entries in found.items()]


def operation(base_url: str, id: str) -> Operation | None:
    """None for one that the contract does not have."""
    schemas = _document(base_url)["components"]["schemas"]
    for method, path, found in _operations(base_url):
        if found["operationId"] == id:
            return Operation(
                id=id,
                method=method,
                path=path,
                summary=found["summary"],
                description=coded(found["description"]),
                parameters=[_parameter(each) for each in found.get("parameters", [])],
                sent=list(_said("", found.get("requestBody", {}), schemas)),
                answers=[
                    said
                    for status, response in found["responses"].items()
                    if status.startswith("2")
                    for said in _said(status, response, schemas)
                ],
                codes=list(_codes(found["responses"])),
            )
    return None


def _operations(base_url: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in _document(base_url)["paths"].items():
        for method, found in methods.items():
            yield method.upper(), path, found


def _parameter(said: Mapping[str, Any]) -> Field:
    schema = said["schema"]
    where = f"{said['name']} ({said['in']})"
    return Field(
        where, _kind(schema), said.get("required", False), coded(said["description"]), _limits(schema)
    )


def _said(status: str, holder: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[Said]:
    words = holder.get("description", "")
    if status and not holder.get("content"):
        yield Said(status, words, "", [], "", "en")
    for media_type, content in holder.get("content", {}).items():
        fields = list(_fields(content.get("schema", {}), schemas))
        if not status:
            # That a field may be null says only that it may be left out.
            fields = [field._replace(kind=field.kind.removesuffix(" | null")) for field in fields]
        example = _example(content)
        yield Said(status, words, media_type, fields, example, language_of(example))


def _example(content: Mapping[str, Any]) -> str:
    shown = content.get("example")
    if shown is None:
        shown = next((each["value"] for each in content.get("examples", {}).values()), None)
    if shown is None or isinstance(shown, str):
        return shown or ""
    return json.dumps(shown, indent=2, ensure_ascii=False)


def _codes(responses: Mapping[str, Any]) -> Iterator[Code]:
    for status, response in responses.items():
        schema = response.get("content", {}).get("application/problem+json", {}).get("schema", {})
        for part in schema.get("allOf", []):
            for code in part.get("properties", {}).get("code", {}).get("examples", []):
                said = explained(code)
                yield Code(code, int(status), _unfilled(said.said("en")) if said else Markup())


def _unfilled(sentence: str) -> Markup:
    """Asked without values, a sentence keeps its blanks."""
    return coded(_BLANK.sub(r"`{\1}`", sentence))


def _fields(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], before: str = "", depth: int = 0
) -> Iterator[Field]:
    """Flat, in the order of the contract: what is inside another is named with its path."""
    whole = _resolved(schema, schemas)
    for name, described in whole.get("properties", {}).items():
        words = described.get("description") or _resolved(described, schemas).get("description", "")
        must = name in whole.get("required", [])
        yield Field(f"{before}{name}", _kind(described), must, coded(words), _limits(described))
        inner = _inside(described, schemas)
        if inner is not None and depth < DEEPEST:
            yield from _fields(inner[1], schemas, f"{before}{name}{inner[0]}.", depth + 1)


def _inside(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """What a field holds that has fields of its own, and what stands behind its name then."""
    for each in _alternatives(schema):
        whole = _resolved(each, schemas)
        if "properties" in whole:
            return "", whole
        if whole.get("type") == "array" and "properties" in _resolved(whole.get("items", {}), schemas):
            return "[]", _resolved(whole["items"], schemas)
    return None


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        found: Mapping[str, Any] = schemas[schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _alternatives(schema: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    kinds = [_one_kind(each) for each in _alternatives(schema)]
    return " | ".join(dict.fromkeys(kind for kind in kinds if kind)) or "any"


def _one_kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return "object"
    kind = schema.get("type", "")
    if kind == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return schema.get("format") or (" | ".join(kind) if isinstance(kind, list) else str(kind))


def _limits(schema: Mapping[str, Any]) -> str:
    """One of …; at most so long; from and to."""
    said = [f"one of {', '.join(map(str, schema['enum']))}"] if "enum" in schema else []
    names = {
        "maxLength": "at most {} characters",
        "minItems": "at least {}",
        "maxItems": "at most {}",
        "minimum": "from {}",
        "maximum": "to {}",
        "default": "default {}",
    }
    said += [
        words.format(schema[name]) for name, words in names.items() if schema.get(name) not in (None, [])
    ]
    return "; ".join(said)
