"""Telling what has happened, in the transaction in which it happens."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from app.callbacks.rules.kinds import ANNOUNCE
from app.database import Insert, id_like, insert_all, uuid7
from app.outbox.actions import job, put_of

NEW_EVENTS = (
    "INSERT INTO events (id, at, kind, provider_id, care_system_id, actor_kind, message_id, thread_id,"
    " summons_id, appointment_id, slot_id, from_slot_id, reason)"
)


class Event(Struct, frozen=True, kw_only=True):
    """What happened to what `care_system_id` sent, and who did it. Ids, and a word of ours for why.

    `actor_kind` is as in the audit: resident, guardian, clinician or care-system; clock where nobody did it.
    """

    kind: str
    provider_id: UUID
    care_system_id: UUID
    actor_kind: str
    message_id: UUID | None = None
    thread_id: UUID | None = None
    summons_id: UUID | None = None
    appointment_id: UUID | None = None
    slot_id: UUID | None = None
    from_slot_id: UUID | None = None
    reason: str | None = None

    def row(self, id: UUID, at: datetime) -> tuple[object, ...]:
        return (
            id, at, self.kind, self.provider_id, self.care_system_id, self.actor_kind, self.message_id,
            self.thread_id, self.summons_id, self.appointment_id, self.slot_id, self.from_slot_id,
            self.reason,
        )  # fmt: skip


async def tell(events: Sequence[Event], *, now: datetime) -> None:
    """Store the events in the caller's transaction; after it they are numbered and sent."""
    await insert_all(told(events, now=now))


def told(events: Sequence[Event], *, now: datetime) -> list[Insert]:
    """What `tell` stores, for whoever stores more with it: one job however many events, none for none."""
    if not events:
        return []
    ids = [uuid7() for _ in events]
    return [
        Insert(NEW_EVENTS, [event.row(id, now) for id, event in zip(ids, events, strict=True)]),
        job(ANNOUNCE, {"events": ids}, now=now),
    ]


def tell_each(table: str, *, kind: str) -> str:
    """`tell` as parts of a WITH: that the residents of `table` did this to the letters in it. For PostgreSQL.

    Its rows have the columns of an event's ids, and `at` and `like_id` as for `audit.actions.insert_each`.
    """
    events = (
        "INSERT INTO events (id, at, kind, provider_id, care_system_id, actor_kind, message_id, thread_id,"  # noqa: S608
        f" summons_id) SELECT {id_like('like_id')}, at, '{kind}', provider_id, care_system_id, 'resident',"
        f" id, thread_id, link_id FROM {table} RETURNING id, at"
    )
    ids = "CAST(json_build_object('events', json_agg(id)) AS text)"
    return f"told AS ({events}), announced AS ({put_of('told', ANNOUNCE, ids)})"
