"""A care system changes a letter that it has delivered: which one, and who hears of it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.audit.actions import Entry
from app.database import LOCKED, rows
from app.errors import Missing
from app.inbox.actions.resealing import Held, held, lock
from app.inbox.actions.sent import Sent
from app.sessions.principals import Actor, CareSystem


class _Of(NamedTuple):
    thread_id: UUID
    care_unit: str
    test: bool


class Waiting(NamedTuple):
    """A letter that has not come: it waits, or it never will."""

    id: UUID
    thread_id: UUID
    provider_id: UUID
    care_system_id: UUID
    resident_id: UUID
    state: str
    ended_at: datetime | None
    care_unit: str
    test: bool
    link_id: UUID | None

    def sent(self) -> Sent:
        return Sent(self.id, self.thread_id, self.provider_id, self.care_system_id, self.link_id)

    def entry(self, action: str, actor: Actor, now: datetime) -> Entry:
        return Entry(
            action=action, at=now, actor_kind=actor.kind, actor_id=actor.id, resident_id=self.resident_id,
            care_unit=self.care_unit, object_kind="message", object_id=str(self.id),
        )  # fmt: skip


OF_PROVIDER = (
    "SELECT m.thread AS thread_id, c.hsa_id AS care_unit, m.test FROM messages m"
    " JOIN clinics c ON c.id = m.clinic WHERE m.id = {} AND m.provider_id = {}"
)


WAITING = (
    "SELECT m.id, m.thread AS thread_id, m.provider_id, m.care_system_id, m.resident AS resident_id, m.state,"  # noqa: S608
    " m.ended_at, (SELECT hsa_id FROM clinics WHERE id = m.clinic) AS care_unit,"
    " (SELECT behaviour IS NOT NULL FROM residents WHERE id = m.resident) AS test, m.link_id"
    f" FROM scheduled_messages m WHERE m.id = {{}} AND m.provider_id = {{}}{LOCKED}"
)


async def locked(message_id: UUID, care_system: CareSystem) -> Held:
    """One of its provider's, with its thread, until the transaction ends. Raises `Missing`."""
    found = await rows(_Of, OF_PROVIDER, message_id, care_system.provider_id)
    if not found or not care_system.sees(found[0].care_unit, test=bool(found[0].test)):
        raise Missing("message", message_id)
    await lock(found[0].thread_id)
    return await held(message_id)


async def locked_waiting(message_id: UUID, care_system: CareSystem) -> Waiting | None:
    """One of its provider's that has not come, until the transaction ends."""
    for found in await rows(Waiting, WAITING, message_id, care_system.provider_id):
        if care_system.sees(found.care_unit, test=bool(found.test)):
            return found
    return None


def sent(letter: Held) -> Sent:
    return Sent(letter.id, letter.thread_id, letter.provider_id, letter.care_system_id, letter.link_id)


def entry(letter: Held, action: str, care_system: CareSystem, now: datetime) -> Entry:
    actor = care_system.actor
    return Entry(
        action=action, at=now, actor_kind=actor.kind, actor_id=actor.id, resident_id=letter.resident_id,
        care_unit=letter.care_unit, object_kind="message", object_id=str(letter.id),
    )  # fmt: skip
