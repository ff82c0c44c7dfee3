"""Waits with others' libraries imported, and runs `python -m app` in a fork for each line that it reads."""

import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import traceback
from typing import IO, Any

SECONDS = 60
# What the application has in memory when it has read its commands, but for itself.
NAMES = """
import sys
from app.commands import parser
parser()
print(*[name for name in sys.modules if name.partition(".")[0] not in ("app", "__main__")])
"""


def main() -> None:
    _import_others()
    # Asked and answered over these; a command has its own.
    asking, answering = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in asking:
        answering.write(json.dumps(_run(json.loads(line))) + "\n")
        answering.flush()


def _import_others() -> None:
    named = subprocess.run([sys.executable, "-c", NAMES], capture_output=True, text=True, check=True)
    for name in named.stdout.split():
        try:
            importlib.import_module(name)
        except ImportError:
            # Made by somebody else at run time, as six.moves is.
            continue


def _run(asked: dict[str, Any]) -> dict[str, Any]:
    with (
        tempfile.TemporaryFile() as typed,
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as complained,
    ):
        typed.write(asked["typed"].encode())
        typed.seek(0)
        child = os.fork()
        if child == 0:
            _become(asked, typed, said, complained)
        _, status = os.waitpid(child, 0)
        return {
            "returncode": os.waitstatus_to_exitcode(status),
            "stdout": _read(said),
            "stderr": _read(complained),
        }


def _become(asked: dict[str, Any], *files: IO[bytes]) -> None:
    """Never returns."""
    for descriptor, file in enumerate(files):
        os.dup2(file.fileno(), descriptor)
    signal.alarm(SECONDS)
    os.environ.clear()
    os.environ.update(asked["environ"])
    sys.argv = ["app", *asked["arguments"]]
    status = 0
    try:
        runpy.run_module("app", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1 if ended.code else 0
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - as the interpreter would end
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


if __name__ == "__main__":
    main()
