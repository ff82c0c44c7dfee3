"""Processes that are killed without warning and started again at once."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from bench.workplace import ROOT

# A start may take long on a machine that does other things too.
PATIENCE = 180.0


class Mortal:
    """`python -m app COMMAND`; what it says goes to `log`."""

    def __init__(self, command: str, environment: Mapping[str, str], log: Path) -> None:
        self._command, self._environment, self._log = command, {**os.environ, **environment}, log
        self.kills = 0
        self._process = self._started()

    def kill(self) -> None:
        """SIGKILL: nothing is finished, flushed or said."""
        self._process.kill()
        self._process.wait()
        self.kills += 1

    def start_again(self) -> None:
        self._process = self._started()

    def end(self) -> int:
        """Politely; the exit code."""
        self._process.terminate()
        return self._process.wait(PATIENCE)

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "app", self._command],
                cwd=ROOT,
                env=self._environment,
                stdout=said,
                stderr=said,
            )


def wait_for(address: str) -> None:
    """Raises `RuntimeError` when it does not answer within three minutes."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own, on loopback
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{address} does not answer.")


def run(module: str, *arguments: str, environment: Mapping[str, str]) -> str:
    """What it prints. Raises `CalledProcessError`."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
