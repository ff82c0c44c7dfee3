"""Kills the app and the worker at random moments, on both engines, and looks for what was lost or doubled.

bin/faults starts the PostgreSQL cluster and calls this; it takes ten minutes or more.
"""

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine
from bench.faults import report
from bench.faults.batches import Batcher
from bench.faults.people import Api, Follower, Reader, Writer, going_on
from bench.faults.processes import Mortal, run, wait_for
from bench.faults.receiving import Received, receiving
from bench.faults.told import Told
from bench.faults.verdict import duplicates, faults
from bench.workplace import ROOT

ROUNDS = int(os.environ.get("LARKPOST_FAULTS_ROUNDS", "40"))
WRITERS = 3
PORT = 8140
# A killed worker's jobs and a killed app's keys are leased for a minute.
# One that was answered 500 besides is sent again after five minutes.
RECOVERY = 400.0
PATIENCE = 15.0
# Of a log, when a run breaks off.
LAST_LINES = 20
ENGINES = ("postgresql", "sqlite")


def main() -> int:
    # So that what was started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    result: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.described(),
        "rounds": ROUNDS,
        "engines": {},
    }
    for place, engine in enumerate(ENGINES):
        with _workplace() as folder:
            result["engines"][engine] = _measured(engine, folder, PORT + place)
    print(f"Written: {report.write(result)}")
    return 1 if any(engine["faults"] for engine in result["engines"].values()) else 0


@contextmanager
def _workplace() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="larkpost-faults-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _environment(engine: str, folder: Path, port: int) -> dict[str, str]:
    maintenance = os.environ["LARKPOST_BENCH_POSTGRESQL"]
    database = {
        "postgresql": maintenance.rsplit("/", 1)[0] + "/larkpost_faults",
        "sqlite": f"sqlite:///{folder}/faults.sqlite",
    }
    return {
        "LARKPOST_ENVIRONMENT": "test",
        "LARKPOST_DATABASE": database[engine],
        "LARKPOST_ATTACHMENTS": str(folder / "attachments"),
        "LARKPOST_KEYS": str(folder / "keys"),
        "LARKPOST_SERVICE": str(ROOT / "demo" / "service.toml"),
        "LARKPOST_BASE_URL": f"http://127.0.0.1:{port}",
        "LARKPOST_PORT": str(port),
        "LARKPOST_PROVIDERS": str(ROOT / "demo" / "providers.toml"),
        # What is looked for is lost letters; a writer that is told to wait writes fewer.
        "LARKPOST_LIMIT_SENDS": "100000",
        "LARKPOST_LIMIT_READS": "100000",
        # And one whose letters are refused, since so many have the same text, too.
        "LARKPOST_SAME_TEXT_WARN": "1000000",
        "LARKPOST_SAME_TEXT_MOST": "1000000",
    }


def _measured(engine: str, folder: Path, port: int) -> dict[str, Any]:
    _say(f"{engine}: making an installation …")
    environment = _environment(engine, folder, port)
    if engine == "postgresql":
        run("bench.create_database", environment=environment)
    prepared = json.loads(run("bench.faults.prepare", environment=environment).splitlines()[-1])
    base_url = environment["LARKPOST_BASE_URL"]
    app = Mortal("serve", environment, folder / "app.log")
    worker = Mortal("worker", environment, folder / "worker.log")
    try:
        wait_for(f"{base_url}/")
        told, received = Told(), Received()
        with receiving(received) as address:
            follower, batcher = _live(base_url, address, prepared, told, received, (app, worker))
            found, seconds = _recover(environment, follower, batcher)
        ended = {"app": app.end(), "worker": worker.end()}
    except BaseException:
        app.kill()
        worker.kill()
        for log in (folder / "app.log", folder / "worker.log"):
            _say("\n".join(log.read_text().splitlines()[-LAST_LINES:]))
        raise
    broken = faults(told, received, found, worker_kills=worker.kills)
    broken += [f"The {name} ended with {code}." for name, code in ended.items() if code not in (0, -15)]
    for sentence in broken:
        _say(f"{engine}: {sentence}")
    return {
        "kills": {"app": app.kills, "worker": worker.kills},
        "letters": len(told.acknowledged),
        "batches": len(told.batches),
        "batch_rows": sum(map(len, told.batches.values())),
        "rows_sent_before": batcher.sent_before,
        "batches_begun_again": found["batches"]["begun_again"],
        "sends": told.sends,
        "sends_without_a_reply": told.lost,
        "threads_opened": len(told.opened),
        "events": len(found["events"]),
        "changes_followed": len(told.changes),
        "callbacks_accepted": sum(received.accepted.values()),
        "callbacks_twice": duplicates(received),
        "callbacks_answered_500": received.refused,
        "callbacks_cut_short": received.cut_short,
        "callbacks_badly_signed": received.badly_signed,
        "seconds_to_recover": round(seconds),
        "faults": broken,
    }


