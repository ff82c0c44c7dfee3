"""`python -m app …` as an operator runs it: each command is a process that imports the application anew.

What the application imports of others' is imported once, by a process that waits: each command is a fork of
it. That saves two of three seconds, a hundred times.
"""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache

from tests.conftest import ROOT

Done = subprocess.CompletedProcess[str]


def larkpost(*arguments: str, environ: Mapping[str, str], typed: str = "") -> Done:
    """What it printed, and how it ended."""
    waiting = _waiting()
    assert waiting.stdin is not None
    assert waiting.stdout is not None
    asked = {"arguments": arguments, "environ": dict(environ), "typed": typed}
    waiting.stdin.write(json.dumps(asked) + "\n")
    waiting.stdin.flush()
    return Done(arguments, **json.loads(waiting.stdout.readline()))


@cache
def _waiting() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.operator_fork"],
        cwd=ROOT,
        env=dict(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.kill)
    return process
