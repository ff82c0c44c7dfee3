"""The keys that prove to e-ID providers who we are. Exchanged in two steps: published first, then signing.

`eid-client.pem` is the first, `eid-client-0002.pem` the second, and so on: the last by number signs.
`eid-client-0003.next.pem` is published and does not sign yet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import Unconfigured
from app.vault import key_files

NAME = re.compile(r"eid-client(?:-([0-9]{4}))?\.pem")
NEXT = re.compile(r"eid-client-([0-9]{4})\.next\.pem")
FIRST = "eid-client.pem"


@dataclass(frozen=True)
class EidFiles:
    """`older` ones have signed before; they are published until they are dropped."""

    signing: Path
    waiting: Path | None
    older: tuple[Path, ...]

    def published(self) -> Iterator[Path]:
        yield self.signing
        if self.waiting:
            yield self.waiting
        yield from self.older


def find(folder: Path) -> EidFiles:
    """Raises `Unconfigured` when no key signs, two wait, or a name gives no order."""
    signed, waiting = _signed(folder), _waiting(folder)
    if not signed:
        raise key_files.missing(folder / FIRST)
    if len(waiting) > 1:
        raise Unconfigured(f"Two keys wait in {folder}: {_names(waiting)}. Move one of them away.")
    if waiting and max(waiting) <= max(signed):
        raise Unconfigured(
            f"The key file {waiting[max(waiting)]} waits behind {signed[max(signed)].name}, which signs "
            "already. Move it away and run `python -m app keys eid add`."
        )
    older = tuple(signed[number] for number in sorted(signed)[:-1])
    return EidFiles(signed[max(signed)], waiting[max(waiting)] if waiting else None, older)


def is_lacking(folder: Path) -> bool:
    return not _signed(folder)


def add(folder: Path) -> Path:
    """Begin: a key that is published from the next start on, and does not sign yet."""
    key_files.ensure_guarded(folder)
    found = find(folder)
    if found.waiting:
        raise Unconfigured(
            f"{found.waiting.name} waits already. Take it into use with `python -m app keys eid use`."
        )
    added = folder / f"eid-client-{_number(found.signing) + 1:04}.next.pem"
    with key_files.explained(folder):
        key_files.write_signing_key(added)
    return added


def use(folder: Path) -> Path:
    """Go over: the key that waited signs from the next start on; the one before stays published."""
    key_files.ensure_guarded(folder)
    waiting = find(folder).waiting
    if waiting is None:
        raise Unconfigured("No key waits. Make one with `python -m app keys eid add`.")
    key_files.read_signing_key(waiting)
    used = folder / waiting.name.replace(".next", "")
    with key_files.explained(folder):
        waiting.rename(used)
        key_files.sync(folder)
    return used


def drop(folder: Path) -> tuple[Path, ...]:
    """End: those that have signed before are deleted; the one that signs and the one that waits stay."""
    key_files.ensure_guarded(folder)
    older = find(folder).older
    with key_files.explained(folder):
        for path in older:
            path.unlink()
        key_files.sync(folder)
    return older


def _signed(folder: Path) -> dict[int, Path]:
    return {_number(path): path for path in _named(folder) if NAME.fullmatch(path.name)}


def _waiting(folder: Path) -> dict[int, Path]:
    return {_number(path): path for path in _named(folder) if NEXT.fullmatch(path.name)}


def _named(folder: Path) -> list[Path]:
    found = sorted(folder.glob("eid-client*.pem"))
    for path in found:
        if not NAME.fullmatch(path.name) and not NEXT.fullmatch(path.name):
            raise Unconfigured(
                f"The key file {path} has a name that gives no order. Call it eid-client- and four digits, "
                "such as eid-client-0002.pem, or move it away and run `python -m app keys make`."
            )
    return found


def _number(path: Path) -> int:
    name = NAME.fullmatch(path.name) or NEXT.fullmatch(path.name)
    return int(name[1]) if name and name[1] else 1


def _names(files: dict[int, Path]) -> str:
    return " and ".join(path.name for path in files.values())
