"""Where the demo keeps its things: in one folder, and all begin with demo, as bin/demo --reset expects."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

# The care system with test credentials.
TESTS = "test"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Places:
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "demo.sqlite"

    @property
    def attachments(self) -> Path:
        return self.folder / "demo-attachments"

    @property
    def keys(self) -> Path:
        return self.folder / "demo-keys"

    @property
    def filled(self) -> Path:
        """Written last, with the migrations that were run: without it the filling was interrupted."""
        return self.folder / "demo-filled"

    @property
    def care_systems(self) -> Path:
        """A file of settings and a key for each care system, for demo/care_system.py."""
        return self.folder / "demo-care-systems"

    def settings_of(self, care_system: str) -> Path:
        return self.care_systems / f"{care_system}.env"

    def key_of(self, care_system: str) -> Path:
        """Its private key, as a JWK."""
        return self.care_systems / f"{care_system}.key.json"

    @property
    def provider_keys(self) -> Path:
        return self.folder / "demo-provider-keys"

    @property
    def providers(self) -> Path:
        return self.folder / "demo-providers.toml"

    @property
    def client_jwks(self) -> Path:
        """The public key with which the provider knows us."""
        return self.folder / "demo-eid-client.jwks.json"

    def log(self, name: str) -> Path:
        return self.folder / f"demo-{name}.log"

    def is_filled(self) -> bool:
        return self.filled.exists() and self.database.exists() and self.keys.exists()

    def is_current(self) -> bool:
        """Filled, and no migration has come since: it can start at once."""
        return self.is_filled() and self.filled.read_text(encoding="utf-8") == _migrations()

    def mark(self) -> None:
        self.filled.write_text(_migrations(), encoding="utf-8")

    def start_over(self) -> None:
        """Forget the data; the keys may stay."""
        self.filled.unlink(missing_ok=True)
        for leftover in self.folder.glob("demo.sqlite*"):
            leftover.unlink()
        for folder in (self.care_systems, self.attachments):
            shutil.rmtree(folder, ignore_errors=True)


def _migrations() -> str:
    return "\n".join(sorted(path.name for path in (ROOT / "piccolo_migrations").glob("larkpost_*.py")))


def write_private(path: Path, text: str) -> None:
    """Nobody else on the machine may read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