def _live(
    base_url: str,
    address: str,
    prepared: dict[str, Any],
    told: Told,
    received: Received,
    mortals: tuple[Mortal, Mortal],
) -> tuple[Follower, Batcher]:
    """Everybody goes on while the processes are killed; afterwards all that was sent is acknowledged."""

    def api() -> Api:
        return Api(base_url, prepared["client_id"], prepared["client_secret"])

    chance, stop = random.Random(1), threading.Event()
    received.knows(api().call("PUT", "/callback", json={"url": address}).json()["secret"])

    def writer(number: int) -> Writer:
        return Writer(api(), told, prepared["residents"], random.Random(number))

    batcher = Batcher(api(), told, writer(WRITERS), random.Random(4))
    writers: list[Writer | Batcher] = [*map(writer, range(WRITERS)), batcher]
    follower = Follower(api(), told)
    reader = Reader(base_url, told, random.Random(2))
    steps = [*(writer.step for writer in writers), follower.step, reader.step]
    threads = [going_on(step, stop) for step in steps]
    try:
        for number in range(1, ROUNDS + 1):
            chance.choice((_amid_letters, _amid_a_batch, _amid_its_letters))(told, chance)
            _kill_some(mortals, chance)
            wait_for(f"{base_url}/")
            _say(
                f"  round {number}: {len(told.acknowledged)} letters, {len(told.batches)} batches,"
                f" {len(told.changes)} changes"
            )
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    # A list: one that is not finished must not keep the others from going on.
    _until(lambda: False not in [writer.finish() for writer in writers], "Some letters had no reply.")
    return follower, batcher


def _amid_letters(told: Told, chance: random.Random) -> None:
    """Some moment after the work has begun anew: a token was fetched, letters come in."""
    _more(lambda: len(told.acknowledged), chance.randint(1, 30))
    time.sleep(chance.uniform(0, 0.3))


def _amid_a_batch(told: Told, chance: random.Random) -> None:
    """Some moment while one is sent."""
    _more(lambda: told.batches_coming, 1)
    time.sleep(chance.uniform(0, 0.1))


def _amid_its_letters(told: Told, chance: random.Random) -> None:
    """Some moment while what stands in one is done."""
    _more(lambda: len(told.batches), 1)
    time.sleep(chance.uniform(0, 0.5))


def _more(count: Callable[[], int], more: int) -> None:
    wanted, deadline = count() + more, time.monotonic() + PATIENCE
    while count() < wanted and time.monotonic() < deadline:
        time.sleep(0.005)


def _kill_some(mortals: tuple[Mortal, Mortal], chance: random.Random) -> None:
    app, worker = mortals
    victims = chance.choice(([app], [worker], [app, worker]))
    for victim in victims:
        victim.kill()
    for victim in victims:
        victim.start_again()


def _recover(
    environment: dict[str, str], follower: Follower, batcher: Batcher
) -> tuple[dict[str, Any], float]:
    """What stands in the database once no job waits, and how long that took."""
    began, found = time.monotonic(), dict[str, Any]()

    def is_done() -> bool:
        found.update(json.loads(run("bench.faults.judge", environment=environment)))
        return not found["jobs"][0]

    _until(is_done, "Some jobs were never done.")
    took = time.monotonic() - began
    _until(follower.follow, "The changes never ended.")
    _until(batcher.read, "Some batches never ended.")
    return found, took


def _until(true: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + RECOVERY
    while not true():
        if time.monotonic() > deadline:
            _say(otherwise)
            return
        time.sleep(1)


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
