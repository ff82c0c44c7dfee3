"""What the steps of the day share: whom to write to, what has been sent, and how long to wait for people."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from demo.care_system import CareSystem, Refused

EVERY = 0.5


class NotSo(Exception):
    """What a step found to be otherwise than the contract says."""


class NotTried(Exception):
    """Why a step could not be tried here; a day with such a step is not whole."""


@dataclass
class Day:
    """`recipients` are numbers by behaviour; `told` are the genuine callbacks that came, by event.

    `expected` are the types of what people did today, of which callbacks should tell. Without an address of
    ours that is called, `callback_url` is None, and `uncalled` says why.
    """

    care: CareSystem
    http: httpx2.Client
    clinic: str
    patience: float
    callback_url: str | None
    recipients: dict[str, str] = field(default_factory=dict)
    slots: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    expected: set[str] = field(default_factory=set)
    uncalled: str = ""
    cursor: int = 0
    mark: str = field(default_factory=lambda: uuid4().hex[:8])

    @property
    def time_type(self) -> str:
        """One of this day's own, so that nobody else's free times are among them."""
        return f"acceptance-{self.mark}"

    def letter(self, behaviour: str, **more: Any) -> dict[str, Any]:
        return {
            "clinic": self.clinic,
            "recipient": self.recipient(behaviour),
            "type": "information",
            "relation": "ongoing-care",
            "subject": f"Provbrev {self.mark}",
            "body": {"format": "plain", "text": "Det här brevet skickades för att prova en anslutning."},
            "purpose": "Vi provar att brev kommer fram.",
            "use_of_answers": "Det går inte att svara på det här brevet.",
            "contact": {"phone": "08-465 004 30"},
            **more,
        }

    def summons(self, behaviour: str, **more: Any) -> dict[str, Any]:
        words = {name: value for name, value in self.letter(behaviour).items() if name != "type"}
        return {**words, "time_type": self.time_type, "subject": f"Provkallelse {self.mark}", **more}

    def recipient(self, behaviour: str) -> str:
        if behaviour not in self.recipients:
            raise NotTried(f"No made-up recipient here is called {behaviour}.")
        return self.recipients[behaviour]

    def send(self, letter: dict[str, Any], *, key: str | None = None) -> dict[str, Any]:
        sent = self.care.send(letter, key=key)
        self.sent.append(sent["id"])
        return sent

    def until(
        self, ask: Callable[[], dict[str, Any]], ready: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        """Ask again and again until what comes is `ready`. Raises `NotSo` when patience ends."""
        ends_at = time.monotonic() + self.patience
        while not ready(found := ask()):
            if time.monotonic() > ends_at:
                raise NotSo(f"Nothing happened within {self.patience:.0f} seconds.")
            time.sleep(EVERY)
        return found


def ensure(so: bool, otherwise: str) -> None:
    if not so:
        raise NotSo(otherwise)


def refused_with(code: str, act: Callable[[], object]) -> str:
    """The code, when `act` is refused with it and the problem document says what to do."""
    try:
        act()
    except Refused as refusal:
        said = refusal.problem.get("code") or refusal.problem.get("error")
        ensure(said == code, f"It was refused with {said}, not with {code}.")
        detail = refusal.problem.get("detail") or refusal.problem.get("error_description")
        ensure(bool(detail), f"{code} came without a sentence that says what to change.")
        return code
    raise NotSo(f"It was accepted, and should be refused with {code}.")


def soon(**later: float) -> str:
    """RFC 3339, so long from now."""
    return (datetime.now(UTC) + timedelta(**later)).isoformat(timespec="seconds")
