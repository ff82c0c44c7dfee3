"""Keeps results as JSON and shows the newest of each in bench/README.md."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
README = HERE / "README.md"
COLUMNS = (
    "server", "app, µs CPU/request", "PostgreSQL, µs", "requests/s", "p99 ms", "× constant", "× template",
    "on the wire",
)  # fmt: skip


def write(name: str, result: dict[str, Any], table: str) -> Path:
    """Save the result and put its table into the README, with where it was measured. Returns the file."""
    return keep(name, result, lambda file: _measured(file, result) + table)


def keep(name: str, result: dict[str, Any], text: Callable[[str], str]) -> Path:
    """Save the result, and put `text`, of the name of its file, between the README's marks for it."""
    file = HERE / "results" / f"{name}-{result['at'][:10]}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    before, _, rest = README.read_text().partition(begin)
    README.write_text(before + begin + text(file.name) + end + rest.partition(end)[2])
    return file


def _measured(file: str, result: dict[str, Any]) -> str:
    machine = result["machine"]
    where = f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}"
    where += f", load average {machine['load_before']} before"
    return f"Measured {result['at'][:10]} on {where} ([all figures](results/{file})).\n\n"


def compared(result: dict[str, Any]) -> str:
    """The table of a page beside its floors, and its three dearest."""
    profile, goal = result["profile"], result["goal"]
    dearest = (f"{kind} ({profile['share_of_own_time'][kind]:.0%})" for kind in profile["dearest"])
    lines = [
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
        *(_row(name, result) for name in result["servers"]),
        "",
        f"Goal on PostgreSQL: {goal['times_constant_on_postgresql']} × constant (stretch {goal['stretch']}).",
        "",
        f"The three dearest, of the time that functions use themselves: {', '.join(dearest)}.",
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, result: dict[str, Any]) -> str:
    server = result["servers"][name]
    return (
        f"| {name} | {server['server_us']:.0f} | {server['database_us']:.0f} | {server['per_second']:.0f}"
        f" | {server['p99_ms']:.0f} | {result['times_constant'][name]} | {result['times_template'][name]}"
        f" | {server['wire_bytes']} {server['encoding']} |"
    )
