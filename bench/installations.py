"""The two installations that are measured, one per engine: production's settings, on loopback."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from bench.servers import Server, serving, working
from bench.workplace import ROOT, say


class Installation(NamedTuple):
    """`requests` is what its people ask for, a line each: a path and a session. No postmaster on SQLite."""

    engine: str
    environment: dict[str, str]
    requests: Path
    log: Path
    postmaster: int | None

    @property
    def database(self) -> str:
        return self.environment["LARKPOST_DATABASE"]

    def run(self, *arguments: str) -> str:
        """`python …` in its environment. Returns what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def working(self) -> AbstractContextManager[int]:
        """Its worker; gives the process's id."""
        return working("app", "worker", environment=self.environment, log=self.log.with_suffix(".worker.log"))

    def serving(self, *, workers: int = 1) -> AbstractContextManager[Server]:
        return serving("app", "serve", f"--workers={workers}", environment=self.environment, log=self.log)


def installed(folder: Path) -> list[Installation]:
    """PostgreSQL and SQLite, with keys and an empty database each."""
    maintenance = os.environ["LARKPOST_BENCH_POSTGRESQL"]
    postmaster = int(os.environ["LARKPOST_BENCH_POSTMASTER"])
    postgresql = _installation(
        "postgresql", folder, maintenance.rsplit("/", 1)[0] + "/larkpost_bench", postmaster
    )
    sqlite = _installation("sqlite", folder, f"sqlite:///{folder}/bench.sqlite", None)
    postgresql.run("-m", "app", "keys", "make")
    postgresql.run("-m", "bench.create_database")
    return [postgresql, sqlite]


def _installation(engine: str, folder: Path, database: str, postmaster: int | None) -> Installation:
    port = free_port()
    environment = {
        "LARKPOST_DATABASE": database,
        "LARKPOST_ATTACHMENTS": str(folder / "attachments"),
        "LARKPOST_KEYS": str(folder / "keys"),
        "LARKPOST_SERVICE": str(ROOT / "demo" / "service.toml"),
        "LARKPOST_BASE_URL": f"http://127.0.0.1:{port}",
        "LARKPOST_PORT": str(port),
        "LARKPOST_PROVIDERS": str(ROOT / "demo" / "providers.toml"),
    }
    return Installation(
        engine, environment, folder / f"{engine}.requests", folder / f"{engine}.log", postmaster
    )


def fill(installations: Sequence[Installation], module: str) -> None:
    """Both databases at once, each on a core of its own: `python -m module REQUESTS`."""
    say("Filling both databases …")
    filling = [
        subprocess.Popen(
            [sys.executable, "-m", module, each.requests],
            cwd=ROOT,
            env={**os.environ, **each.environment},
        )
        for each in installations
    ]
    # Both are waited for, also when the first has failed.
    statuses = [process.wait() for process in filling]
    if any(statuses):
        raise SystemExit("A database could not be filled; what it says is above.")


def free_port() -> int:
    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))
        port: int = here.getsockname()[1]
        return port
