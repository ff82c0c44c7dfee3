"""Where a page spends its time, in this process:  python -m bench.profiling REQUESTS WARM_UP TIMES

Prints JSON. A profiler makes many small calls dearer than few large ones, so the shares say what to look at,
not how much would be won.
"""

import asyncio
import cProfile
import itertools
import json
import os
import pstats
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import uvloop
from litestar.types import ASGIApp, Message

from app import database, settings
from app.commands.opening import load_keys
from app.main import create_app

OK = 200

# The first pattern found in a function's file names its kind. What is built in counts for whoever calls it.
KINDS = (
    ("compression", ("app/web/compression",)),
    (
        "rendering",
        ("jinja2", "markupsafe", "<template>", "templates/", "app/web/templates", "app/web/escaping"),
    ),
    ("encryption", ("cryptography", "app/vault", "sealed.py")),
    ("database", ("asyncpg", "piccolo", "app/database", "app/audit", "app/callbacks", "app/outbox")),
    ("letters' text", ("app/body",)),
    ("Litestar", ("litestar", "multidict", "msgspec")),
    ("access log", ("app/web/log",)),
    ("session, headers and checks of ours", ("app/web", "app/sessions")),
    ("inbox", ("app/inbox", "app/language", "app/residents")),
    ("event loop", ("asyncio", "uvloop", "contextlib", "selectors")),
)
WAITING = "asyncio/runners.py"


def main(requests: list[str], *, warm_up: int, times: int) -> None:
    sys.stderr = Path(os.environ["LARKPOST_BENCH_LOG"]).open("w")  # noqa: SIM115 - the access log, to the end
    app = create_app(settings.read(os.environ), keys=load_keys())
    profiler, asked = cProfile.Profile(), itertools.cycle(requests)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(database.open())
        runner.run(_ask(app, itertools.islice(asked, warm_up)))
        profiler.enable()
        runner.run(_ask(app, itertools.islice(asked, times)))
        profiler.disable()
        runner.run(database.close())
    print(json.dumps(_told(pstats.Stats(profiler), times)))


async def _ask(app: ASGIApp, requests: Iterable[str]) -> None:
    for path, token in map(str.split, requests):
        status = await _request(app, path, token)
        if status != OK:
            raise SystemExit(f"{path} answered {status}.")


async def _request(app: ASGIApp, path: str, token: str) -> int:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(_scope(path, token), receive, send)
    return int(sent[0]["status"])


def _scope(path: str, token: str) -> Any:
    headers = [
        (b"host", b"127.0.0.1"),
        (b"cookie", f"sid={token}".encode()),
        (b"accept", b"text/html"),
        (b"accept-encoding", b"gzip, deflate, br, zstd"),
        (b"accept-language", b"sv-SE,sv;q=0.9,en;q=0.5"),
    ]
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1), "state": {},
    }  # fmt: skip


def _told(stats: Any, requests: int) -> dict[str, Any]:
    own: defaultdict[str, float] = defaultdict(float)
    functions: list[tuple[float, str]] = []
    for (file, line, name), (_, _, seconds, _, callers) in stats.stats.items():
        if file.endswith(WAITING):
            continue
        if file == "~":
            for (caller, *_), (*_, its_seconds, _) in callers.items():
                own[_kind(caller)] += its_seconds
        else:
            own[_kind(file)] += seconds
        functions.append((seconds, f"{_short(file)}:{line} {name}"))
    functions.sort(reverse=True)
    total = sum(own.values())
    dearest = sorted(own.items(), key=lambda each: -each[1])
    return {
        "requests": requests,
        "share_of_own_time": {kind: round(seconds / total, 3) for kind, seconds in dearest},
        "dearest": [kind for kind, _ in dearest[:3]],
        "functions_us": {name: round(seconds / requests * 1e6, 1) for seconds, name in functions[:15]},
    }


def _kind(file: str) -> str:
    return next(
        (kind for kind, patterns in KINDS if any(pattern in file for pattern in patterns)), "the rest"
    )


def _short(file: str) -> str:
    return file.partition("site-packages/")[2] or file.removeprefix(f"{Path.cwd()}/")


if __name__ == "__main__":
    main(Path(sys.argv[1]).read_text().splitlines(), warm_up=int(sys.argv[2]), times=int(sys.argv[3]))
