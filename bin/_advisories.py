"""Asks pip-audit and npm whether a pinned dependency has a known hole.

A finding fails. A service that cannot be asked does not, but says so loudly: silence would read
as "nothing found".
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

NOT_CHECKED = "NOT CHECKED"


def main() -> int:
    """Print one line per ecosystem and one per finding; 1 when something was found."""
    verdicts = [
        ("Python", read_pip_audit(_output(PIP_AUDIT))),
        ("Node", read_npm_audit(_output(NPM_AUDIT))),
    ]
    for ecosystem, (summary, findings) in verdicts:
        print(f"Advisories, {ecosystem}: {summary}")
        for finding in findings:
            print(f"    {finding}")
    return int(any(findings for _, (_, findings) in verdicts))


PIP_AUDIT = (
    sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off", "--timeout=15",
    "--disable-pip", "--require-hashes", "--requirement=requirements/dev.txt",
)  # fmt: skip
NPM_AUDIT = (".venv/bin/npm", "audit", "--json", "--fetch-retries=0")

Verdict = tuple[str, list[str]]


def read_pip_audit(output: str) -> Verdict:
    """What pip-audit's JSON says; a package that it could not look up counts as not checked."""
    report = _parsed(output)
    if report is None:
        return (
            f"{NOT_CHECKED}: pip-audit gave no report (most often: the advisory service was not reached)",
            [],
        )
    packages = report["dependencies"]
    found = [f"{p['name']} {p['version']}: {hole['id']}" for p in packages for hole in p.get("vulns", [])]
    skipped = sum("skip_reason" in p for p in packages)
    if skipped == len(packages):
        return f"{NOT_CHECKED}: the advisory service knew none of the {skipped} packages", []
    return _summary(len(found), unchecked=f"{skipped} of {len(packages)} packages" if skipped else ""), found


def read_npm_audit(output: str) -> Verdict:
    """What npm's JSON says, which is an error document when the registry has no audit."""
    report = _parsed(output)
    if report is None or "vulnerabilities" not in report:
        return (
            f"{NOT_CHECKED}: the npm registry gave no audit ({(report or {}).get('message', 'no answer')})",
            [],
        )
    found = [f"{name}: {hole['severity']}" for name, hole in report["vulnerabilities"].items()]
    return _summary(len(found), unchecked=""), found


def _summary(found: int, *, unchecked: str) -> str:
    checked = f"{found} known holes" if found else "no known holes"
    return f"{NOT_CHECKED}: {unchecked}; in the rest {checked}" if unchecked else checked


def _parsed(output: str) -> dict[str, Any] | None:
    try:
        report = json.loads(output)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _output(command: Sequence[str]) -> str:
    return subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ).stdout


if __name__ == "__main__":
    sys.exit(main())
