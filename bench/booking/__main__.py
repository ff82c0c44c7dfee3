"""bin/bench booking: some minutes. Fifty residents claim one time, or ten, all at once, over and over."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bench import cpu, machine, report
from bench.booking import CASES, CLAIMANTS
from bench.booking.claimants import LOST, WON, Claimant
from bench.booking.connections import Answer, connect
from bench.installations import Installation, fill, installed
from bench.load import WrongAnswer
from bench.servers import Server
from bench.workplace import say, workplace

ROUNDS = 40
WARM_UP = 5
WORKERS = {"postgresql": 2, "sqlite": 1}


class Claims(NamedTuple):
    """A round: seconds from the first press to the last answer, each answer's own, and CPU."""

    seconds: float
    waits: list[float]
    server: float
    database: float


def main() -> None:
    where = machine.described()
    engines: dict[str, Any] = {}
    with workplace() as folder:
        installations = installed(folder)
        fill(installations, "bench.booking.filling")
        for each in installations:
            say(f"{each.engine}, {WORKERS[each.engine]} worker(s) …")
            with each.serving(workers=WORKERS[each.engine]) as server:
                engines[each.engine] = asyncio.run(_measured(each, server))
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": where,
        "load": {"claimants": CLAIMANTS, "rounds": ROUNDS, "workers": WORKERS},
        "engines": engines,
    }
    print(f"Written: {report.write('booking', result, _table(result))}")


async def _measured(installation: Installation, server: Server) -> dict[str, Any]:
    lines = installation.requests.read_text().splitlines()
    slots = [line for line in lines if " " not in line]
    claimants = []
    for line in lines[len(slots) :]:
        path, token = line.split()
        claimants.append(Claimant(await connect(server.address, cookie=f"sid={token}"), path))
    for each in claimants:
        await each.looks()
    measured = {}
    for times in CASES:
        rounds = [
            await _round(claimants, slots[:times], turn, server, installation.postmaster)
            for turn in range(WARM_UP + ROUNDS)
        ]
        measured[str(times)] = _summed(rounds[WARM_UP:], times)
    for each in claimants:
        await each.connection.close()
    return measured


async def _round(
    claimants: Sequence[Claimant], slots: Sequence[str], turn: int, server: Server, postmaster: int | None
) -> Claims:
    """Everybody claims; whoever got a time gives it back, which is not measured."""
    line = [*claimants[turn % CLAIMANTS :], *claimants[: turn % CLAIMANTS]]
    wanted = [slots[place % len(slots)] for place in range(len(line))]
    before = _used(server, postmaster)
    started = time.perf_counter()
    timed = await asyncio.gather(*(_timed(each, slot) for each, slot in zip(line, wanted, strict=True)))
    seconds = time.perf_counter() - started
    after = _used(server, postmaster)
    winners = [each for each, (answer, _) in zip(line, timed, strict=True) if answer.status == WON]
    _ensure_one_each([answer for answer, _ in timed], wanted)
    for each in winners:
        await each.cancels()
        await each.looks()
    return Claims(seconds, [wait for _, wait in timed], after[0] - before[0], after[1] - before[1])


async def _timed(claimant: Claimant, slot: str) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = await claimant.claims(slot)
    return answer, time.perf_counter() - started


def _ensure_one_each(answers: Sequence[Answer], wanted: Sequence[str]) -> None:
    """Raises `WrongAnswer` unless every time went to exactly one, and everybody else was told so."""
    won = [slot for answer, slot in zip(answers, wanted, strict=True) if answer.status == WON]
    if sorted(won) != sorted(set(wanted)) or {answer.status for answer in answers} != {WON, LOST}:
        raise WrongAnswer(f"{len(won)} claims won {len(set(won))} of {len(set(wanted))} times.")


def _used(server: Server, postmaster: int | None) -> tuple[float, float]:
    return cpu.seconds(server.pid), cpu.seconds(postmaster) if postmaster else 0.0


def _summed(rounds: Sequence[Claims], times: int) -> dict[str, float]:
    claims = len(rounds) * CLAIMANTS
    seconds = sum(each.seconds for each in rounds)
    waits = sorted(wait for each in rounds for wait in each.waits)
    return {
        "claims_per_second": round(claims / seconds, 1),
        "booked_per_second": round(len(rounds) * times / seconds, 1),
        "claims": claims,
        "booked": len(rounds) * times,
        "p50_ms": round(statistics.median(waits) * 1000, 1),
        "p99_ms": round(waits[int(len(waits) * 0.99)] * 1000, 1),
        "server_us": round(sum(each.server for each in rounds) / claims * 1e6, 1),
        "database_us": round(sum(each.database for each in rounds) / claims * 1e6, 1),
    }


def _table(result: dict[str, Any]) -> str:
    head = (
        "| engine | free times | claims/s | booked/s | p50 ms | p99 ms | app, µs CPU/claim"
        " | PostgreSQL, µs |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(
        f"| {engine} | {times} | {each['claims_per_second']:.0f} | {each['booked_per_second']:.0f}"
        f" | {each['p50_ms']:.0f} | {each['p99_ms']:.0f} | {each['server_us']:.0f}"
        f" | {each['database_us']:.0f} |\n"
        for engine, cases in result["engines"].items()
        for times, each in cases.items()
    )


if __name__ == "__main__":
    main()
