"""python -m app serve."""

import gc
from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import datetime

import uvicorn
from litestar.types import ASGIApp

from app import database
from app.commands.listening import ensure_free
from app.commands.opening import load_keys, read_settings, with_database
from app.errors import Unconfigured
from app.main import create_app
from app.web.protocol import DressedProtocol


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("serve", help="serve the inbox to residents and care systems")
    parser.add_argument("--workers", type=int, default=1, help="processes; one only on SQLite")
    parser.set_defaults(run=serve)


def serve(asked: Namespace) -> None:
    """Raises `Unconfigured` before anything listens."""
    settings = read_settings()
    if asked.workers > 1 and not database.POSTGRES:
        raise Unconfigured("SQLite takes one worker. Use PostgreSQL for more.")
    app = create_app(settings, keys=load_keys())
    with_database(_nothing_more)
    ensure_free(settings.host, settings.port)
    alone = asked.workers == 1
    if alone:
        _collect_rarely()
    uvicorn.run(
        # Made once where there is one process: most of a start's CPU is that templates are compiled.
        app if alone else "app.commands.serve:application",
        factory=not alone,
        http=DressedProtocol,
        host=settings.host,
        port=settings.port,
        workers=asked.workers,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=20,
        log_level="warning",
    )


def application() -> ASGIApp:
    """What each worker serves; everything was checked before the first one started."""
    app = create_app(read_settings(), keys=load_keys())
    _collect_rarely()
    return app


def _collect_rarely() -> None:
    # What the start has made stays as long as the process does, and a page's thousands of tuples are in no
    # cycles: looking for garbage after every 700 was a thirtieth of a thread's CPU.
    gc.freeze()
    gc.set_threshold(10_000)


async def _nothing_more(now: datetime) -> None:
    """The database was looked at; that was all."""
