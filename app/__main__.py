"""python -m app: what an operator runs. docs/operating.md explains each command."""

import sys

from app.commands import parser
from app.errors import Missing, Refused, Unconfigured

_REGISTER = " Register it first."
_ADVICE = {
    "dead letter": " `python -m app outbox list` shows those there are.",
    "callback": " The care system has set no address.",
}


def main(arguments: list[str]) -> int:
    """0 done, 1 refused by a rule, 2 not configured; the reason is one sentence on standard error."""
    try:
        asked = parser(*arguments[:1]).parse_args(arguments)
        asked.run(asked)
    except Unconfigured as stop:
        return _ended(str(stop), 2)
    except Refused as refusal:
        return _ended(refusal.said("en"), 1)
    except Missing as missing:
        named = f"{missing.kind} {missing.id}" if missing.id else missing.kind
        return _ended(f"There is no {named}.{_ADVICE.get(missing.kind, _REGISTER)}", 1)
    return 0


def _ended(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
