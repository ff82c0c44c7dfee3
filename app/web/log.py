"""One JSON line per request and fault: route patterns, never addresses; places in the code, never values."""

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import lru_cache
from time import gmtime, strftime, time

Write = Callable[[str], object]

_METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE")


def write(line: str) -> None:
    """Standard error is looked up late, since test runners and supervisors exchange it."""
    sys.stderr.write(line + "\n")


def access_line(request_id: str, method: str, route: str, status: int, milliseconds: float) -> str:
    """`route` is a pattern of ours and a strange `method` is not repeated, so that nothing needs escaping."""
    known = method if method in _METHODS else "OTHER"
    return (
        f'{{"at": "{_now()}", "request": "{request_id}", "method": "{known}", "route": "{route}",'
        f' "status": {status}, "ms": {milliseconds:.1f}}}'
    )


def fault_line(request_id: str, fault: BaseException) -> str:
    """Messages are left out: databases and parsers repeat the value they choked on (ASVS 16.2.5)."""
    return json.dumps(
        {"at": _now(), "request": request_id, "fault": list(_kinds(fault)), "where": _where(fault)}
    )


def report_line(request_id: str, **said: str) -> str:
    return json.dumps({"at": _now(), "request": request_id, **said})


def _kinds(fault: BaseException) -> Iterator[str]:
    waiting: list[BaseException | None] = [fault]
    seen = set()
    while waiting:
        one = waiting.pop()
        # A fault in a group can have the group as its context: the way round has no end.
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield f"{type(one).__module__}.{type(one).__qualname__}"
        waiting += [one.__cause__ or one.__context__, *reversed(getattr(one, "exceptions", ()))]


def _where(fault: BaseException) -> list[str]:
    frames = traceback.extract_tb(fault.__traceback__)[-12:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _now() -> str:
    now = time()
    return f"{_second(int(now))}.{int(now % 1 * 1000):03}Z"


@lru_cache(maxsize=2)
def _second(since_epoch: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(since_epoch))
