"""bin/fuzz api: the contract against the API, on both engines, with Schemathesis. About ten minutes.

Ends with 1 when the API failed (5xx), answered otherwise than the contract says, or was asked too little.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine
from bench.faults.processes import Mortal, run, wait_for
from bench.fuzz import report
from bench.workplace import ROOT, say

CASES = 10_000
# So many for each operation and phase.
EXAMPLES = int(os.environ.get("LARKPOST_FUZZ_EXAMPLES", "300"))
PHASES = "examples,coverage,fuzzing,stateful"
SEED = int(os.environ.get("LARKPOST_FUZZ_SEED", "1"))
PORT = 8150
ENGINES = ("postgresql", "sqlite")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "unsupported_method",
    "use_after_free",
)
# A fuzzer is quicker than any care system may be; that limits hold is for other tests.
LIMITS = {
    f"LARKPOST_LIMIT_{name}": "9999999" for name in ("SENDS", "READS", "REACHABILITY", "ITEMS", "TOKENS")
}


def main() -> int:
    result: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.described(),
        "seed": SEED,
        "examples": EXAMPLES,
        "checks": CHECKS,
        "engines": {},
    }
    for place, engine in enumerate(ENGINES):
        with tempfile.TemporaryDirectory(prefix="larkpost-fuzz-") as folder:
            result["engines"][engine] = fuzzed(environment(engine, Path(folder), PORT + place), Path(folder))
    print(f"Written: {report.write(result)}")
    return 0 if all(is_clean(found, cases=CASES) for found in result["engines"].values()) else 1


def is_clean(found: Mapping[str, Any], *, cases: int) -> bool:
    return not found["failures"] and not found["errors"] and found["cases"] >= cases


def environment(engine: str, folder: Path, port: int) -> dict[str, str]:
    database = {
        "postgresql": os.environ.get("LARKPOST_BENCH_POSTGRESQL", "").rsplit("/", 1)[0] + "/larkpost_fuzz",
        "sqlite": f"sqlite:///{folder}/fuzz.sqlite",
    }
    return LIMITS | {
        "LARKPOST_ENVIRONMENT": "test",
        "LARKPOST_DATABASE": database[engine],
        "LARKPOST_KEYS": str(folder / "keys"),
        "LARKPOST_SERVICE": str(ROOT / "demo" / "service.toml"),
        "LARKPOST_PROVIDERS": str(ROOT / "demo" / "providers.toml"),
        "LARKPOST_ATTACHMENTS": str(folder / "attachments"),
        "LARKPOST_BASE_URL": f"http://127.0.0.1:{port}",
        "LARKPOST_PORT": str(port),
        "LARKPOST_LIMIT_AT_ONCE": "1000",
        "LARKPOST_REHEARSAL_PACE": "3600",
    }


def fuzzed(
    surroundings: dict[str, str], folder: Path, *, examples: int = EXAMPLES, phases: str = PHASES
) -> dict[str, Any]:
    """What was found: how many cases there were, and what failed."""
    say(f"{surroundings['LARKPOST_DATABASE'].partition(':')[0]} …")
    if surroundings["LARKPOST_DATABASE"].startswith("postgresql"):
        run("bench.create_database", environment=surroundings)
    prepared = json.loads(run("bench.fuzz.prepare", environment=surroundings).splitlines()[-1])
    with ExitStack() as ending:
        for command in ("serve", "worker"):
            process = Mortal(command, surroundings, folder / f"{command}.log")
            ending.callback(process.end)
        wait_for(f"{surroundings['LARKPOST_BASE_URL']}/")
        told = _schemathesis(surroundings["LARKPOST_BASE_URL"], prepared, folder, examples, phases)
    return {
        "cases": told["test_cases"]["generated"],
        "seconds": round(told["running_time"]),
        "operations": told["operations"]["tested"],
        "failures": told["failures"],
        "errors": told["errors"],
        "faults_in_the_log": _faults(folder),
    }


def _schemathesis(
    url: str, prepared: Mapping[str, str], folder: Path, examples: int, phases: str
) -> dict[str, Any]:
    said = folder / "schemathesis.json"
    surroundings = {
        **os.environ,
        **prepared,
        "LARKPOST_URL": url,
        "SCHEMATHESIS_HOOKS": "bench.fuzz.hooks",
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "schemathesis.txt").open("wb") as words:
        subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/api/v1/openapi.json"),
                *("--phases", phases, "--checks", ",".join(CHECKS)),
                *("--max-examples", str(examples), "--seed", str(SEED), "--continue-on-failure"),
                *("--report", "json", "--report-json-path", str(said), "--request-timeout", "30"),
                # Its bodies are forms of OAuth's, with credentials that lock out; it has tests of its own.
                *("--exclude-path", "/api/v1/oauth/token", "--suppress-health-check", "all"),
            ],
            cwd=folder,
            env=surroundings,
            stdout=words,
            stderr=words,
            check=False,
        )
    told: dict[str, Any] = json.loads(said.read_text())
    return told


def _faults(folder: Path) -> int:
    """Of requests that were answered with 500."""
    return sum('"fault"' in line for line in (folder / "serve.log").read_text().splitlines())


if __name__ == "__main__":
    sys.exit(main())
