"""What a process tree has used of the processor, read from /proc. Linux only."""

import os
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


def seconds(root: int) -> float:
    """User and system time of a process, of its living descendants, and of those it has waited for."""
    return sum(_own(pid) for pid in _tree(root)) * TICK


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(folder.name))
        if fields:
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, []))
    return found


def _own(pid: int) -> int:
    fields = _fields(pid)
    return sum(int(ticks) for ticks in fields[11:15]) if fields else 0


def _fields(pid: int) -> list[str]:
    """The fields after the name, which may hold spaces: state, parent, …; none when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
