"""The folder that a measurement works in, and what it says meanwhile."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def workplace() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="larkpost-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def say(text: str) -> None:
    print(f"    {text}", flush=True)
