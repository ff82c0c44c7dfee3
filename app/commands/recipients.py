"""python -m app test-recipients: whom test credentials reach."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import datetime

from app.commands.opening import with_database
from app.rehearsal.actions import make_recipients
from app.rehearsal.queries import roles_here
from app.rehearsal.rules import Role


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("test-recipients", help="make and list the made-up recipients")
    parser.set_defaults(run=run)


def run(_asked: Namespace) -> None:
    async def work(now: datetime) -> list[Role]:
        await make_recipients(now=now)
        return await roles_here()

    for role in with_database(work):
        print(f"{role.number}  {role.behaviour:<14}  {role.does}")
