"""The process that looks into one file, of whoever sent it: `python -m app.attachments.gateways.inspector`.

It has no settings, no secrets and no database; little memory and little time. Once it has read the file it
can open nothing more, neither a file nor a connection. Whatever happens to it here happens to nothing else.
"""

import json
import resource
import sys
from collections.abc import Callable

from app.attachments.rules import images, strangers
from app.attachments.rules.kinds import MOST, kind_of

# Octets of address space, and so of memory; seconds of CPU.
MEMORY = 300_000_000
CPU_SECONDS = 4
Look = Callable[[bytes], tuple[str | None, list[str]]]


def main() -> None:
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    for forbidden in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
        _limit(forbidden, 0)
    data = sys.stdin.buffer.read(MOST + 1)
    kind = kind_of(data)
    look = _look_of(kind)
    _limit(resource.RLIMIT_NOFILE, 0)
    code, warnings = look(data)
    json.dump({"kind": kind, "code": code, "warnings": warnings}, sys.stdout)


def _look_of(kind: str | None) -> Look:
    if kind is None:
        return lambda _: ("type-unknown", [])
    if kind == "pdf":
        # Half the start of this process: only where it is needed, and before nothing can be opened.
        from app.attachments.gateways import pdfs  # noqa: PLC0415

        return pdfs.look
    return lambda data: (_image(data, kind), [])


def _image(data: bytes, kind: str) -> str | None:
    if strangers.holds_zip(data) or strangers.holds_pdf(data):
        return images.POLYGLOT
    return images.look(data, kind)


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
