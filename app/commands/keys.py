"""python -m app keys."""

import os
from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import datetime

from app import settings
from app.commands.opening import load_keys, with_database
from app.commands.rewrapping import rewrap_everything
from app.vault import keys


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("keys", help="make, check or rotate the keys in LARKPOST_KEYS")
    parser.add_argument("what", choices=("make", "check", "rotate", "rewrap"))
    parser.set_defaults(run=run)


def run(asked: Namespace) -> None:
    """Raises `Unconfigured`."""
    {"make": _make, "check": _check, "rotate": _rotate, "rewrap": _rewrap}[asked.what]()


def _make() -> None:
    folder = settings.keys_folder(os.environ)
    keys.make(folder)
    print(f"The keys are in {folder}.")
    print("Back it up apart from the database: without it nothing can be read.")


def _check() -> None:
    ring = load_keys()
    print(f"The keys are sound. New data keys are wrapped with kek-{ring.current}.")


def _rotate() -> None:
    added = keys.add_kek(settings.keys_folder(os.environ))
    print(f"kek-{added} is made. Restart serve and worker, then run `python -m app keys rewrap`.")


def _rewrap() -> None:
    print(f"{with_database(_count)} data keys are wrapped anew.")
    print("The old kek can go when the last backup that needs it is gone.")


async def _count(now: datetime) -> int:
    return await rewrap_everything(now=now)
