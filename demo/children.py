"""The processes that the demo starts: watched while they run, and always ended."""

import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.places import ROOT

PATIENCE = 10.0
LAST_LINES = 20


@dataclass(frozen=True)
class Child:
    """`address` answers when it is ready; without one, when it runs. What it says goes to `log`."""

    name: str
    address: str | None
    log: Path
    process: "subprocess.Popen[bytes]"

    def answers(self) -> bool:
        if self.address is None:
            return self.is_alive()
        try:
            with urllib.request.urlopen(self.address, timeout=2):  # noqa: S310 - our own address, http
                return True
        except (OSError, urllib.error.URLError):
            return False

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def last_words(self) -> str:
        """Why it died, as far as it said."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        said = "\n".join(f"    {line}" for line in lines[-LAST_LINES:]) or "    (nothing)"
        return f"{self.name} stopped by itself (code {self.process.returncode}). It said:\n{said}"

    def end(self) -> None:
        """Politely, then not. By its own id: nothing else is touched."""
        if self.is_alive():
            self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    address: str | None = None,
    log: Path,
) -> Child:
    """Starts it in the repository's folder."""
    with log.open("wb") as said:
        # A group of its own: Ctrl-C in the terminal reaches the demo alone, which then ends its children.
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    return Child(name, address, log, process)
