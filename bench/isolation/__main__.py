"""bin/bench isolation: ten minutes; LARKPOST_BENCH_QUICK=1 tries it out in two.

A quiet care system alone, beside one that asks for its share, and beside one that asks for too much: what
that one gets beyond its share is what isolation is about. Two workers on PostgreSQL, one on SQLite.
Alone and beside take turns, so that what else the machine does falls on both.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SEND
from app.vault import keys
from bench import machine, report
from bench.installations import Installation, fill, installed
from bench.isolation import BUSY, CONNECTIONS, QUIET, QUIET_PER_SECOND, SHARE_PER_SECOND, TIMES
from bench.isolation.sending import Answer, Sender, evenly
from bench.load import WrongAnswer
from bench.servers import Server
from bench.workplace import ROOT, say, workplace

QUICK = os.environ.get("LARKPOST_BENCH_QUICK") == "1"
ROUNDS, SECONDS = (1, 6.0) if QUICK else (3, 15.0)
SETTLING = 2.0
GOAL = 1.5
WORKERS = {"postgresql": 2, "sqlite": 1}
WAYS = {
    "share": "its share, no more",
    "evenly": f"{TIMES} × its share",
    "relentlessly": f"{CONNECTIONS} connections that never wait",
}


@dataclass
class Heard:
    """Seconds that the quiet one waited, and what the busy one got meanwhile."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def main() -> None:
    where = machine.described()
    engines: dict[str, Any] = {}
    with workplace() as folder:
        installations = installed(folder)
        fill(installations, "bench.isolation.filling")
        for each in installations:
            say(f"{each.engine}, {WORKERS[each.engine]} worker(s) …")
            with each.serving(workers=WORKERS[each.engine]) as server:
                engines[each.engine] = {way: _measured(each, server, way) for way in WAYS}
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": where,
        "load": {"quiet_per_second": QUIET_PER_SECOND, "share_per_second": SHARE_PER_SECOND, "times": TIMES,
                 "connections": CONNECTIONS, "rounds": ROUNDS, "seconds": SECONDS, "workers": WORKERS},
        "goal": GOAL,
        "engines": engines,
    }  # fmt: skip
    print(f"Written: {report.write('isolation', result, _table(result))}")


def _measured(installation: Installation, server: Server, way: str) -> dict[str, Any]:
    alone, beside = Heard(), Heard()
    for _ in range(ROUNDS):
        quiet, busy = _senders(installation, server)
        alone.waits += _quietly(quiet)
        times = 1 if way == "share" else TIMES
        with _beside(busy, way, times * SHARE_PER_SECOND[installation.engine], beside):
            beside.waits += _quietly(quiet)
    p95 = {name: _p95(heard.waits) for name, heard in (("alone", alone), ("beside", beside))}
    return {
        "p50_ms": {
            "alone": _ms(statistics.median(alone.waits)),
            "beside": _ms(statistics.median(beside.waits)),
        },
        "p95_ms": {name: _ms(seconds) for name, seconds in p95.items()},
        "ratio": round(p95["beside"] / p95["alone"], 2),
        "busy_accepted_per_second": round(beside.statuses["201"] / beside.seconds, 1),
        "busy_asked_per_second": round(beside.statuses.total() / beside.seconds, 1),
        "busy_statuses": dict(beside.statuses),
    }


def _senders(installation: Installation, server: Server) -> list[Sender]:
    """The quiet one and the busy one, with fresh tokens: they live for ten minutes."""
    lines = installation.requests.read_text().splitlines()
    ring = keys.load(Path(installation.environment["LARKPOST_KEYS"]))
    tokens = Tokens(ring.api_tokens, base_url=installation.environment["LARKPOST_BASE_URL"])
    known = {name: (id, clinic) for name, id, clinic in (line.split() for line in lines[:2])}
    numbers = lines[2:]
    half = len(numbers) // 2
    return [
        Sender(server.address, _token(tokens, name, known[name][0]), known[name][1], part)
        for name, part in ((QUIET, numbers[:half]), (BUSY, numbers[half:]))
    ]


def _token(tokens: Tokens, client_id: str, care_system_id: str) -> str:
    return tokens.issue(client_id, UUID(care_system_id), scopes=frozenset({SEND}), now=datetime.now(UTC))


def _quietly(quiet: Sender) -> list[float]:
    """Raises `WrongAnswer` when one of its letters was refused."""
    answers = asyncio.run(evenly(quiet, per_second=QUIET_PER_SECOND, seconds=SECONDS, connections=8))
    _ensure_delivered(answers)
    return [answer.seconds for answer in answers]


def _ensure_delivered(answers: Sequence[Answer]) -> None:
    if {answer.status for answer in answers} != {201}:
        raise WrongAnswer(f"The quiet sender got {Counter(answer.status for answer in answers)}.")


@contextmanager
def _beside(busy: Sender, way: str, per_second: int, heard: Heard) -> Iterator[None]:
    """The busy one begins a little before, and goes on a little after."""
    how = "relentlessly" if way == "relentlessly" else "evenly"
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.isolation.busy", how, str(per_second), str(SECONDS + 2 * SETTLING)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(json.dumps(asdict(busy)))
    process.stdin.close()
    asyncio.run(asyncio.sleep(SETTLING))
    try:
        yield
    finally:
        assert process.stdout
        said = process.stdout.read()
        process.wait()
    if process.returncode:
        raise WrongAnswer("The busy sender broke off; what it says is above.")
    done = json.loads(said)
    heard.statuses.update(done["statuses"])
    heard.seconds += done["seconds"]


def _p95(waits: Sequence[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _table(result: dict[str, Any]) -> str:
    head = (
        "| engine | beside it | p50 ms alone | beside | p95 ms alone | beside | × alone | busy one asks/s"
        " | and is given/s |\n|---|---|---|---|---|---|---|---|---|\n"
    )
    rows = "".join(
        f"| {engine} | {WAYS[way]} | {one['p50_ms']['alone']} | {one['p50_ms']['beside']}"
        f" | {one['p95_ms']['alone']} | {one['p95_ms']['beside']} | {one['ratio']}"
        f" | {one['busy_asked_per_second']:.0f} | {one['busy_accepted_per_second']:.0f} |\n"
        for engine, ways in result["engines"].items()
        for way, one in ways.items()
    )
    return f"{head}{rows}\nGoal: {GOAL} × alone at most.\n"


if __name__ == "__main__":
    main()
