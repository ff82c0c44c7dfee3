"""Lint, format, types, import contracts and the shell scripts' syntax: whoever runs pytest runs these too."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.style, pytest.mark.xdist_group("style")]

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent
PYTHON_FOLDERS = [name for name in ("app", "demo", "bench", "tests") if (ROOT / name).is_dir()]
SHELL_SCRIPTS = sorted(
    path
    for path in (ROOT / "bin").iterdir()
    if path.suffix == ".sh" or (path.is_file() and path.read_text().startswith("#!/bin/sh"))
)


def test_nothing_to_lint():
    run(TOOLS / "ruff", "check", "--output-format=concise", ".")


def test_formatted_alike():
    run(TOOLS / "ruff", "format", "--check", ".")


def test_types_hold():
    run(TOOLS / "mypy", "--strict", *PYTHON_FOLDERS, *(ROOT / "bin").glob("*.py"))


def test_imports_keep_the_contracts():
    run(TOOLS / "lint-imports")


@pytest.mark.parametrize("script", SHELL_SCRIPTS, ids=lambda path: path.name)
def test_shell_scripts_are_plain_posix_shell(script: Path):
    run("sh", "-n", script)
    assert not re.findall(r"\[\[ |\blocal\b|\bfunction\b|<<<|\bpipefail\b", script.read_text())


def test_every_command_can_be_run():
    # One that starts with an underscore is read by the others.
    commands = [path for path in (ROOT / "bin").iterdir() if path.is_file() and path.name[0] != "_"]
    assert [path.name for path in commands if not path.stat().st_mode & 0o111] == []


def test_no_check_is_switched_off_without_saying_which():
    blanket = re.compile(
        r"#\s*type:\s*ignore(?!\[)|#\s*(ruff:\s*)?noqa(?!:\s*[A-Z])|#\s*mypy:|#\s*fmt:\s*off"
    )
    sources = [path for folder in [*PYTHON_FOLDERS, "bin"] for path in (ROOT / folder).rglob("*.py")]
    assert [
        path.name for path in sources if path != Path(__file__) and blanket.search(path.read_text())
    ] == []


def run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"\n{done.stdout}{done.stderr}"
