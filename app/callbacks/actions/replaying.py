"""Sending again what did not arrive, or what a receiver has lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry, record
from app.callbacks.actions.announcing import delivery, queue
from app.callbacks.queries import Change, Endpoint, changes_of, changes_since, endpoint_for
from app.callbacks.rules.kinds import DELIVER
from app.callbacks.rules.replaying import MOST, CallbackDisabled
from app.database import in_transaction
from app.errors import Missing
from app.outbox.actions import forget_dead
from app.sessions.principals import CareSystem


class Replayed(NamedTuple):
    """How many changes are sent again, the number of the last, and whether there are later ones."""

    changes: int
    last: int | None
    more: bool


@in_transaction
async def replay_since(since: int, *, care_system: CareSystem, now: datetime) -> Replayed:
    """What has happened after number `since`, whether it was delivered or not; a thousand changes at most.

    Raises `Missing` or `CallbackDisabled`.
    """
    found = await changes_since(care_system.id, since, most=MOST + 1)
    return await _replay(found[:MOST], more=len(found) > MOST, care_system=care_system, now=now)


@in_transaction
async def replay_changes(ids: Sequence[UUID], *, care_system: CareSystem, now: datetime) -> Replayed:
    """Raises `Missing`, also for a change that is another's, or `CallbackDisabled`."""
    found = await changes_of(care_system.id, ids)
    unknown = set(ids) - {change.id for change in found}
    if unknown:
        raise Missing("change", next(id for id in ids if id in unknown))
    return await _replay(found, more=False, care_system=care_system, now=now)


async def _replay(
    changes: Sequence[Change], *, more: bool, care_system: CareSystem, now: datetime
) -> Replayed:
    endpoint = await _enabled(care_system)
    # What was given up begins anew, and is no dead letter any more.
    await forget_dead(endpoint.id, DELIVER, [delivery(change.id, endpoint.id) for change in changes])
    await queue([(change.id, endpoint.id) for change in changes], now=now)
    entry = Entry(
        action="callback.replayed", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        object_kind="callback", object_id=str(endpoint.id),
    )  # fmt: skip
    await record(entry)
    return Replayed(len(changes), changes[-1].number if changes else None, more)


async def _enabled(care_system: CareSystem) -> Endpoint:
    endpoint = await endpoint_for(care_system)
    if endpoint.disabled_at is not None:
        raise CallbackDisabled
    return endpoint
