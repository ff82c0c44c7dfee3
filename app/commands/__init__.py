"""The operator's commands, one module each area."""

from argparse import ArgumentParser

from app.commands import care, demo, feedback, keys, migrate, outbox, serve, worker


def parser() -> ArgumentParser:
    whole = ArgumentParser(prog="python -m app", description="Lärkpost: the operator's commands")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    for area in (serve, worker, migrate, keys, care, outbox, feedback, demo):
        area.add_to(commands)
    return whole
