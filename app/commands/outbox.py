"""python -m app outbox: what the worker has given up, and trying it again."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import datetime, timedelta
from uuid import UUID

from app.audit.actions import Entry, record
from app.commands.opening import with_database
from app.database import in_transaction
from app.errors import Missing
from app.outbox import actions
from app.outbox.queries import DeadLetter, Waiting, dead_letters, retried, waiting

UNITS = (("days", timedelta(days=2)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1)))


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    whole = commands.add_parser("outbox", help="list or replay what the worker has given up")
    verbs = whole.add_subparsers(required=True, metavar="list|replay")
    verbs.add_parser("list", help="the dead letters, and what waits").set_defaults(run=show)
    replay = verbs.add_parser("replay", help="try one dead letter again, or all of them")
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", type=UUID)
    which.add_argument("--all", action="store_true")
    replay.set_defaults(run=try_again)


def show(_asked: Namespace) -> None:
    dead, again, left, now = with_database(_read)
    for letter in dead:
        print(
            f"{letter.id}  {letter.kind}  from {letter.created_at:%Y-%m-%d %H:%M} UTC,"
            f" given up {letter.dead_at:%Y-%m-%d %H:%M} after {letter.attempts} tries: {letter.last_error}"
        )
    print(f"{len(dead)} dead letter(s).")
    age = f", the oldest from {_age(now - again.oldest)} ago" if again.oldest else ""
    print(f"{again.jobs} job(s) wait for another try{age}.")
    since = f", the first since {left.oldest:%Y-%m-%d %H:%M} UTC" if left.oldest else ""
    print(f"{left.jobs} job(s) due{since}.")


def try_again(asked: Namespace) -> None:
    """Raises `Missing`."""
    count = with_database(lambda now: _replay(asked.id, now))
    print(f"{count} dead letter(s) will be tried again.")


async def _read(now: datetime) -> tuple[list[DeadLetter], Waiting, Waiting, datetime]:
    return await dead_letters(), await retried(now=now), await waiting(now=now), now


def _age(age: timedelta) -> str:
    """In the largest unit that there is at least one of: 3 h."""
    for unit, length in UNITS:
        if age >= length:
            return f"{age // length} {unit}"
    return f"{age // timedelta(seconds=1)} s"


@in_transaction
async def _replay(id: UUID | None, now: datetime) -> int:
    count = await actions.replay(id, now=now)
    if id and not count:
        raise Missing("dead letter", id)
    entry = Entry(
        action="outbox.replayed", at=now, actor_kind="operator", object_kind="job", object_id=str(id or count)
    )  # fmt: skip
    await record(entry)
    return count
