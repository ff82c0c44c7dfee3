"""Keeps the result as JSON and shows it in bench/README.md."""

from pathlib import Path
from typing import Any

from bench.report import keep


def write(result: dict[str, Any]) -> Path:
    """Save the result and renew its table in the README. Returns the file."""
    return keep("fuzz-api", result, lambda file: table(file, result))


def table(file: str, result: dict[str, Any]) -> str:
    lines = [
        f"Run {result['at'][:10]}, seed {result['seed']} ([all of it](results/{file})).",
        "",
        "| engine | operations | cases | server errors and breaches of the contract | seconds |",
        "|---|---|---|---|---|",
        *(_row(engine, found) for engine, found in result["engines"].items()),
    ]
    return "\n".join(lines) + "\n"


def _row(engine: str, found: dict[str, Any]) -> str:
    broken = len(found["failures"]) + len(found["errors"])
    return f"| {engine} | {found['operations']} | {found['cases']} | {broken} | {found['seconds']} |"
