"""What the templates compile to, kept where Python keeps what modules compile to: it is most of a start.

docs/decisions/compiled-templates.md
"""

import marshal
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

from app.language import Language

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent / "__pycache__"
STEM = "compiled-templates"
# Of each that is kept there is one in every language; a start with other settings has its own.
MOST_KEPT = 16
# Besides the templates: what folds texts into them and generates their code, and the texts.
COMPILERS = ("app/web/*.py", "app/language/*.py")


class Compiled(BytecodeCache):
    """Jinja asks it for each template. `made_of` tells all that decides what they compile to."""

    def __init__(self, made_of: str, folder: Path = FOLDER) -> None:
        self._file = folder / f"{STEM}.{made_of}.{sys.implementation.cache_tag}"
        self._codes = _read(self._file)
        self._has_more = False

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._codes[bucket.key] = bucket.code
            self._has_more = True

    def keep(self) -> None:
        """For the next start, if this user may write there, as with Python's own."""
        if not self._has_more or sys.dont_write_bytecode:
            return
        with suppress(OSError):
            self._file.parent.mkdir(exist_ok=True)
            beside = self._file.with_suffix(f".{os.getpid()}")
            beside.write_bytes(marshal.dumps(self._codes))
            # At once: who starts beside us reads the whole or nothing.
            beside.replace(self._file)
            _forget_the_oldest(self._file.parent)


def made_of(templates: Path, language: Language, constants: Mapping[str, object]) -> str:
    """Another text for whatever compiles to something else."""
    sources = [path for pattern in COMPILERS for path in ROOT.glob(pattern)]
    texts = ROOT / "locale" / language / "LC_MESSAGES" / "larkpost.po"
    digest = sha256(repr((language, constants, version("jinja2"), version("markupsafe"))).encode())
    for path in sorted([*sources, texts, *(path for path in templates.rglob("*") if path.is_file())]):
        content = path.read_bytes()
        digest.update(f"{path} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read(file: Path) -> dict[str, CodeType]:
    with suppress(OSError):
        # What is used is kept.
        os.utime(file)
    try:
        codes = marshal.loads(file.read_bytes())  # noqa: S302 - as Python reads modules
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return codes if isinstance(codes, dict) else {}


def _forget_the_oldest(folder: Path) -> None:
    kept = sorted(folder.glob(f"{STEM}.*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[MOST_KEPT:]:
        path.unlink(missing_ok=True)
