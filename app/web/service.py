"""Who runs this service, in their own words: service.toml, refused at the start with a blank in it."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from app.errors import Unconfigured
from app.language import LANGUAGES, Words

HINTS: dict[Any, str] = {
    date: " (a date such as 2026-11-23, without quotes)",
    tuple: " (a list; [] when there is nothing)",
}
FULLY, PARTLY, NOT = "helt förenlig", "delvis förenlig", "inte förenlig"


@dataclass(frozen=True)
class Operator:
    """Answers for accounts, sign-in and feedback; the care providers answer for the messages."""

    name: str
    organisation_number: str
    address: str
    email: str
    phone: str
    phone_hours: Words


@dataclass(frozen=True)
class DataProtection:
    """Where a resident turns about personal data, and the operator's own limits and grounds."""

    officer_email: str
    officer_phone: str
    legal_basis: Words
    account_kept: Words
    feedback_kept: Words
    log_kept: Words
    suppliers: Words


@dataclass(frozen=True)
class Flaw:
    """Something that not everyone can use."""

    what: Words
    why: Words


@dataclass(frozen=True)
class Accessibility:
    """The statement's own facts (DOS-lagen 2018:1937; `burden` is 12 §, `outside` 9 §)."""

    actor: str
    status: str
    assessed_on: date
    updated_on: date
    method: Words
    email: str
    phone: str
    answered_within: Words
    flaws: tuple[Flaw, ...]
    burden: tuple[Flaw, ...]
    outside: tuple[Flaw, ...]


@dataclass(frozen=True)
class Service:
    name: str
    operator: Operator
    data_protection: DataProtection
    accessibility: Accessibility

    @property
    def phone(self) -> str:
        """Help by phone stands on every page."""
        return self.operator.phone


def read(path: Path) -> Service:
    """Raises `Unconfigured` with one sentence that names every blank or wrong field at once."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise Unconfigured(
            f"{path} cannot be read ({fault}). Start from docs/service.example.toml."
        ) from fault
    faults = [*_faults(Service, table, ""), *_contradictions(table)]
    if faults:
        raise Unconfigured(f"{path} is not filled in. Write {'; '.join(faults)}.")
    service: Service = _made(Service, table)
    return service


def _faults(kind: Any, value: Any, name: str) -> Iterator[str]:
    """What is missing, by its name in the file. An empty list is an answer; a missing one is not."""
    if kind is Words:
        yield from (
            f"{name}.{language}" for language in LANGUAGES if not _filled(_table(value).get(language))
        )
    elif is_dataclass(kind):
        for field, wanted in _wanted(kind).items():
            yield from _faults(wanted, _table(value).get(field), f"{name}.{field}".lstrip("."))
    elif get_origin(kind) is tuple and isinstance(value, list):
        for number, part in enumerate(value, start=1):
            yield from _faults(get_args(kind)[0], part, f"{name}[{number}]")
    elif not _is_answer(kind, value):
        yield f"{name}{HINTS.get(get_origin(kind) or kind, '')}"


def _contradictions(table: dict[str, Any]) -> Iterator[str]:
    stated = _table(table.get("accessibility"))
    status, flaws = stated.get("status"), stated.get("flaws")
    if _filled(status) and status not in (FULLY, PARTLY, NOT):
        yield f'accessibility.status as exactly "{FULLY}", "{PARTLY}" or "{NOT}"'
    if status in (PARTLY, NOT) and flaws == []:
        yield f'accessibility.flaws, since the status is "{status}"'
    if status == FULLY and flaws:
        yield f'accessibility.status as something other than "{FULLY}", since there are flaws'


def _made(kind: Any, value: Any) -> Any:
    if kind is Words:
        return Words(value)
    if is_dataclass(kind):
        return _build(kind, {field: _made(wanted, value[field]) for field, wanted in _wanted(kind).items()})
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], part) for part in value)
    return value


def _build(kind: Any, values: dict[str, Any]) -> Any:
    return kind(**values)


def _wanted(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_answer(kind: Any, value: object) -> bool:
    if kind is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    return kind is str and _filled(value)


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
