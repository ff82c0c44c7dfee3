"""bin/demo COMMAND …: an operator's command (python -m app) with the settings of the demo on this machine."""

import os
import sys
from collections.abc import Mapping, Sequence

from demo import installation
from demo.installation import CannotRun
from demo.places import ROOT


def command(arguments: Sequence[str], environ: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """What to run, and its environment. Raises `CannotRun` where there is no demo of ours."""
    demo = installation.read(environ)
    if not demo.places.is_filled():
        raise CannotRun("There is no demo yet. Start it first, in another terminal: bin/demo")
    if not os.access(demo.places.keys, os.R_OK | os.X_OK):
        owner = demo.places.keys.stat().st_uid
        raise CannotRun(f"The demo and its keys are another user's (id {owner}). Run this as that user.")
    return [sys.executable, "-m", "app", *arguments], installation.for_application(demo)


def main(arguments: Sequence[str]) -> None:
    try:
        run, environ = command(arguments, os.environ)
    except CannotRun as stop:
        sys.exit(str(stop))
    os.chdir(ROOT)
    os.execve(run[0], run, environ)  # noqa: S606 - our own command, with what its user typed


if __name__ == "__main__":
    main(sys.argv[1:])
