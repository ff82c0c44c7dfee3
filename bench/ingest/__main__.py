"""bin/bench ingest: about ten minutes; LARKPOST_BENCH_QUICK=1 tries it out in three.

CPU is that of the application, the worker and PostgreSQL together, until nothing is left to be done: each
letter's event has been numbered too.
"""

import asyncio
import os
import re
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from bench import cpu, machine, report
from bench.databases import ask
from bench.ingest import IN_A_BATCH, all_letters, pages, rows, short_rows
from bench.ingest.memory import Peak
from bench.ingest.sending import Sender, sender_of
from bench.installations import Installation, fill, free_port, installed
from bench.load import WrongAnswer
from bench.servers import serving
from bench.workplace import say, workplace

QUICK = os.environ.get("LARKPOST_BENCH_QUICK") == "1"
ROUNDS, SECONDS, WARM_UP = (1, 4, 2) if QUICK else (3, 8, 3)
BATCH = 1500 if QUICK else IN_A_BATCH
MOST = 4500 if QUICK else 45_000
BESIDE_SECONDS = 5 if QUICK else 12
# Enough batches that some are being done for as long as pages are asked for.
BESIDE = 8
AT_ONCE, EACH = 50, 60
GOALS = {
    "batch_items_per_cpu_second": (5000, 6500),
    "single_sends_per_cpu_second": (1400, 3000),
    "inbox_p95_times": 1.5,
    "memory_mb": 60,
}
# What a letter cost that was read and thrown away, µs, on the machine that the goals come from.
FLOOR_OF_GOALS = 62
LIMITS = ("SENDS", "READS", "ITEMS")
COLUMNS = (
    "engine", "inbox p95 ms", "beside a batch", "× (goal 1.5)", "worker, MB more (goal 60)", "app, MB more",
    "batches at once", "deadlocks, errors, doubles",
)  # fmt: skip
MESSAGES = "SELECT count(*) FROM messages"
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


class Spent(NamedTuple):
    """CPU seconds."""

    app: float
    worker: float
    database: float

    @property
    def all(self) -> float:
        return self.app + self.worker + self.database


class Running(NamedTuple):
    """One installation under measurement."""

    sender: Sender
    app: int
    worker: int
    folder: Path

    def spent(self) -> Spent:
        postmaster = self.sender.installation.postmaster
        return Spent(
            cpu.seconds(self.app), cpu.seconds(self.worker), cpu.seconds(postmaster) if postmaster else 0.0
        )

    def costs(self, act: Callable[[], int]) -> tuple[int, Spent]:
        """What `act` returns, and what it cost until the worker has nothing left to do."""
        before = self.spent()
        number = act()
        self.sender.rests()
        after = self.spent()
        return number, Spent(*(now - then for now, then in zip(after, before, strict=True)))

    def messages(self) -> int:
        return int(ask(self.sender.installation.database, MESSAGES))


def main() -> None:
    where = machine.described()
    engines: dict[str, Any] = {}
    with workplace() as folder:
        installations = installed(folder)
        fill(installations, "bench.ingest.filling")
        floor = _floor(installations[0], folder)
        for each in installations:
            for limit in LIMITS:
                each.environment[f"LARKPOST_LIMIT_{limit}"] = "10000000"
            each.environment["LARKPOST_LIMIT_AT_ONCE"] = "100"
            say(f"{each.engine} …")
            with each.serving() as server, each.working() as worker:
                sender = sender_of(each, server.address)
                engines[each.engine] = _measured(Running(sender, server.pid, worker, folder))
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": where,
        "load": {"rounds": ROUNDS, "seconds": SECONDS, "batch": BATCH, "most": MOST, "quick": QUICK},
        "goal": GOALS,
        "floor_us": floor,
        "engines": engines,
    }
    print(f"Written: {report.write('ingest', result, _table(result))}")


