"""What has happened since a number, and where and what to post."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from app.audit.actions import Entry, record
from app.callbacks.rules.cursors import ensure_given
from app.callbacks.rules.kinds import DELIVER
from app.callbacks.sealed import Sealed
from app.database import places, rows, transaction
from app.errors import Missing
from app.outbox.queries import DeadInLane, dead_in_lane
from app.sessions.principals import CareSystem


class Change(NamedTuple):
    """A numbered event."""

    id: UUID
    number: int
    at: datetime
    kind: str
    actor_kind: str
    message_id: UUID | None
    thread_id: UUID | None
    summons_id: UUID | None
    appointment_id: UUID | None
    slot_id: UUID | None
    from_slot_id: UUID | None
    reason: str | None


class Changes(NamedTuple):
    """`next` is the number to ask from the next time; `more` says that there is something now."""

    changes: list[Change]
    next: int
    more: bool


class Endpoint(NamedTuple):
    """`signatures` are the names of those chosen. `disabled_reason` is a word of rules/faults.py."""

    id: UUID
    url: str
    signatures: str
    public_key: bytes | None
    previous_public_key: bytes | None
    previous_until: datetime | None
    changed_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None
    failing_since: datetime | None


class Target(NamedTuple):
    """An endpoint with what its callbacks are signed with, sealed."""

    id: UUID
    provider_id: UUID
    url: str
    previous_until: datetime | None
    failing_since: datetime | None
    key_wrapped: bytes
    secret_sealed: bytes
    previous_sealed: bytes | None
    signing_sealed: bytes | None
    previous_signing_sealed: bytes | None

    @property
    def sealed(self) -> Sealed:
        return Sealed(*self[5:])


class Failure(NamedTuple):
    """A change that was given up, after so many tries. `fault` is the last one's name."""

    change: Change
    attempts: int
    fault: str | None
    failed_at: datetime


class Failures(NamedTuple):
    """`next` is what to ask after, None at the end."""

    failures: list[Failure]
    next: UUID | None


class Tested(NamedTuple):
    """A made-up event and what came of it: `status` is HTTP's, `fault` why there is none."""

    id: UUID
    created_at: datetime
    done_at: datetime | None
    status: int | None
    fault: str | None


class Receiver(NamedTuple):
    """A care system that is called, as the operator sees it."""

    client_id: str
    name: str
    url: str
    disabled_at: datetime | None
    disabled_reason: str | None
    failing_since: datetime | None


class _Last(NamedTuple):
    last: int


CHANGE = (
    "SELECT id, number, at, kind, actor_kind, message_id, thread_id, summons_id, appointment_id, slot_id,"
    " from_slot_id, reason FROM events"
)
SINCE = f"{CHANGE} WHERE care_system_id = {{}} AND number > {{}} ORDER BY number LIMIT {{}}"
OF_IDS = f"{CHANGE} WHERE care_system_id = {{}} AND number IS NOT NULL AND id IN (%s) ORDER BY number"
ENDPOINT = (
    "SELECT id, url, signatures, public_key, previous_public_key, previous_until, changed_at, disabled_at,"
    " disabled_reason, failing_since FROM callback_endpoints WHERE care_system_id = {}"
)
TARGET = (
    "SELECT id, provider_id, url, previous_until, failing_since, key_wrapped, secret_sealed, previous_sealed,"
    " signing_sealed, previous_signing_sealed FROM callback_endpoints WHERE id = {}"
)
TEST = "SELECT id, created_at, done_at, status, fault FROM callback_tests"
RECEIVERS = (
    "SELECT s.client_id, s.name, c.url, c.disabled_at, c.disabled_reason, c.failing_since"
    " FROM callback_endpoints c JOIN care_systems s ON s.id = c.care_system_id ORDER BY s.name, s.client_id"
)


async def changes_for(care_system: CareSystem, *, since: int, most: int, now: datetime) -> Changes:
    """What happened to what this care system sent, after number `since`, in the order of the numbers.

    No number is ever given below one that has been seen. Raises `CursorUnknown`.
    """
    async with transaction():
        found = await rows(Change, SINCE, care_system.id, since, most + 1)
        if not found:
            await _ensure_given(since)
        shown = found[:most]
        last = shown[-1].number if shown else since
        entry = Entry(
            action="changes.read", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
            object_kind="changes", object_id=f"{since}-{last}",
        )  # fmt: skip
        await record(entry)
    return Changes(shown, last, len(found) > most)


async def _ensure_given(since: int) -> None:
    counted = await rows(_Last, "SELECT last FROM event_counter WHERE id = 1")
    ensure_given(since, last=counted[0].last if counted else 0)


async def endpoint_for(care_system: CareSystem) -> Endpoint:
    """Raises `Missing`."""
    return await endpoint_of(care_system.id)


async def endpoint_of(care_system_id: UUID) -> Endpoint:
    """Raises `Missing`."""
    found = await rows(Endpoint, ENDPOINT, care_system_id)
    if not found:
        raise Missing("callback")
    return found[0]


async def changes_of(care_system_id: UUID, ids: Sequence[UUID]) -> list[Change]:
    """Those of the changes that are this care system's, in the order of their numbers."""
    return await rows(Change, OF_IDS % places(ids), care_system_id, *ids) if ids else []


async def changes_since(care_system_id: UUID, since: int, *, most: int) -> list[Change]:
    return await rows(Change, SINCE, care_system_id, since, most)


async def failures_for(care_system: CareSystem, *, after: UUID | None, most: int, now: datetime) -> Failures:
    """What could not be delivered and is not tried any more, the oldest first. Raises `Missing`."""
    async with transaction():
        endpoint = await endpoint_for(care_system)
        dead = await dead_in_lane(endpoint.id, kind=DELIVER, after=after, most=most + 1)
        shown = dead[:most]
        changes = await changes_of(care_system.id, [_event_id(letter) for letter in shown])
        known = {change.id: change for change in changes}
        entry = Entry(
            action="callback-failures.read", at=now, actor_kind=care_system.actor.kind,
            actor_id=care_system.id, object_kind="callback", object_id=str(endpoint.id),
        )  # fmt: skip
        await record(entry)
    failures = [
        Failure(known[_event_id(letter)], letter.attempts, letter.last_error, letter.dead_at)
        for letter in shown
        if _event_id(letter) in known
    ]
    return Failures(failures, shown[-1].id if len(dead) > most else None)


def _event_id(letter: DeadInLane) -> UUID:
    return UUID(msgspec.json.decode(letter.payload)["event"])


async def outcome_of_test(care_system: CareSystem, test_id: UUID) -> Tested:
    """Raises `Missing`."""
    found = await rows(Tested, f"{TEST} WHERE id = {{}} AND care_system_id = {{}}", test_id, care_system.id)
    if not found:
        raise Missing("callback test", test_id)
    return found[0]


async def receivers() -> list[Receiver]:
    return await rows(Receiver, RECEIVERS)


async def event(event_id: UUID) -> Change | None:
    found = await rows(Change, f"{CHANGE} WHERE id = {{}} AND number IS NOT NULL", event_id)
    return found[0] if found else None


async def target(endpoint_id: UUID, *, disabled: bool = False) -> Target | None:
    """None once it is removed, or disabled unless `disabled` is right too."""
    found = await rows(Target, TARGET if disabled else f"{TARGET} AND disabled_at IS NULL", endpoint_id)
    return found[0] if found else None
