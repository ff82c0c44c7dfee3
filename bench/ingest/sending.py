"""A care system at work: its token, its batches, its letters one by one."""

import http.client
import json
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SCOPES
from app.vault import keys
from bench.databases import ask
from bench.ingest import Known, read_known
from bench.installations import Installation
from bench.load import CONNECTIONS, WrongAnswer

SCRIPT = Path(__file__).with_name("posting.lua")
WAITING = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL"
BURIED = "SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL"
PATIENCE = 1800


@dataclass(frozen=True)
class Sender:
    """`requests` are the inbox pages of its residents, a line each, as wrk's script takes them."""

    installation: Installation
    address: str
    system: UUID
    threads: list[Known]
    requests: Path

    @property
    def token(self) -> str:
        """A new one: it lives for ten minutes only."""
        environment = self.installation.environment
        ring = keys.load(Path(environment["LARKPOST_KEYS"]))
        tokens = Tokens(ring.api_tokens, base_url=environment["LARKPOST_BASE_URL"])
        return tokens.issue("bench", self.system, scopes=frozenset(SCOPES), now=datetime.now(UTC))

    def sends_batch(self, rows: bytes, *, key: str) -> str:
        """The batch's id. Raises `WrongAnswer` unless it is received."""
        headers = {"content-type": "application/x-ndjson", "idempotency-key": f'"{key}"'}
        status, document = self._ask("POST", "/api/v1/batches", rows, headers)
        if status != 202:
            raise WrongAnswer(f"{status} {document}")
        return str(document["id"])

    def standing(self, batch: str) -> dict[str, Any]:
        status, document = self._ask("GET", f"/api/v1/batches/{batch}", b"", {})
        if status != 200:
            raise WrongAnswer(f"{status} {document}")
        return document

    def awaits(self, batch: str, *, accepted: int) -> None:
        """Until it is done. Raises `WrongAnswer` unless so many of its rows were accepted."""
        deadline = time.monotonic() + PATIENCE
        while (now := self.standing(batch))["state"] != "done":
            if time.monotonic() > deadline:
                raise WrongAnswer(f"The batch is not done: {now}")
            time.sleep(0.5)
        if (now["accepted"], now["refused"]) != (accepted, 0):
            raise WrongAnswer(f"{accepted} rows should have been accepted: {now}")

    def rests(self) -> None:
        """Until the worker has nothing left to do. Raises `WrongAnswer` when it gave something up."""
        database, deadline = self.installation.database, time.monotonic() + PATIENCE
        while ask(database, WAITING):
            if time.monotonic() > deadline:
                raise WrongAnswer("The worker does not come to an end.")
            time.sleep(0.5)
        if ask(database, BURIED):
            raise WrongAnswer("The worker has given something up.")

    def sends_alone(self, letters: Path, *, run: str, seconds: int, address: str | None = None) -> str:
        """What wrk prints of `seconds` of letters, each sent alone."""
        wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "20s"]
        done = subprocess.run(
            [*wrk, "-s", SCRIPT, address or self.address, "--", letters, self.token, run],
            check=True,
            capture_output=True,
            text=True,
        )
        if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
            raise WrongAnswer(done.stdout)
        return done.stdout

    def _ask(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=PATIENCE)
        try:
            connection.request(
                method, path, body=body or None, headers={"authorization": f"Bearer {self.token}", **headers}
            )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


def sender_of(installation: Installation, address: str) -> Sender:
    """From what `filling` has written."""
    lines = installation.requests.read_text().splitlines()
    requests = installation.requests.with_suffix(".pages")
    requests.write_text("".join(f"{line}\n" for line in lines if line.startswith("/")))
    return Sender(
        installation,
        address,
        UUID(next(line for line in lines if line.startswith("system ")).split()[1]),
        [read_known(line) for line in lines if line.startswith("thread ")],
        requests,
    )