def _floor(like: Installation, folder: Path) -> float:
    """µs of CPU for a letter that is read and thrown away."""
    environment = {**like.environment, "LARKPOST_PORT": str(free_port())}
    with serving("bench.ingest.floor", environment=environment, log=folder / "floor.log") as server:
        sender = sender_of(like, server.address)
        letters = _letters(sender, folder, first=0, count=500)
        sender.sends_alone(letters, run="floor", seconds=WARM_UP)
        before = cpu.seconds(server.pid)
        sent = _sent(sender.sends_alone(letters, run="floor", seconds=SECONDS))
        return round((cpu.seconds(server.pid) - before) / sent * 1e6, 1)


def _measured(running: Running) -> dict[str, Any]:
    sender = running.sender
    # What filling the database has left to do is not measured, and what it has taught the planner is known.
    sender.rests()
    ask(sender.installation.database, "ANALYZE")
    say("  letters one by one …")
    alone = _alone(running)
    say(f"    {alone}")
    say("  batches …")
    batches = _batches(running)
    say(f"    {batches}")
    say("  the inbox beside a batch …")
    beside = asyncio.run(_beside(running))
    say(f"  {AT_ONCE} batches for the same threads …")
    at_once = _at_once(running)
    say(f"  memory during {MOST} rows …")
    memory = _memory(running)
    if sender.installation.postmaster and ask(sender.installation.database, DEADLOCKS):
        raise WrongAnswer("There were deadlocks.")
    return {"alone": alone, "batches": batches, "inbox": beside, "at_once": at_once, "memory": memory}


def _alone(running: Running) -> dict[str, float]:
    letters = _letters(running.sender, running.folder, first=0, count=4000)

    def send(run: str, seconds: int) -> Callable[[], int]:
        def sent() -> int:
            before = running.messages()
            running.sender.sends_alone(letters, run=run, seconds=seconds)
            # wrk leaves some that it has no answer to; they are letters all the same.
            return running.messages() - before

        return sent

    running.costs(send("warm", WARM_UP))
    return _summed([running.costs(send(f"alone-{number}", SECONDS)) for number in range(ROUNDS)])


