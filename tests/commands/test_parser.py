"""Each command is found without reading the others, and help names them all."""

import subprocess
import sys
from argparse import ArgumentParser
from importlib import import_module

import pytest

from app.commands import COMMANDS, parser

# What serves pages: a third of a second at the least, and much memory.
FOR_PAGES = ("litestar", "jinja2", "app.main")


@pytest.mark.parametrize("area", COMMANDS)
def test_a_module_has_the_commands_that_it_is_said_to_have(area: str) -> None:
    found = ArgumentParser().add_subparsers()
    import_module(f"app.commands.{area}").add_to(found)

    assert tuple(found.choices) == COMMANDS[area]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser("--help").parse_args(["--help"])

    shown = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("    ")}
    assert shown >= {name for names in COMMANDS.values() for name in names}


def test_a_command_that_is_none_is_told_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser("klinik").parse_args(["klinik"])

    assert ended.value.code == 2
    assert "'care-provider', 'clinic'" in capsys.readouterr().err


def test_what_serves_pages_is_not_read_for_other_commands() -> None:
    """An operator's script of fifty commands would wait a minute longer."""
    others = {name for names in COMMANDS.values() for name in names} - {"serve"}
    asked = f"import sys, app.commands; [app.commands.parser(name) for name in {others}]; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert set(ended.stdout.split()).isdisjoint(FOR_PAGES)
