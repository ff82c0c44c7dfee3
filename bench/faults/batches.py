"""One who sends batches while processes die; some of their letters it sends alone too."""

import json
import random
import time
from dataclasses import dataclass, field
from uuid import uuid4

from bench.faults.people import LOST, Api, Writer
from bench.faults.told import Result, Told

LINES = "application/x-ndjson"
# Small ones, and some of more than one chunk.
SIZES = (1, 5, 20, 150, 250)
MOST_PENDING = 6
# Between two, since each of their letters is also an event and a call.
PAUSE = 1.0
ALONE_TOO = 2


@dataclass
class Batcher:
    """Sends a batch now and then; one that is not acknowledged is sent again under its key until it is.

    `alone` sends letters of ours one by one, and knows all that we have sent. `sent_before`: so
    many rows were letters that had been sent already.
    """

    api: Api
    told: Told
    alone: Writer
    chance: random.Random
    pending: dict[str, list[str]] = field(default_factory=dict)
    sent_before: int = 0
    _next_at: float = 0.0

    def step(self) -> None:
        self.alone.step()
        if time.monotonic() > self._next_at:
            if len(self.pending) < MOST_PENDING:
                self.pending[f'"{uuid4()}"'] = self._rows(self.chance.choice(SIZES))
            self._send(self.chance.choice(list(self.pending)))
            self._next_at = time.monotonic() + PAUSE
        self._read_next()

    def finish(self) -> bool:
        """True when every batch is acknowledged, and every letter that was sent alone."""
        for key in list(self.pending):
            self._send(key)
        return self.alone.finish() and not self.pending

    def read(self) -> bool:
        """True when every batch has ended and its result is read."""
        while self._read_next():
            pass
        return not self.told.unread_batches

    def _rows(self, size: int) -> list[str]:
        """The keys of new letters, and up to a quarter of some that were sent before, acknowledged or not."""
        sent = list(self.alone.letters)
        old = self.chance.sample(sent, min(len(sent), size // 4))
        new = [self.alone.write() for _ in range(size - len(old))]
        self.alone.pending += new[:ALONE_TOO]
        self.sent_before += len(old)
        rows = [*new, *old]
        self.chance.shuffle(rows)
        return rows

    def _send(self, key: str) -> None:
        rows = (
            self.alone.letters[row].fields | {"idempotency_key": row.strip('"')} for row in self.pending[key]
        )
        raw = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        self.told.sends += 1
        self.told.batches_coming += 1
        try:
            reply = self.api.call("POST", "/batches", key=key, media_type=LINES, content=raw)
        except LOST:
            self.told.lost += 1
            return
        if reply.status_code == 202:
            self.told.batches[reply.json()["id"]] = self.pending.pop(key)
        elif reply.status_code != 409 and reply.status_code < 500:
            self.told.strange.append(f"a batch was answered with {reply.status_code}: {reply.text}")

    def _read_next(self) -> bool:
        """Read the result of the oldest that has none yet; False when it has not ended, or there is none."""
        if not self.told.unread_batches:
            return False
        id = self.told.unread_batches[0]
        try:
            standing = self.api.call("GET", f"/batches/{id}")
            if standing.status_code >= 500 or standing.json()["state"] != "done":
                return False
            result = self.api.call("GET", f"/batches/{id}/result")
            lines = [json.loads(line) for line in result.text.splitlines()]
        except LOST:
            return False
        if result.status_code != 200:
            return False
        self._note(id, Result(standing.json(), lines))
        return True

    def _note(self, id: str, result: Result) -> None:
        self.told.results[id] = result
        for key, line in zip(self.told.batches[id], result.rows, strict=False):
            if line["result"] == "accepted":
                self.told.acknowledge(key, line["reply"], token=self.alone.letters[key].token)
