"""Keeps the result as JSON and shows it in bench/README.md."""

from pathlib import Path
from typing import Any

from bench.report import keep

COLUMNS = {
    "letters": "letters acknowledged",
    "batches": "batches",
    "batch_rows": "their rows",
    "rows_sent_before": "of them sent before",
    "batches_begun_again": "batches begun again",
    "sends_without_a_reply": "sends without a reply",
    "threads_opened": "threads opened",
    "events": "events",
    "callbacks_accepted": "callbacks accepted",
    "callbacks_twice": "of them twice",
    "callbacks_answered_500": "answered 500 first",
    "seconds_to_recover": "seconds to recover",
}


def write(result: dict[str, Any]) -> Path:
    """Save the result and renew its table in the README. Returns the file."""
    return keep("faults", result, lambda file: table(file, result))


def table(file: str, result: dict[str, Any]) -> str:
    names = ("engine", "app killed", "worker killed", *COLUMNS.values(), "promises broken")
    lines = [
        f"Run {result['at'][:10]}, {result['rounds']} rounds on each engine ([all figures](results/{file})).",
        "",
        f"| {' | '.join(names)} |",
        "|---" * len(names) + "|",
        *(_row(engine, found) for engine, found in result["engines"].items()),
    ]
    return "\n".join(lines) + "\n"


def _row(engine: str, found: dict[str, Any]) -> str:
    kills = found["kills"]
    cells = [engine, kills["app"], kills["worker"], *(found[name] for name in COLUMNS), len(found["faults"])]
    return f"| {' | '.join(map(str, cells))} |"