def _batches(running: Running) -> dict[str, float]:
    sender = running.sender

    def send(number: int, count: int) -> Callable[[], int]:
        made = rows(sender.threads, first=(number + 1) * 100_000, count=count, run=f"batch-{number}")

        def sent() -> int:
            batch = sender.sends_batch(made, key=f"batch-{number}")
            sender.awaits(batch, accepted=count)
            return count

        return sent

    running.costs(send(0, BATCH // 5))
    return _summed([running.costs(send(number + 1, BATCH)) for number in range(ROUNDS)])


async def _beside(running: Running) -> dict[str, float]:
    """Pages with nothing else going on, and pages while a batch is coming in and being done."""
    sender = running.sender
    requests = sender.requests.read_text().splitlines()
    await pages.waits(sender.address, requests, seconds=2)
    alone = await pages.waits(sender.address, requests, seconds=BESIDE_SECONDS)
    # Made before: whoever makes letters meanwhile cannot ask for pages at a steady pace.
    made = [
        rows(sender.threads, first=number * 100_000, count=BATCH, run=f"beside-{number}")
        for number in range(50, 50 + BESIDE)
    ]
    batches, stop = 0, asyncio.Event()

    async def keep_busy() -> None:
        nonlocal batches
        for number, each in enumerate(made):
            batch = await asyncio.to_thread(sender.sends_batch, each, key=f"beside-{number}")
            await asyncio.to_thread(sender.awaits, batch, accepted=BATCH)
            batches += 1
            if stop.is_set():
                return

    busy = asyncio.create_task(keep_busy())
    await asyncio.sleep(0.5)
    beside = await pages.waits(sender.address, requests, seconds=BESIDE_SECONDS)
    ended = busy.done()
    stop.set()
    await busy
    if ended:
        raise WrongAnswer("The batches were done before the pages were.")
    await asyncio.to_thread(sender.rests)
    return {
        "p95_ms_alone": pages.p95(alone),
        "p95_ms_beside": pages.p95(beside),
        "times": round(pages.p95(beside) / pages.p95(alone), 2),
        "p50_ms_alone": round(statistics.median(alone) * 1000, 1),
        "p50_ms_beside": round(statistics.median(beside) * 1000, 1),
        "batches": batches,
    }


def _at_once(running: Running) -> dict[str, int]:
    """Each batch continues the same threads, and half of its letters are another batch's too."""
    sender, before = running.sender, running.messages()
    threads = sender.threads[: EACH // 2]
    ids = []
    for number in range(AT_ONCE):
        turned = threads[number % len(threads) :] + threads[: number % len(threads)]
        own = rows(turned, first=9_000_000 + number * EACH, count=EACH // 2, run=f"own-{number}")
        shared = rows(threads, first=9_500_000, count=EACH // 2, run="shared")
        ids.append(sender.sends_batch(own + shared, key=f"at-once-{number}"))
    with ExitStack() as stack:
        # SQLite has one worker.
        for _ in range(2 if sender.installation.postmaster else 0):
            stack.enter_context(sender.installation.working())
        for id in ids:
            sender.awaits(id, accepted=EACH)
        sender.rests()
    delivered, due = running.messages() - before, AT_ONCE * (EACH // 2) + EACH // 2
    if delivered != due:
        raise WrongAnswer(f"{delivered} letters and not {due}.")
    return {"batches": AT_ONCE, "rows": AT_ONCE * EACH, "delivered": delivered}


def _memory(running: Running) -> dict[str, float]:
    made = short_rows(MOST, run="memory")
    peaks = {"app": Peak(running.app), "worker": Peak(running.worker)}
    batch = running.sender.sends_batch(made, key="memory")
    running.sender.awaits(batch, accepted=MOST)
    running.sender.rests()
    return {"rows": MOST, "bytes": len(made)} | {f"{name}_mb": peak.grown() for name, peak in peaks.items()}


def _letters(sender: Sender, folder: Path, *, first: int, count: int) -> Path:
    file = folder / f"letters-{sender.installation.engine}"
    file.write_bytes(b"\n".join(islice(all_letters(sender.threads, first=first), count)) + b"\n")
    return file


def _sent(printed: str) -> int:
    found = re.search(r"(\d+) requests in", printed)
    if found is None:
        raise WrongAnswer(printed)
    return int(found[1])


def _summed(rounds: list[tuple[int, Spent]]) -> dict[str, float]:
    def median(of: Callable[[int, Spent], float]) -> float:
        return round(statistics.median(of(number, spent) for number, spent in rounds), 1)

    return {
        "per_cpu_second": median(lambda number, spent: number / spent.all),
        "app_us": median(lambda number, spent: spent.app / number * 1e6),
        "worker_us": median(lambda number, spent: spent.worker / number * 1e6),
        "database_us": median(lambda number, spent: spent.database / number * 1e6),
        "letters": sum(number for number, _ in rounds),
    }


def _times(per_second: int) -> str:
    return f"{1e6 / per_second / FLOOR_OF_GOALS:.1f}"


def _table(result: dict[str, Any]) -> str:
    engines, floor = result["engines"], result["floor_us"]
    lines = [
        "| engine | what | letters/CPU s | app, µs | worker, µs | PostgreSQL, µs | × floor |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, measured in engines.items():
        for what, key in (("one by one", "alone"), ("in batches", "batches")):
            each = measured[key]
            whole = each["app_us"] + each["worker_us"] + each["database_us"]
            lines.append(
                f"| {name} | {what} | {each['per_cpu_second']:.0f} | {each['app_us']:.0f}"
                f" | {each['worker_us']:.0f} | {each['database_us']:.0f} | {whole / floor:.1f} |"
            )
    lines += [
        "",
        f"Floor: {floor:.0f} µs for a letter that a Litestar handler reads and throws away.",
        "Goals on PostgreSQL: one by one 1,400 (stretch 3,000), in batches 5,000 (stretch 6,500).",
        f"Where they come from the floor was {FLOOR_OF_GOALS} µs: {_times(1400)} and {_times(5000)} × floor.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
    ]
    for name, measured in engines.items():
        inbox, memory = measured["inbox"], measured["memory"]
        lines.append(
            f"| {name} | {inbox['p95_ms_alone']} | {inbox['p95_ms_beside']} | {inbox['times']}"
            f" | {memory['worker_mb']} | {memory['app_mb']} | {measured['at_once']['batches']} | 0 |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
