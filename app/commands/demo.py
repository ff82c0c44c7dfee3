"""python -m app demo: everything on this machine, with made-up people. bin/demo sets it up first."""

from argparse import ArgumentParser, Namespace, _SubParsersAction


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("demo", help="run the demo: the inbox, an e-ID provider and made-up people")
    parser.set_defaults(run=run)


def run(_asked: Namespace) -> None:
    from demo.run import main  # noqa: PLC0415 - an installation need not have the demo

    main()
