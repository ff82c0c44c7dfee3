"""The signed-in inbox page on both engines, beside two floors, all up at once and measured in turns.

bin/bench inbox starts the PostgreSQL cluster and calls this; it takes about three minutes.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench import load, machine, report
from bench.data import THREADS, UNREAD
from bench.load import Round, WrongAnswer
from bench.servers import ROOT, Server, fetch, serving

ROUNDS = 5
SECONDS = 3
WARM_UP = 2
FIRST_PORT = 8120
BROWSER = "gzip, deflate, br, zstd"
ENGINES = ("postgresql", "sqlite")
GOAL, STRETCH = 8.0, 6.5


class Measured(NamedTuple):
    """One server under load. `tokens` are the sessions its requests are drawn from."""

    name: str
    server: Server
    tokens: Path
    database: int | None


def main() -> None:
    where = machine.described()
    with _workplace() as folder, ExitStack() as stack:
        environments = _environments(folder)
        _fill(environments, folder)
        measured = list(_started(stack, environments, folder))
        pages = {each.name: _checked(each) for each in measured}
        rounds = _measure(measured)
        profile = _profile(environments["postgresql"], folder / "postgresql.tokens")
    result = _result(where, rounds, pages, profile)
    print(f"Written: {report.write('inbox', result)}")


@contextmanager
def _workplace() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="larkpost-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _environments(folder: Path) -> dict[str, dict[str, str]]:
    """The settings of the two installations: production's, on loopback."""
    maintenance = os.environ["LARKPOST_BENCH_POSTGRESQL"]
    addresses = {
        "postgresql": maintenance.rsplit("/", 1)[0] + "/larkpost_bench",
        "sqlite": f"sqlite:///{folder}/bench.sqlite",
    }
    return {
        engine: {
            "LARKPOST_DATABASE": addresses[engine],
            "LARKPOST_KEYS": str(folder / "keys"),
            "LARKPOST_SERVICE": str(ROOT / "demo" / "service.toml"),
            "LARKPOST_BASE_URL": f"http://127.0.0.1:{FIRST_PORT + place}",
            "LARKPOST_PORT": str(FIRST_PORT + place),
            "LARKPOST_EID_ISSUER": "http://127.0.0.1:8001",
            "LARKPOST_EID_CLIENT_ID": "larkpost-bench",
        }
        for place, engine in enumerate(ENGINES)
    }


def _fill(environments: Mapping[str, Mapping[str, str]], folder: Path) -> None:
    """Both databases at once, each on a core of its own."""
    _say("Filling both databases …")
    _python(environments["postgresql"], "-m", "app", "keys", "make")
    _python(environments["postgresql"], "-m", "bench.create_database")
    filling = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.data", folder / f"{engine}.tokens"],
            cwd=ROOT,
            env={**os.environ, **environment},
        )
        for engine, environment in environments.items()
    ]
    # Both are waited for, also when the first has failed.
    statuses = [process.wait() for process in filling]
    if any(statuses):
        raise SystemExit("A database could not be filled; what it says is above.")


def _started(
    stack: ExitStack, environments: Mapping[str, Mapping[str, str]], folder: Path
) -> Iterator[Measured]:
    postmaster = int(os.environ["LARKPOST_BENCH_POSTMASTER"])
    for engine in ENGINES:
        server = stack.enter_context(
            serving("app", "serve", environment=environments[engine], log=folder / f"{engine}.log")
        )
        yield Measured(
            engine, server, folder / f"{engine}.tokens", postmaster if engine == "postgresql" else None
        )
        page = folder / "page.html"
        if not page.exists():
            token = (folder / f"{engine}.tokens").read_text().split()[0]
            page.write_bytes(fetch(server.address, token=token).body)
    for place, floor in enumerate(("template", "constant"), start=len(ENGINES)):
        environment = {
            **environments["postgresql"],
            "LARKPOST_PORT": str(FIRST_PORT + place),
            "LARKPOST_BENCH_PAGE": str(folder / "page.html"),
        }
        server = stack.enter_context(
            serving("bench.floors", floor, environment=environment, log=folder / f"{floor}.log")
        )
        yield Measured(floor, server, folder / "postgresql.tokens", None)


def _checked(measured: Measured) -> dict[str, Any]:
    """Every server gives the right page, to several residents, before it is measured."""
    tokens = measured.tokens.read_text().split()
    for token in tokens[::50]:
        page = fetch(measured.server.address, token=token).body
        if page.count(b"<time datetime=") != THREADS or page.count(b'class="unread"') != UNREAD:
            raise WrongAnswer(f"{measured.name} shows another page than the inbox:\n{page.decode()}")
    plain = fetch(measured.server.address, token=tokens[0])
    wire = fetch(measured.server.address, token=tokens[0], accept_encoding=BROWSER)
    return {"html_bytes": len(plain.body), "wire_bytes": len(wire.body), "encoding": wire.encoding}


def _measure(measured: list[Measured]) -> dict[str, list[Round]]:
    """In turns, so that what else the machine does meets them all alike."""
    for each in measured:
        _load(each, WARM_UP)
    rounds: dict[str, list[Round]] = {each.name: [] for each in measured}
    for number in range(ROUNDS):
        _say(f"Round {number + 1} of {ROUNDS} …")
        for each in measured:
            rounds[each.name].append(_load(each, SECONDS))
    for each in measured:
        _checked(each)
    return rounds


def _load(each: Measured, seconds: int) -> Round:
    return load.run(
        each.server.address,
        tokens=each.tokens,
        seconds=seconds,
        server=each.server.pid,
        database=each.database,
    )


def _profile(environment: Mapping[str, str], tokens: Path) -> Any:
    _say("Profiling …")
    log = tokens.with_name("profiling.log")
    return json.loads(
        _python({**environment, "LARKPOST_BENCH_LOG": str(log)}, "-m", "bench.profiling", str(tokens))
    )


def _result(
    where: dict[str, object],
    rounds: Mapping[str, list[Round]],
    pages: Mapping[str, dict[str, Any]],
    profile: Any,
) -> dict[str, Any]:
    servers = {
        name: {
            field: round(statistics.median(getattr(each, field) for each in done), 1)
            for field in ("server_us", "database_us", "per_second", "p99_ms")
        }
        | {"server_us_rounds": [round(each.server_us, 1) for each in done], **pages[name]}
        for name, done in rounds.items()
    }
    constant, template = (servers[name]["server_us"] for name in ("constant", "template"))
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": where,
        "load": {"connections": load.CONNECTIONS, "rounds": ROUNDS, "seconds": SECONDS},
        "goal": {"times_constant_on_postgresql": GOAL, "stretch": STRETCH},
        "servers": servers,
        "times_constant": {name: round(servers[name]["server_us"] / constant, 1) for name in servers},
        "times_template": {name: round(servers[name]["server_us"] / template, 1) for name in servers},
        "profile": profile,
    }


def _python(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _say(text: str) -> None:
    print(f"    {text}", flush=True)


if __name__ == "__main__":
    main()
