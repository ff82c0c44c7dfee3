"""python -m app worker."""

import asyncio
import os
import signal
from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import UTC, datetime

from app.commands.opening import read_settings, with_database
from app.denials import denied
from app.jobs import works
from app.outbox.worker import Worker

NICE = 10


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("worker", help="do what must be done after commit: tell the care systems")
    parser.set_defaults(run=work)


def work(_asked: Namespace) -> None:
    """Until SIGTERM or SIGINT. Raises `Unconfigured` before anything is done."""
    # Whoever waits for a page goes first where both share a machine.
    os.nice(NICE)
    worker = Worker(works(read_settings(), denied=denied), lambda: datetime.now(UTC))

    async def run(_now: datetime) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await worker.run(stop)

    with_database(run)
