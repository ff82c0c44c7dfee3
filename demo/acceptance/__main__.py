"""bin/accept BASE-URL: plays the day and writes the report. Ends with 1 unless every step has passed."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from demo.acceptance import letters, visits
from demo.acceptance.day import Day, NotSo, NotTried
from demo.acceptance.report import FAILED, NOT_TRIED, PASSED, Outcome, is_whole, written
from demo.care_system import Refused, from_environment

STEPS: tuple[tuple[str, Callable[[Day], str]], ...] = (
    ("Test credentials", letters.token),
    ("A test callback", visits.called),
    ("Reach first", letters.reach),
    ("Sent once", letters.once),
    ("Delivered and read", letters.read),
    ("Refused in words", letters.refusals),
    ("Later", letters.later),
    ("Corrected and taken back", letters.mended),
    ("Many at once", letters.many),
    ("A file", letters.file),
    ("Free times", visits.times),
    ("A summons confirmed", visits.confirmed),
    ("A summons rebooked", visits.rebooked),
    ("A summons cancelled", visits.cancelled),
    ("An open summons booked", visits.booked),
    ("Moved by the clinic", visits.moved_by_the_clinic),
    ("Callbacks", visits.told),
    ("All changes", letters.changes),
    ("Limits said", letters.limits),
)


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    http = httpx2.Client(base_url=asked.url, timeout=60)
    day = Day(from_environment(asked.url, http), http, asked.clinic, asked.patience, asked.callback)
    version = str(http.get("/api/v1/openapi.json").raise_for_status().json()["info"]["version"])
    outcomes = play(day, port=asked.port, replace_callback=asked.replace_callback)
    report = written(
        outcomes, url=asked.url, client_id=day.care.client_id, clinic=asked.clinic, version=version
    )
    asked.report.write_text(report, "utf-8")
    print(f"Written: {asked.report}")
    return 0 if is_whole(outcomes) else 1


def play(day: Day, *, port: int = 0, replace_callback: bool = False) -> Sequence[Outcome]:
    """Without test credentials the day ends with its first step, before anything is touched."""
    (title, step), *rest = STEPS
    first = _played(title, step, day)
    if first.result != PASSED:
        return [first, *(_not_begun(title, step) for title, step in rest)]
    with visits.listening(day, port, replace=replace_callback):
        return [first, *(_played(title, step, day) for title, step in rest)]


def _played(title: str, step: Callable[[Day], str], day: Day) -> Outcome:
    begun = time.monotonic()
    try:
        result, seen = PASSED, step(day)
    except NotTried as why:
        result, seen = NOT_TRIED, str(why)
    except (NotSo, Refused) as fault:
        result, seen = FAILED, str(fault)
    except httpx2.HTTPError as fault:
        result, seen = FAILED, f"No answer came ({type(fault).__name__})."
    except (LookupError, TypeError, ValueError) as fault:
        result, seen = FAILED, f"The answer is not what the contract says ({type(fault).__name__}: {fault})."
    return _outcome(title, step, result, seen, time.monotonic() - begun)


def _not_begun(title: str, step: Callable[[Day], str]) -> Outcome:
    return _outcome(title, step, NOT_TRIED, "The day ended with its first step.", 0)


def _outcome(title: str, step: Callable[[Day], str], result: str, seen: str, seconds: float) -> Outcome:
    print(f"{result:>9}  {title}: {seen}", flush=True)
    return Outcome(title, (step.__doc__ or "").strip(), result, seen, seconds)


def _parser() -> argparse.ArgumentParser:
    asks = argparse.ArgumentParser(
        prog="bin/accept",
        description="Plays a vendor's first day with the test credentials of the environment.",
    )
    asks.add_argument("url", help="as https://larkpost.example.se")
    clinic = os.environ.get("LARKPOST_CLINIC")
    asks.add_argument(
        "--clinic", default=clinic, required=not clinic, help="HSA-id of a clinic of the credentials"
    )
    asks.add_argument("--patience", type=float, default=180, help="seconds to wait for made-up people")
    asks.add_argument("--callback", help="an https address that leads to --port on this machine")
    asks.add_argument("--port", type=int, default=0)
    asks.add_argument(
        "--replace-callback",
        action="store_true",
        help="end the address for callbacks that is set, and its keys; after the day there is none",
    )
    today = datetime.now(UTC).date()
    asks.add_argument("--report", type=Path, default=Path(f"acceptance-{today}.md"))
    return asks


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as refusal:
        sys.exit(str(refusal))
    except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
        sys.exit(f"No Lärkpost answers at {sys.argv[1]} ({type(fault).__name__}).")
