"""Rights that are taken back count at the next request, whatever the provider still says."""

from datetime import datetime
from typing import Literal

from app import database
from app.audit.actions import Entry, record
from app.care.rules import ensure_hsa_id
from app.database import in_transaction, uuid7

Kind = Literal["assignment", "employee"]
COLUMNS: dict[Kind, str] = {"assignment": "hsa_id", "employee": "employee_hsa_id"}


async def withdraw_assignment(hsa_id: str, *, now: datetime) -> None:
    """What was opened in it ends, and it opens nothing until it is restored. Raises `NotAnHsaId`."""
    await _withdraw("assignment", hsa_id, now=now)


async def withdraw_employee(hsa_id: str, *, now: datetime) -> None:
    """As `withdraw_assignment`, for every assignment that the employee has. Raises `NotAnHsaId`."""
    await _withdraw("employee", hsa_id, now=now)


async def restore_assignment(hsa_id: str, *, now: datetime) -> None:
    """It opens again; what was ended stays so. Raises `NotAnHsaId`."""
    await _restore("assignment", hsa_id, now=now)


async def restore_employee(hsa_id: str, *, now: datetime) -> None:
    """As `restore_assignment`. Raises `NotAnHsaId`."""
    await _restore("employee", hsa_id, now=now)


@in_transaction
async def _withdraw(kind: Kind, hsa_id: str, *, now: datetime) -> None:
    key = ensure_hsa_id(hsa_id)
    await database.run(
        "INSERT INTO withdrawals (id, kind, hsa_id, withdrawn_at) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (kind, hsa_id) DO NOTHING",
        uuid7(),
        kind,
        key,
        now,
    )
    await database.run(
        f"DELETE FROM sessions WHERE id IN (SELECT session FROM assignments WHERE {COLUMNS[kind]} = {{}})",  # noqa: S608 - our own names
        key,
    )
    await _audited(f"{kind}.withdrawn", kind, key, now)


@in_transaction
async def _restore(kind: Kind, hsa_id: str, *, now: datetime) -> None:
    key = ensure_hsa_id(hsa_id)
    await database.run("DELETE FROM withdrawals WHERE kind = {} AND hsa_id = {}", kind, key)
    await _audited(f"{kind}.restored", kind, key, now)


async def _audited(action: str, kind: Kind, hsa_id: str, now: datetime) -> None:
    await record(Entry(action=action, at=now, actor_kind="operator", object_kind=kind, object_id=hsa_id))
