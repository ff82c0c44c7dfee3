"""The demo as a newcomer runs it: real processes on ports of their own, in a folder of its own."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey

from demo.installation import HOST
from demo.places import ROOT
from tests.make import token_in

pytestmark = [pytest.mark.screens, pytest.mark.xdist_group("demo")]

READY = "Ctrl-C stops everything"
PATIENCE = 120
# Processor time of everything it starts, since the machine may be busy with other tests.
NEXT_START = 20


@dataclass
class Demo:
    """One installation, started and stopped again and again."""

    folder: Path
    port: int
    provider_port: int
    started: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text(encoding="utf-8")

    def start(self) -> "subprocess.Popen[bytes]":
        environ = os.environ | {
            "LARKPOST_DEMO_PORT": str(self.port),
            "LARKPOST_DEMO_EID_PORT": str(self.provider_port),
            "LARKPOST_DEMO_FOLDER": str(self.folder),
        }
        with (self.folder / "said").open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", "demo"], cwd=ROOT, env=environ, stdout=said, stderr=said
            )
        self.started.append(process)
        return process

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.said:
            assert time.monotonic() < deadline, self.said
            assert self.started[-1].poll() is None, self.said
            time.sleep(0.1)

    def are_ports_free(self) -> bool:
        return all(is_free(port) for port in (self.port, self.provider_port))

    def children(self) -> list[int]:
        process = self.started[-1].pid
        return [int(id) for id in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_free(port: int) -> bool:
    with socket.socket() as here:
        return here.connect_ex((HOST, port)) != 0


def free_port() -> int:
    with socket.socket() as here:
        here.bind((HOST, 0))
        port: int = here.getsockname()[1]
        return port


def processor_time() -> float:
    """Seconds, of all processes that have ended and that we waited for, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The same folder and ports for all; whatever they leave running is ended."""
    demo = Demo(tmp_path_factory.mktemp("demo"), free_port(), free_port())
    yield demo
    for process in demo.started:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


@pytest.fixture
def running(demo: Demo) -> Demo:
    """As the test before has left it, if it runs: a start is four seconds of processor time."""
    if not demo.started or demo.started[-1].poll() is not None:
        demo.start()
        demo.wait_for(READY)
    return demo


@contextmanager
def signed_in_as_anna(demo: Demo) -> Iterator[httpx.Client]:
    """By hand what a browser does: our button, the provider's, and the way back."""
    with httpx.Client(base_url=f"http://{HOST}:{demo.port}", follow_redirects=True, timeout=20) as browser:
        page = browser.get("/logga-in")
        people = browser.post("/logga-in/demo", data={"_csrf": token_in(page.text)})
        assert people.url.port == demo.provider_port
        back = browser.post(people.url, data={"person": "anna"})
        assert back.url.path == "/inkorg", back.text
        yield browser


def test_one_starts_it_signs_in_as_anna_stops_it_and_finds_everything_again(demo: Demo):
    process = demo.start()
    demo.wait_for(READY)
    assert f"http://{HOST}:{demo.port}" in demo.said
    assert re.search(r"Anna Andersson .*19850116-9885", demo.said)
    assert httpx.get(f"http://{HOST}:{demo.port}/").status_code == 200
    with signed_in_as_anna(demo) as browser:
        assert "Kallelse till operation" in browser.get("/inkorg").text

    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert demo.are_ports_free()

    spent = processor_time()
    process = demo.start()
    demo.wait_for(READY)
    assert "Filling" not in demo.said
    with signed_in_as_anna(demo) as browser:
        assert "Kallelse till operation" in browser.get("/inkorg").text
    process.terminate()
    assert process.wait(30) == 0
    assert demo.are_ports_free()
    assert processor_time() - spent < NEXT_START


def test_a_letter_is_sent_with_the_command_that_it_prints(running: Demo):
    found = re.search(r"^  (env .*\\\n.*)$", running.said, re.MULTILINE)
    assert found
    assert "--clinic SE2329990002-KN01 " in found[1], "the letter is from the knee clinic"
    reply = subprocess.run(found[1], shell=True, cwd=ROOT, capture_output=True, check=True)  # noqa: S602 - our own words
    assert b'"status": "delivered"' in reply.stdout


def test_the_guides_key_is_registered_with_the_demos_own_settings(running: Demo, tmp_path: Path):
    """docs/care-systems.md: `bin/demo` in the place of `python -m app`."""
    environ = os.environ | {"LARKPOST_DEMO_FOLDER": str(running.folder)}

    def operated(*arguments: str) -> str:
        return subprocess.run(
            ["bin/demo", "care-system", *arguments],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    contact = "Vera Vide;vera.vide@larkjournalen.example.se;08-465 004 12"
    added = operated("add", "--test", "--provider", "2329990002", "--name", "Prov", "--contact", contact)
    client_id = re.search(r"care-[0-9a-f]+", added)
    assert client_id
    public = tmp_path / "public.json"
    public.write_text(json.dumps(ECKey.generate_key("P-256").as_dict(private=False)), encoding="utf-8")
    operated("approve", client_id[0])
    operated("key", "add", client_id[0], str(public))

    assert len(operated("key", "list", client_id[0]).splitlines()) >= 1


def test_a_vendors_first_day_passes_with_the_test_credentials(running: Demo):
    lines = (running.folder / "demo-care-systems" / "test.env").read_text(encoding="utf-8").splitlines()
    environ = os.environ | dict(line.split("=", 1) for line in lines if "=" in line)
    report = running.folder / "acceptance.md"

    played = subprocess.run(
        [
            *(sys.executable, "-m", "demo.acceptance", f"http://{HOST}:{running.port}"),
            *("--clinic", "SE2329990002-KN01", "--patience", str(PATIENCE), "--report", str(report)),
        ],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert played.returncode == 0, played.stdout + played.stderr
    assert "19 of 19 steps passed. Every step passed." in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("which", ["The e-ID provider", "The inbox", "The worker"])
def test_when_one_of_them_dies_the_others_are_ended_and_it_says_which(running: Demo, which: str):
    process = running.started[-1]
    provider, inbox, worker = running.children()
    children = {"The e-ID provider": provider, "The inbox": inbox, "The worker": worker}
    os.kill(children.pop(which), signal.SIGKILL)
    assert process.wait(30) == 1
    assert f"{which} stopped by itself" in running.said
    assert running.are_ports_free()
    assert not any(Path(f"/proc/{id}").exists() for id in children.values())


def test_stopped_while_it_fills_it_starts_over_the_next_time(tmp_path: Path):
    demo = Demo(tmp_path, free_port(), free_port())
    process = demo.start()
    demo.wait_for("Filling")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert (tmp_path / "demo.sqlite").exists()
    assert not (tmp_path / "demo-filled").exists()


def test_a_taken_port_is_named_before_anything_is_made(tmp_path: Path):
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        demo = Demo(tmp_path, free_port(), other.getsockname()[1])
        assert demo.start().wait(30) == 1
    assert f"Port {demo.provider_port} on 127.0.0.1 is taken" in demo.said
    assert "LARKPOST_DEMO_EID_PORT" in demo.said
    assert [path.name for path in tmp_path.iterdir()] == ["said"]
