"""What everybody outside was told, to be held against what there is."""

import threading
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Result(NamedTuple):
    """Of a batch that has ended: how it stands, and a line for each row."""

    standing: dict[str, Any]
    rows: list[dict[str, Any]]


@dataclass
class Told:
    """Letters that were acknowledged, by key; threads that were shown; changes.

    `batches` are those that were acknowledged, each with its rows' keys; `batches_coming` counts how often
    one has begun to be sent.
    """

    acknowledged: dict[str, dict[str, str]] = field(default_factory=dict)
    batches: dict[str, list[str]] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    changes: list[dict[str, Any]] = field(default_factory=list)
    sends: int = 0
    batches_coming: int = 0
    lost: int = 0
    strange: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def unread_batches(self) -> list[str]:
        """Those whose result is not known yet, the oldest first."""
        return [id for id in self.batches if id not in self.results]

    def acknowledge(self, key: str, reply: dict[str, str], *, token: str) -> None:
        """A key has one letter, however often and wherever it was sent."""
        with self.lock:
            known = self.acknowledged.setdefault(key, {**reply, "token": token})
        if known["id"] != reply["id"]:
            self.strange.append("One key was answered with two letters.")
