"""python -m app resident: shut and open an account, and say which number may never lead to another."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.commands.opening import with_database
from app.residents import actions
from app.residents.rules import read_number

VERBS: dict[str, tuple[Callable[..., Awaitable[None]], str]] = {
    "lock": (actions.lock, "nobody signs in, no sender reaches it, and who is signed in is out at once"),
    "unlock": (actions.unlock, "open it again"),
    "deceased": (actions.mark_deceased, "shut it for good: the population register says so"),
}


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("resident", help="lock or unlock an account (asks for the number)")
    verbs = parser.add_subparsers(required=True, metavar="lock|unlock|deceased|never-link")
    for name, (act, words) in VERBS.items():
        verbs.add_parser(name, help=words).set_defaults(run=_on_account, act=act)
    never = verbs.add_parser("never-link", help="a protected identity: no former number leads to this one")
    never.set_defaults(run=never_link)


def _on_account(asked: Namespace) -> None:
    act: Callable[..., Awaitable[None]] = asked.act

    async def work(now: datetime) -> UUID:
        resident_id = await actions.find(read_number(number, today=now.date()))
        await act(resident_id, now=now)
        return resident_id

    number = _number()
    print(f"Done. The audit calls this resident {with_database(work)}.")


def never_link(_asked: Namespace) -> None:
    async def work(now: datetime) -> None:
        await actions.never_link(read_number(number, today=now.date()), now=now)

    number = _number()
    with_database(work)
    print("Done. Do the same with the person's other number if somebody here may know it.")


def _number() -> str:
    # Not an argument: those stand in the shell's history and in the list of processes.
    return input("Personal identity number or coordination number: ")
