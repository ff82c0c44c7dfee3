"""python -m app keys."""

import os
from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import datetime

from app import settings
from app.commands.opening import load_keys, with_database
from app.commands.rewrapping import rewrap_everything
from app.vault import eid_keys, keys


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("keys", help="make, check or rotate the keys in LARKPOST_KEYS")
    parser.set_defaults(run=run)
    what = parser.add_subparsers(dest="what", required=True)
    for name in ("make", "check", "rotate", "rewrap"):
        what.add_parser(name)
    eid = what.add_parser("eid", help="exchange the key that signs for us at e-ID providers")
    eid.add_argument("step", choices=("add", "use", "drop"))


def run(asked: Namespace) -> None:
    """Raises `Unconfigured`."""
    if asked.what == "eid":
        {"add": _add_eid, "use": _use_eid, "drop": _drop_eid}[asked.step]()
    else:
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


def _add_eid() -> None:
    added = eid_keys.add(settings.keys_folder(os.environ))
    print(f"{added.name} is made. Restart serve: it is published, and does not sign yet.")
    print("When every provider has seen it, run `python -m app keys eid use`.")


def _use_eid() -> None:
    used = eid_keys.use(settings.keys_folder(os.environ))
    print(f"{used.name} signs from the next restart of serve. The one before stays published.")
    print("A day later, `python -m app keys eid drop` removes it.")


def _drop_eid() -> None:
    dropped = eid_keys.drop(settings.keys_folder(os.environ))
    names = ", ".join(path.name for path in dropped) or "Nothing"
    print(f"{names} dropped. Restart serve, which publishes what is left.")


async def _count(now: datetime) -> int:
    return await rewrap_everything(now=now)
