"""Keeps the result as JSON and shows it in bench/README.md."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
README = HERE / "README.md"
BEGIN, END = "<!-- fuzz -->\n", "<!-- end of fuzz -->\n"


def write(result: dict[str, Any]) -> Path:
    """Save the result and renew its table in the README. Returns the file."""
    file = HERE / "results" / f"fuzz-api-{result['at'][:10]}.json"
    file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    before, _, rest = README.read_text().partition(BEGIN)
    README.write_text(before + BEGIN + table(file.name, result) + END + rest.partition(END)[2])
    return file


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
