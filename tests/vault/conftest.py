from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app import vault
from app.vault import keys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Freshly made keys."""
    made = tmp_path / "keys"
    keys.make(made)
    return made


@pytest.fixture
def ring(folder: Path) -> Iterator[keys.KeyRing]:
    """Fresh keys in use; afterwards the ones that all tests share are back."""
    shared = vault.in_use()
    fresh = keys.load(folder)
    vault.use(fresh)
    yield fresh
    vault.use(shared)


@pytest.fixture
def place() -> vault.Place:
    return vault.Place("provider-1", "messages", "body", UUID(int=7))
