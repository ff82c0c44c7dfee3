"""The operator's commands, one module each area."""

from argparse import ArgumentParser

from app.commands import (
    agents,
    approvals,
    callback,
    care,
    care_systems,
    demo,
    feedback,
    keys,
    migrate,
    outbox,
    recipients,
    residents,
    serve,
    staff,
    worker,
)


def parser() -> ArgumentParser:
    whole = ArgumentParser(prog="python -m app", description="Lärkpost: the operator's commands")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    sending = (care, care_systems, agents, approvals, recipients)
    people = (residents, staff, callback, outbox, feedback)
    for area in (serve, worker, migrate, keys, *sending, *people, demo):
        area.add_to(commands)
    return whole
