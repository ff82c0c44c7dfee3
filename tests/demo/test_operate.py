"""What an operator runs, run in the demo: its settings are the demo's, whatever is set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo import operate
from demo.installation import CannotRun
from demo.places import ROOT, Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Of a demo that was started once."""
    places = Places(tmp_path)
    places.keys.mkdir()
    places.database.touch()
    places.mark()
    return places


def test_the_command_has_the_demos_settings(places: Places) -> None:
    environ = {"LARKPOST_DEMO_FOLDER": str(places.folder), "LARKPOST_DEMO_PORT": "9000"}

    run, told = operate.command(["care-system", "--help"], environ)

    assert run == [sys.executable, "-m", "app", "care-system", "--help"]
    assert told["LARKPOST_ENVIRONMENT"] == "demo"
    assert told["LARKPOST_DATABASE"] == f"sqlite:///{places.database}"
    assert told["LARKPOST_KEYS"] == str(places.keys)
    assert told["LARKPOST_BASE_URL"] == "http://127.0.0.1:9000"


def test_before_the_first_start_it_says_how_to_start(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="Start it first, in another terminal: bin/demo"):
        operate.command(["care-system"], {"LARKPOST_DEMO_FOLDER": str(tmp_path)})


def test_somebody_elses_demo_is_not_operated(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: path != places.keys)

    with pytest.raises(CannotRun, match=f"another user's \\(id {os.geteuid()}\\)"):
        operate.command(["care-system"], {"LARKPOST_DEMO_FOLDER": str(places.folder)})


def ran(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    environ = os.environ | {"LARKPOST_DEMO_FOLDER": str(folder)}
    return subprocess.run(
        ["bin/demo", *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


def test_bin_demo_runs_an_operators_command(places: Places) -> None:
    ended = ran("care-system", "--help", folder=places.folder)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "approve" in ended.stdout


def test_bin_demo_says_what_it_knows(places: Places, tmp_path: Path) -> None:
    assert "bin/demo knows --reset, and an operator's commands" in ran("--rest", folder=tmp_path).stderr
    other = ran("care-system", "--help", folder=tmp_path / "none")
    assert (other.returncode, other.stdout) == (1, "")
    assert other.stderr == "There is no demo yet. Start it first, in another terminal: bin/demo\n"
