"""python -m app migrate."""

import asyncio
from argparse import ArgumentParser, Namespace, _SubParsersAction

from app import database, migrations
from app.commands.opening import connect
from app.database import engine
from app.errors import Unconfigured


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser(
        "migrate", help="bring the database to this version; run it once per release"
    )
    parser.set_defaults(run=migrate)


def migrate(_asked: Namespace) -> None:
    """Raises `Unconfigured` when the database does not answer or a migration fails."""
    _make_folder()
    asyncio.run(_migrate())


def _make_folder() -> None:
    file = engine.file()
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Unconfigured(
            f"The folder {file.parent} cannot be made ({fault.strerror}). Make it, or change "
            "LARKPOST_DATABASE."
        ) from None


async def _migrate() -> None:
    try:
        await connect()
    finally:
        await database.close()
    try:
        await migrations.migrate()
    except migrations.NotMigrated as stop:
        raise Unconfigured(f"A migration failed and left nothing behind: {stop}") from stop
