"""python -m app staff: take back what an assignment or an employee may do here, and give it again."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from app.commands.opening import with_database
from app.sign_in import actions


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("staff", help="withdraw or restore what staff may do")
    verbs = parser.add_subparsers(required=True, metavar="withdraw|restore")
    for name, run, words in (
        ("withdraw", withdraw, "it counts at the next request"),
        ("restore", restore, "let them sign in again"),
    ):
        verb = verbs.add_parser(name, help=words)
        which = verb.add_mutually_exclusive_group(required=True)
        which.add_argument("--assignment", metavar="HSA-ID", help="one assignment (commissionHsaId)")
        which.add_argument("--employee", metavar="HSA-ID", help="all that an employee has (employeeHsaId)")
        verb.set_defaults(run=run)


def withdraw(asked: Namespace) -> None:
    act = actions.withdraw_assignment if asked.assignment else actions.withdraw_employee
    with_database(lambda now: act(asked.assignment or asked.employee, now=now))
    print("Withdrawn. Whoever was signed in with it is out.")


def restore(asked: Namespace) -> None:
    act = actions.restore_assignment if asked.assignment else actions.restore_employee
    with_database(lambda now: act(asked.assignment or asked.employee, now=now))
    print("Restored.")
