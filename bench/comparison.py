"""A page on both engines beside two floors, all up at once and measured in turns."""

import json
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench import load, machine, report
from bench.installations import Installation, fill, free_port, installed
from bench.load import Round, WrongAnswer
from bench.servers import BROWSER, Server, fetch, serving
from bench.workplace import say, workplace

ROUNDS = 5
SECONDS = 3
WARM_UP = 2
SAMPLES = 6


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is measured: `bench.NAME.filling` fills a database, `bench.NAME.floor` has the constants.

    `shows` says whether a page is the right one. Where asking changes what is asked for, a round asks once
    for each: `renew` takes the changes back before it, and after it `ensure_written` raises `WrongAnswer`
    unless so many requests have left theirs. `profiled` is how many requests warm up, and how many follow.
    """

    name: str
    goal: float
    stretch: float
    shows: Callable[[bytes], bool]
    profiled: tuple[int, int]
    renew: Callable[[Installation], None] | None = None
    ensure_written: Callable[[Installation, int], None] | None = None


class Measured(NamedTuple):
    """One server under load; a floor has no installation."""

    name: str
    server: Server
    requests: Path
    installation: Installation | None


def compare(case: Case) -> None:
    where = machine.described()
    with workplace() as folder, ExitStack() as stack:
        installations = installed(folder)
        fill(installations, f"bench.{case.name}.filling")
        engines = [Measured(e.engine, stack.enter_context(e.serving()), e.requests, e) for e in installations]
        [first, *_] = engines[0].requests.read_text().splitlines()
        page = fetch(engines[0].server, first).body
        measured = [*engines, *_floors(case, stack, installations[0], page, folder)]
        pages = {each.name: _checked(case, each) for each in measured}
        rounds = _measure(case, measured)
        profile = _profile(case, installations[0], folder / "profiling.log")
    result = _result(case, where, rounds, pages, profile)
    print(f"Written: {report.write(case.name, result, report.compared(result))}")


def _floors(
    case: Case, stack: ExitStack, like: Installation, page: bytes, folder: Path
) -> Iterator[Measured]:
    [first, *_] = like.requests.read_text().splitlines()
    requests = folder / "floors.requests"
    requests.write_text(f"/ {first.split()[1]}\n")
    (folder / "page.html").write_bytes(page)
    for floor in ("template", "constant"):
        environment = {
            **like.environment,
            "LARKPOST_PORT": str(free_port()),
            "LARKPOST_BENCH_PAGE": str(folder / "page.html"),
        }
        log = folder / f"{floor}.log"
        serves = serving("bench.floors", floor, case.name, environment=environment, log=log)
        yield Measured(floor, stack.enter_context(serves), requests, None)


def _checked(case: Case, measured: Measured) -> dict[str, Any]:
    """Every server gives the right page, to several residents, before it is measured and after."""
    _renew(case, measured)
    requests = measured.requests.read_text().splitlines()
    for request in requests[:: len(requests) // SAMPLES + 1]:
        page = fetch(measured.server, request).body
        if not case.shows(page):
            raise WrongAnswer(f"{measured.name} shows another page than it should:\n{page.decode()}")
    plain = fetch(measured.server, requests[0])
    wire = fetch(measured.server, requests[0], accept_encoding=BROWSER)
    return {"html_bytes": len(plain.body), "wire_bytes": len(wire.body), "encoding": wire.encoding}


def _measure(case: Case, measured: Sequence[Measured]) -> dict[str, list[Round]]:
    """In turns, so that what else the machine does meets them all alike."""
    for each in measured:
        _load(case, each, WARM_UP)
    rounds: dict[str, list[Round]] = {each.name: [] for each in measured}
    for number in range(ROUNDS):
        say(f"Round {number + 1} of {ROUNDS} …")
        for each in measured:
            rounds[each.name].append(_load(case, each, SECONDS))
    for each in measured:
        _checked(case, each)
    return rounds


def _load(case: Case, each: Measured, seconds: int) -> Round:
    _renew(case, each)
    once = case.renew and each.installation
    done = load.run(
        each.server.address,
        each.requests,
        seconds=None if once else seconds,
        server=each.server.pid,
        database=each.installation.postmaster if each.installation else None,
    )
    if case.ensure_written and each.installation:
        case.ensure_written(each.installation, done.requests)
    return done


def _renew(case: Case, each: Measured) -> None:
    if case.renew and each.installation:
        case.renew(each.installation)


def _profile(case: Case, installation: Installation, log: Path) -> Any:
    say("Profiling …")
    if case.renew:
        case.renew(installation)
    installation.environment["LARKPOST_BENCH_LOG"] = str(log)
    warm_up, requests = case.profiled
    return json.loads(
        installation.run("-m", "bench.profiling", str(installation.requests), str(warm_up), str(requests))
    )


def _result(
    case: Case,
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
        "load": {
            "connections": load.CONNECTIONS,
            "rounds": ROUNDS,
            "seconds": SECONDS,
            "requests": {name: done[-1].requests for name, done in rounds.items()},
        },
        "goal": {"times_constant_on_postgresql": case.goal, "stretch": case.stretch},
        "servers": servers,
        "times_constant": {name: round(servers[name]["server_us"] / constant, 1) for name in servers},
        "times_template": {name: round(servers[name]["server_us"] / template, 1) for name in servers},
        "profile": profile,
    }
