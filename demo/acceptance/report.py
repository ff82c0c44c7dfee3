"""What came of each step, for a region to read and to sign."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

PASSED, FAILED, NOT_TRIED = "passed", "FAILED", "not tried"


class Outcome(NamedTuple):
    """`seen` is what was seen, or why the step failed or could not be tried; it took so many `seconds`."""

    title: str
    promise: str
    result: str
    seen: str
    seconds: float


def is_whole(outcomes: Sequence[Outcome]) -> bool:
    return all(outcome.result == PASSED for outcome in outcomes)


def written(outcomes: Sequence[Outcome], *, url: str, client_id: str, clinic: str, version: str) -> str:
    """Markdown. Made-up numbers only were sent to, and none of them is in it."""
    passed = sum(outcome.result == PASSED for outcome in outcomes)
    verdict = "Every step passed." if is_whole(outcomes) else "**Not every step passed: see below.**"
    return f"""# Acceptance: a vendor's first day

| | |
|---|---|
| Installation | {url} |
| Contract | version {version} |
| Care system | {client_id} |
| Clinic | {clinic} |
| Played | {datetime.now(UTC):%Y-%m-%d %H:%M} UTC |
| Result | {passed} of {len(outcomes)} steps passed. {verdict} |

| Step | What the contract promises | Result | What was seen | Seconds |
|---|---|---|---|---|
{"".join(map(_row, outcomes))}
## Approval

| | |
|---|---|
| Region | |
| Care provider and care system | |
| Remarks | |
| Approved for live credentials by, date | |
"""


def _row(outcome: Outcome) -> str:
    cells = (outcome.title, outcome.promise, outcome.result, outcome.seen, f"{outcome.seconds:.1f}")
    return f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in cells)} |\n"
