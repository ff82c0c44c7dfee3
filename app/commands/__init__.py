"""The operator's commands, one module each area."""

from argparse import ArgumentParser
from importlib import import_module

# By the module that has them. What a command needs of the application is read when it is asked for.
COMMANDS = {
    "serve": ("serve",),
    "worker": ("worker",),
    "migrate": ("migrate",),
    "keys": ("keys",),
    "care": ("care-provider", "clinic"),
    "care_systems": ("care-system",),
    "agents": ("agent",),
    "approvals": ("approval",),
    "recipients": ("test-recipients",),
    "residents": ("resident",),
    "staff": ("staff",),
    "callback": ("callback",),
    "outbox": ("outbox",),
    "feedback": ("feedback",),
    "demo": ("demo",),
}


def parser(asked: str = "") -> ArgumentParser:
    """Of the command that is asked for; of all when it is none of them, as when somebody asks for help."""
    whole = ArgumentParser(prog="python -m app", description="Lärkpost: the operator's commands")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    for area in [area for area, names in COMMANDS.items() if asked in names] or COMMANDS:
        import_module(f"app.commands.{area}").add_to(commands)
    return whole
