"""What has happened since a number, and where and what to post."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.callbacks.rules.cursors import ensure_given
from app.database import rows, transaction
from app.errors import Missing
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
    url: str
    changed_at: datetime
    disabled_at: datetime | None


class Target(NamedTuple):
    """An endpoint with what its callbacks are signed with."""

    id: UUID
    provider_id: UUID
    url: str
    key_wrapped: bytes
    secret_sealed: bytes
    previous_sealed: bytes | None
    previous_until: datetime | None


class _Last(NamedTuple):
    last: int


CHANGE = (
    "SELECT id, number, at, kind, actor_kind, message_id, thread_id, summons_id, appointment_id, slot_id,"
    " from_slot_id, reason FROM events"
)
SINCE = f"{CHANGE} WHERE care_system_id = {{}} AND number > {{}} ORDER BY number LIMIT {{}}"
ENDPOINT = "SELECT url, changed_at, disabled_at FROM callback_endpoints WHERE care_system_id = {}"
TARGET = (
    "SELECT id, provider_id, url, key_wrapped, secret_sealed, previous_sealed, previous_until"
    " FROM callback_endpoints WHERE id = {} AND disabled_at IS NULL"
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
    found = await rows(Endpoint, ENDPOINT, care_system.id)
    if not found:
        raise Missing("callback")
    return found[0]


async def event(event_id: UUID) -> Change | None:
    found = await rows(Change, f"{CHANGE} WHERE id = {{}} AND number IS NOT NULL", event_id)
    return found[0] if found else None


async def target(endpoint_id: UUID) -> Target | None:
    """None once it is removed or disabled."""
    found = await rows(Target, TARGET, endpoint_id)
    return found[0] if found else None
