"""Asking for files: how one stands, what letters are to enclose, what the worker is to look into."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.attachments.rules.kinds import CLEAN, INSPECTING
from app.attachments.rules.refusals import NotAccepted, NotInspected
from app.attachments.rules.standing import Standing
from app.attachments.sealed import Enclosure, Lock, lock_of
from app.audit.actions import Entry, record
from app.database import in_transaction, places, rows
from app.errors import Missing
from app.sessions.principals import CareSystem


class _StandingRow(NamedTuple):
    id: UUID
    state: str
    kind: str
    size: int
    scan: str
    code: str | None
    warnings: str
    created_at: datetime
    used_at: datetime | None


class _Stored(NamedTuple):
    id: UUID
    provider_id: UUID
    state: str
    kind: str
    size: int
    name_sealed: bytes | None
    key_wrapped: bytes | None


STANDING = (
    "SELECT id, state, kind, size, scan, code, warnings, created_at, used_at FROM attachments"
    " WHERE id = {} AND provider_id = {} AND test = {}"
)
STORED = "SELECT id, provider_id, state, kind, size, name_sealed, key_wrapped FROM attachments WHERE "


@in_transaction
async def standing_for(care_system: CareSystem, id: UUID, *, now: datetime) -> Standing:
    """For the care systems of the provider that sent it in. Raises `Missing`."""
    found = await rows(_StandingRow, STANDING, id, care_system.provider_id, care_system.test)
    if not found:
        raise Missing("attachment", id)
    await record(
        Entry(
            action="attachment.status-read",
            at=now,
            actor_kind=care_system.actor.kind,
            actor_id=care_system.id,
            object_kind="attachment",
            object_id=str(id),
        )
    )
    row = found[0]
    return Standing(
        row.id, row.state, row.kind, row.size, row.scan, row.code, tuple(row.warnings.split()),
        row.created_at, row.used_at,
    )  # fmt: skip


async def enclosures(ids: Sequence[UUID], *, care_system: CareSystem) -> tuple[Enclosure, ...]:
    """What a letter keeps of these files, in their order; nothing is asked when there are none.

    Raises `Missing`, `NotInspected` or `NotAccepted` for the first that cannot be enclosed.
    """
    if not ids:
        return ()
    sql = f"{STORED}provider_id = {{}} AND test = {{}} AND id IN ({places(ids)})"
    whose = (care_system.provider_id, care_system.test)
    found = {row.id: row for row in await rows(_Stored, sql, *whose, *ids)}
    return tuple(_enclosure(found.get(id), id, f"/attachments/{place}") for place, id in enumerate(ids))


async def to_inspect(id: UUID) -> Lock | None:
    """What opens the file; None when somebody has looked into it already, or it is gone."""
    found = await rows(_Stored, f"{STORED}id = {{}} AND state = {{}}", id, INSPECTING)
    return _lock(found[0]) if found else None


async def is_kept(id: UUID) -> bool:
    """Whether the file must stay in the store."""
    return bool(await rows(_Stored, f"{STORED}id = {{}} AND key_wrapped IS NOT NULL", id))


def _enclosure(row: _Stored | None, id: UUID, pointer: str) -> Enclosure:
    if row is None:
        raise Missing("attachment", id, pointer=pointer)
    if row.state == INSPECTING:
        raise NotInspected(pointer=pointer)
    if row.state != CLEAN or row.name_sealed is None:
        raise NotAccepted(pointer=pointer)
    lock = _lock(row)
    return Enclosure(row.id, lock.open_name(row.name_sealed), row.kind, row.size, lock.key)


def _lock(row: _Stored) -> Lock:
    return lock_of(row.key_wrapped or b"", provider_id=row.provider_id, id=row.id)
