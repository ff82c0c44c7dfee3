"""The measured servers, processes on loopback."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.load import WrongAnswer
from bench.workplace import ROOT

PATIENCE = 60  # seconds until a server must answer
BROWSER = "gzip, deflate, br, zstd"


class Server(NamedTuple):
    """`address` is its origin."""

    pid: int
    address: str


class Page(NamedTuple):
    body: bytes
    encoding: str


@contextmanager
def serving(module: str, *arguments: str, environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Start `python -m module`, wait until it answers, and stop it afterwards. `log` takes its access log."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stderr=file,
        )
    server = Server(process.pid, f"http://127.0.0.1:{environment['LARKPOST_PORT']}")
    try:
        if not _answers(server, process):
            raise WrongAnswer(f"{server.address} did not start:\n{log.read_text()}")
        yield server
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@contextmanager
def working(module: str, *arguments: str, environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """Start `python -m module`, which nobody calls, and stop it afterwards. Gives its process id."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stderr=file,
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def fetch(server: Server, request: str, *, accept_encoding: str = "identity") -> Page:
    """One page as a resident's browser would ask for it, by a line of a requests file.

    Raises `WrongAnswer` for anything but 200.
    """
    path, token = request.split()
    address = server.address + path
    headers = {
        "Cookie": f"sid={token}",
        "Accept": "text/html",
        "Accept-Language": "sv",
        "Accept-Encoding": accept_encoding,
    }
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:  # noqa: S310
            if answer.status != 200 or answer.url != address:
                raise WrongAnswer(f"{address}: {answer.status} {answer.url}")
            return Page(answer.read(), answer.headers.get("Content-Encoding", ""))
    except urllib.error.HTTPError as refusal:
        raise WrongAnswer(f"{address}: {refusal}") from None


def _answers(server: Server, process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(server.address).close()  # noqa: S310
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False
