"""wrk from one core, each request as somebody else; what it did and what that cost the servers."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from bench import cpu

CONNECTIONS = 32
SCRIPT = Path(__file__).with_name("asking.lua")
LONGEST = 120  # seconds that asking once for everything may take


class Round(NamedTuple):
    requests: int
    per_second: float
    p99_ms: float
    server_us: float
    database_us: float


def run(address: str, requests: Path, *, seconds: int | None, server: int, database: int | None) -> Round:
    """One round: for so many seconds, or once each line of `requests` when that is None.

    Raises `WrongAnswer` unless every answer was 200 and none was cut off.
    """
    before = _used(server, database)
    output = _wrk(address, requests, seconds)
    after = _used(server, database)
    done = int(_number(r"(\d+) requests in", output))
    return Round(
        requests=done,
        per_second=_number(r"Requests/sec:\s+([\d.]+)", output),
        p99_ms=_milliseconds(output),
        server_us=(after[0] - before[0]) / done * 1e6,
        database_us=(after[1] - before[1]) / done * 1e6,
    )


class WrongAnswer(Exception):
    """The server answered, but not with the page that is measured."""


def _used(server: int, database: int | None) -> tuple[float, float]:
    return cpu.seconds(server), cpu.seconds(database) if database else 0.0


def _wrk(address: str, requests: Path, seconds: int | None) -> str:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds or LONGEST}s", "--latency", "--timeout", "10s"]
    how = [] if seconds else ["once"]
    done = subprocess.run(
        [*command, "-s", SCRIPT, address, "--", requests, *how], check=True, capture_output=True, text=True
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise WrongAnswer(done.stdout)
    return done.stdout


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if not found:
        raise WrongAnswer(text)
    return float(found[1])


def _milliseconds(text: str) -> float:
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", text)
    if not found:
        raise WrongAnswer(text)
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]
