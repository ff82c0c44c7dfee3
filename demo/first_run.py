"""Keys, database and story, made where they lack. `demo.run` runs this first, in a process of its own."""

import io
import os
import shlex
import sys
from argparse import Namespace
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import msgspec

from app.care_api.actions.credentials import Credentials
from app.commands.migrate import migrate
from app.commands.opening import load_keys, read_settings, with_database
from app.errors import Unconfigured
from app.vault import keys
from app.vault.keys import KeyRing
from demo import story
from demo.connecting import connect_tests
from demo.fill import fill
from demo.places import TESTS, Places, write_private
from demo.signing import give_keys, new_key

BAR = 30


def main() -> int:
    """0, or 2 with a sentence about what is wrong."""
    try:
        prepare(Places(Path(os.environ["LARKPOST_DEMO_FOLDER"])))
    except Unconfigured as stop:
        print(stop, file=sys.stderr)
        return 2
    return 0


def prepare(places: Places) -> None:
    """Raises `Unconfigured`."""
    first = not places.is_filled()
    if first:
        places.start_over()
        keys.make(places.keys)
    _migrate()
    ring = load_keys()
    places.client_jwks.write_bytes(msgspec.json.encode(keys.public_jwks(ring.eid_client)))
    if first:
        _fill(places, ring)
    if not places.settings_of(TESTS).exists():
        _connect_tests(places)
    places.mark()


def _migrate() -> None:
    # Piccolo tells of every step; a demo has no ear for that.
    with redirect_stdout(io.StringIO()):
        migrate(Namespace())


def _fill(places: Places, ring: KeyRing) -> None:
    print("Filling the inbox with two months of letters …", flush=True)
    settings = read_settings()
    with places.log("filling").open("w", encoding="utf-8") as access_log, redirect_stderr(access_log):
        made = with_database(lambda now: fill(settings, ring, now=now, tell=_tell))
    keys = with_database(lambda now: give_keys(made, now=now))
    for id, credentials in made.items():
        _keep(id, credentials, keys[id], places)


def _connect_tests(places: Places) -> None:
    key, public = new_key()
    provider = story.providers()[0]
    made = with_database(lambda now: connect_tests(provider, public, now=now))
    _keep(TESTS, made, key, places)


def _keep(id: str, credentials: Credentials, key: str, places: Places) -> None:
    write_private(places.key_of(id), key)
    shown = {
        "LARKPOST_CLIENT_ID": credentials.client_id,
        "LARKPOST_CLIENT_KEY": places.key_of(id),
        "LARKPOST_CLIENT_SECRET": credentials.client_secret,
    }
    write_private(
        places.settings_of(id),
        "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in shown.items()),
    )


def _tell(done: int, of: int) -> None:
    if sys.stdout.isatty():
        full = done * BAR // of
        print(f"\r  {'█' * full}{'·' * (BAR - full)}", end="\n" if done == of else "", flush=True)


if __name__ == "__main__":
    sys.exit(main())
