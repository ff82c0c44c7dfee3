"""What one process has leased and not given out: a request costs it a subtraction, not a question."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from time import monotonic
from typing import NamedTuple

from app.limits.actions.leasing import lease
from app.limits.rules import (
    AT_ONCE,
    FIRST_PART,
    PART_OF_REST,
    Policy,
    limit_field,
    pace,
    pause,
    policy_field,
    seconds_left,
    window_of,
)

MOST_KNOWN = 10_000


class Taken(NamedTuple):
    """Whether there were permits, and how the limit stands now. `wait` is how long until it is one's turn."""

    granted: bool
    wait: float
    policy: Policy
    quota: int
    left: int
    seconds: int
    policy_field: str

    @property
    def limit_field(self) -> str:
        return limit_field(self.policy, left=self.left, seconds=self.seconds)


class Limiter:
    """Exact: over all processes no more is given out in a window than its quota.

    What a process has leased and does not use is nobody's, so it leases few at first, and then about as many
    again as it has used.
    """

    def __init__(self, usual: Mapping[str, int]) -> None:
        """`usual` is the quota of each policy, by name, for whoever has none of their own."""
        self._usual = usual
        self._counters: dict[tuple[str, str], _Counter] = {}
        self._askers: dict[str, _Asker] = {}

    async def take(self, policy: Policy, subject: str, *, now: datetime, count: int = 1) -> Taken:
        """All of `count` permits, or none."""
        at = now.timestamp()
        number = window_of(policy, at)
        counter = self._counters.get((policy.name, subject)) or self._first_time(policy, subject)
        if counter.number != number or counter.permits < count:
            await self._fill(counter, policy, subject, number=number, count=count)
        granted = counter.permits >= count
        wait = 0.0
        if granted:
            counter.permits -= count
            wait = counter.turn(monotonic()) if policy.paced else 0.0
        left = counter.permits + counter.beyond
        seconds = seconds_left(policy, counter.number, at)
        return Taken(granted, wait, policy, counter.quota, left, seconds, counter.policy_field)

    def enter(self, subject: str) -> bool:
        """Whether one more request may run in this process; if so, `leave` when it has ended."""
        asker = self._askers.get(subject)
        if asker is None:
            asker = self._askers[subject] = _Asker(self._usual[AT_ONCE.name])
        if asker.running >= asker.at_once:
            return False
        asker.running += 1
        return True

    def leave(self, subject: str) -> None:
        self._askers[subject].running -= 1

    def at_once(self, subject: str) -> int:
        asker = self._askers.get(subject)
        return asker.at_once if asker else self._usual[AT_ONCE.name]

    def pause(self, subject: str, *, now: datetime) -> float:
        """How many seconds a refusal waits: who sends again at once would have us do nothing but refuse."""
        second = int(now.timestamp())
        asker = self._askers[subject]
        if asker.second != second:
            asker.second, asker.refused = second, 0
        asker.refused += 1
        return pause(asker.refused)

    def _first_time(self, policy: Policy, subject: str) -> "_Counter":
        if len(self._counters) >= MOST_KNOWN:
            # Leased and not given out: lost, as when a process ends.
            self._counters.clear()
        counter = _Counter(policy, self._usual[policy.name])
        self._counters[policy.name, subject] = counter
        return counter

    async def _fill(
        self, counter: "_Counter", policy: Policy, subject: str, *, number: int, count: int
    ) -> None:
        async with counter.lock:
            while counter.lacks(number, count):
                wanted = counter.wanted(number, count)
                leased = await lease(policy, subject, number=number, wanted=wanted)
                quota = leased.quota if leased.quota is not None else self._usual[policy.name]
                counter.gain(leased.number, taken=leased.taken, wanted=wanted, quota=quota, policy=policy)
                if subject in self._askers:
                    self._askers[subject].at_once = leased.at_once or self._usual[AT_ONCE.name]


class _Asker:
    """What runs for one asker in this process, and how many it was refused in the present second."""

    __slots__ = ("at_once", "refused", "running", "second")

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self.running = self.refused = self.second = 0


class _Counter:
    """The permits of one policy for one asker. `beyond` is what was left in the database when last asked."""

    __slots__ = (
        "ahead", "beyond", "block", "due", "gap", "lock", "number", "permits", "policy_field", "quota",
    )  # fmt: skip

    def __init__(self, policy: Policy, quota: int) -> None:
        self.number = -2
        self.permits = self.beyond = self.block = 0
        self.due = 0.0
        self.lock = asyncio.Lock()
        self._set(policy, quota)

    def lacks(self, number: int, count: int) -> bool:
        """Whether it is worth asking for more."""
        return not self._is_of(number) or (self.permits < count and self.beyond > 0)

    def wanted(self, number: int, count: int) -> int:
        if not self._is_of(number):
            return max(count, self.quota // FIRST_PART, 1)
        return max(count - self.permits, min(self.block, self.beyond // PART_OF_REST), 1)

    def gain(self, number: int, *, taken: int, wanted: int, quota: int, policy: Policy) -> None:
        granted = min(wanted, max(0, quota - (taken - wanted)))
        if self.number != number:
            self.number, self.permits = number, 0
        if self.quota != quota:
            self._set(policy, quota)
        self.permits += granted
        self.beyond = max(0, quota - taken)
        self.block = 2 * wanted

    def turn(self, at: float) -> float:
        """How many seconds from `at`, by this machine's steady clock, until the next request's turn."""
        due = max(self.due, at)
        self.due = due + self.gap
        return max(0.0, due - at - self.ahead)

    def _set(self, policy: Policy, quota: int) -> None:
        self.quota, self.policy_field = quota, policy_field(policy, quota)
        self.gap, self.ahead = pace(policy, quota)

    def _is_of(self, number: int) -> bool:
        # A machine whose clock is ahead may have begun the next window.
        return self.number - number in (0, 1)
