"""Taking a file in, settling what was found in it, keeping what letters enclose, and forgetting the rest."""

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.attachments.gateways import storing
from app.attachments.gateways.desk import Desk, Looked
from app.attachments.gateways.staging import Staged
from app.attachments.rules.kinds import ANY_TYPE, INSPECTING, KEPT_UNUSED, KINDS, REFUSED, kind_of
from app.attachments.rules.names import cleaned
from app.attachments.rules.refusals import NameMissing, StorageAway, TypeMismatch, TypeUnknown
from app.attachments.rules.standing import Standing
from app.audit.actions import Entry, record
from app.database import in_transaction, places, rows, run
from app.errors import CODES, Missing
from app.outbox import actions as outbox
from app.sessions.principals import CareSystem

INSPECT, ERASE = "attachments.inspect", "attachments.erase"
# By then whoever was storing the file has answered, or is gone.
UNANSWERED = timedelta(hours=1)
AT_ONCE = 500


class Received(NamedTuple):
    """A file that lies in the store. Nobody knows of it yet."""

    staged: Staged
    kind: str
    name: str
    looked: Looked


class _Id(NamedTuple):
    id: UUID


ADD = (
    "INSERT INTO attachments (id, provider_id, care_system_id, state, kind, size, scan, warnings,"
    " name_sealed, key_wrapped, created_at, inspected_at, test)"
    " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
)
SETTLE = (
    "UPDATE attachments SET state = {}, scan = {}, code = {}, warnings = {}, inspected_at = {}"
    " WHERE id = {} AND state = {} RETURNING 1 AS settled"
)
DROP = "UPDATE attachments SET key_wrapped = NULL, name_sealed = NULL WHERE id = {}"
# Keeping is claiming: what is swept at the same time is not found afterwards.
KEEP = "UPDATE attachments SET used_at = {} WHERE used_at IS NULL AND id IN (%s)"
KEPT = "SELECT id FROM attachments WHERE used_at IS NOT NULL AND id IN (%s)"
FORGET = (
    "DELETE FROM attachments WHERE used_at IS NULL AND id IN (SELECT id FROM attachments"
    " WHERE used_at IS NULL AND created_at < {} ORDER BY created_at LIMIT {}) RETURNING id"
)


async def receive(
    staged: Staged, *, name: str, declared: str, care_system: CareSystem, desk: Desk, now: datetime
) -> Received:
    """Look into the file and put it in the store. Raises the refusals of `attachment.*`.

    `declared` is the media type that the sender says it has.
    """
    kind = _kind(staged.head, declared)
    plain = cleaned(name, kind=kind)
    if not plain:
        raise NameMissing
    looked = await desk.look(staged.pieces)
    if looked.code is not None:
        await _note_refusal(looked.code, care_system, now)
        raise CODES[looked.code]
    # Before there is anything to erase: whatever happens from here on, no file stays that nobody knows of.
    await outbox.put(ERASE, {"attachment": str(staged.lock.id)}, now=now, run_at=now + UNANSWERED)
    try:
        await desk.store.put(staged.lock.id, staged.from_the_start())
    except storing.Away:
        raise StorageAway from None
    return Received(staged, kind, plain, looked)


@in_transaction
async def add(received: Received, *, care_system: CareSystem, now: datetime) -> Standing:
    """From now on the provider has the file."""
    staged, kind, name, looked = received
    lock, waits = staged.lock, looked.state == INSPECTING
    await run(
        ADD, lock.id, care_system.provider_id, care_system.id, looked.state, kind, staged.size, looked.scan,
        " ".join(looked.warnings), lock.seal_name(name), lock.wrapped(), now, None if waits else now,
        care_system.test,
    )  # fmt: skip
    if waits:
        await outbox.put(INSPECT, {"attachment": str(lock.id)}, now=now)
    await record(_by(care_system, "attachment.received", now, object_id=str(lock.id)))
    return Standing(
        lock.id,
        looked.state,
        kind,
        staged.size,
        looked.scan,
        None,
        looked.warnings,
        created_at=now,
        used_at=None,
    )


@in_transaction
async def settle(id: UUID, looked: Looked, *, now: datetime) -> None:
    """What was found, once; a file that is refused goes, and so does its key."""
    found = (looked.state, looked.scan, looked.code, " ".join(looked.warnings), now)
    if await run(SETTLE, *found, id, INSPECTING) and looked.state == REFUSED:
        await run(DROP, id)
        await outbox.put(ERASE, {"attachment": str(id)}, now=now)


async def keep(ids: AbstractSet[UUID], *, now: datetime) -> None:
    """Letters enclose these files, so they stay; in the transaction that delivers them.

    Nothing is asked when there are none. Raises `Missing` for one that was swept meanwhile.
    """
    if not ids:
        return
    all_of_them = sorted(ids)
    them = places(all_of_them)
    await run(KEEP % them, now, *all_of_them)
    kept = {row.id for row in await rows(_Id, KEPT % them, *all_of_them)}
    for id in all_of_them:
        if id not in kept:
            raise Missing("attachment", id)


@in_transaction
async def sweep(now: datetime) -> int:
    """What no letter has enclosed in a week goes, some at a time; returns how many files."""
    gone = await rows(_Id, FORGET, now - KEPT_UNUSED, AT_ONCE)
    for row in gone:
        await outbox.put(ERASE, {"attachment": str(row.id)}, now=now)
    return len(gone)


def _kind(head: bytes, declared: str) -> str:
    kind = kind_of(head)
    if kind is None:
        raise TypeUnknown
    if declared not in (ANY_TYPE, KINDS[kind].media_type):
        raise TypeMismatch
    return kind


@in_transaction
async def _note_refusal(code: str, care_system: CareSystem, now: datetime) -> None:
    """Somebody has sent what may do harm: that is looked for afterwards (ASVS 16.3)."""
    await record(_by(care_system, "attachment.refused", now, object_id=code, outcome="denied"))


def _by(
    care_system: CareSystem, action: str, now: datetime, *, object_id: str, outcome: str = "done"
) -> Entry:
    return Entry(
        action=action, at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id, outcome=outcome,
        object_kind="attachment", object_id=object_id,
    )  # fmt: skip
