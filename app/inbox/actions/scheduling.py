"""Letters that are accepted now and delivered later: kept sealed, taken out once, or given up.

What is kept is the letter as its door received it. The door reads it again when the time comes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.attachments.actions import keep
from app.audit.actions import Entry, record, recorded
from app.callbacks.actions import tell, told
from app.database import LOCKED, Insert, in_transaction, insert_all, places, rows, run, uuid7
from app.inbox.actions.continuing import Continued, begin_named, name_of
from app.inbox.actions.ending import CLOCK
from app.inbox.actions.letters import Accepted, Letter
from app.inbox.actions.sent import Sent
from app.inbox.rules import NOT_DELIVERED, SCHEDULED, UnknownThread
from app.inbox.sealed import Waiting, open_letter, seal_letter
from app.outbox.actions import jobs, put
from app.sessions.principals import Actor

PUBLISH = "messages.publish"

THREADS = "SELECT id, resident AS resident_id, clinic AS clinic_id FROM threads WHERE id IN (%s)"
NEW = (
    "INSERT INTO scheduled_messages (id, thread, resident, clinic, provider_id, care_system_id, link_kind,"
    " link_id, letter_sealed, provider_key, accepted_at, publish_at, state)"
)
# Locked until the transaction ends: whoever comes second finds no row.
TAKE = (
    "SELECT id, thread AS thread_id, provider_id, care_system_id, letter_sealed, provider_key, accepted_at,"  # noqa: S608
    f" publish_at, link_id FROM scheduled_messages WHERE id = {{}} AND state = '{SCHEDULED}'"
    f" AND publish_at <= {{}}{LOCKED}"
)
FORGET = "DELETE FROM scheduled_messages WHERE id = {}"
POSTPONE = "UPDATE scheduled_messages SET publish_at = {} WHERE id = {}"
END = (
    "UPDATE scheduled_messages SET state = {}, reason = {}, ended_at = {}, letter_sealed = NULL,"  # noqa: S608
    f" provider_key = NULL WHERE id = {{}} AND state = '{SCHEDULED}'"
    " RETURNING id, thread AS thread_id, provider_id, care_system_id, resident AS resident_id, link_id"
)


class WaitingLetter(NamedTuple):
    """A letter ready to be kept until `publish_at`, as its door received it, sealed."""

    id: UUID
    thread_id: UUID
    publish_at: datetime
    letter: Letter
    kept: Waiting


class Scheduled(NamedTuple):
    id: UUID
    thread_id: UUID
    accepted_at: datetime
    publish_at: datetime


class Due(NamedTuple):
    """A letter whose time has come, `letter` as its door received it. `link_id` is what it is about."""

    id: UUID
    thread_id: UUID
    care_system_id: UUID
    letter: bytes
    accepted: Accepted
    link_id: UUID | None


class _Kept(NamedTuple):
    id: UUID
    thread_id: UUID
    provider_id: UUID
    care_system_id: UUID
    letter_sealed: bytes
    provider_key: bytes
    accepted_at: datetime
    publish_at: datetime
    link_id: UUID | None


class _Ended(NamedTuple):
    id: UUID
    thread_id: UUID
    provider_id: UUID
    care_system_id: UUID
    resident_id: UUID
    link_id: UUID | None


class _Belongs(NamedTuple):
    id: UUID
    resident_id: UUID
    clinic_id: UUID


def waiting(letter: Letter, received: bytes, *, publish_at: datetime, care_system_id: UUID) -> WaitingLetter:
    """Its ids are given now. `received` is what its door has to read again when its time comes."""
    id, thread_id = uuid7(), letter.thread_id or name_of(letter, care_system_id) or uuid7()
    kept = seal_letter(received, provider_id=letter.clinic.provider_id, message_id=id)
    return WaitingLetter(id, thread_id, publish_at, letter, kept)


@in_transaction
async def schedule(
    letters: Sequence[WaitingLetter], *, care_system_id: UUID, by: Actor, now: datetime
) -> list[Scheduled]:
    """Keep them, all or none, in as few statements as one. Raises `UnknownThread`."""
    if not letters:
        return []
    await keep({enclosed.id for each in letters for enclosed in each.letter.attachments}, now=now)
    # A new thread is in nobody's list before it has a letter.
    await begin_named([_thread(each) for each in letters if each.letter.thread_id is None], now=now)
    await _ensure_threads(letters)
    await insert_all(
        [
            Insert(NEW, [_row(each, care_system_id, now) for each in letters]),
            recorded([_entry(each, by, now) for each in letters]),
            jobs([(PUBLISH, {"message": each.id}, each.publish_at) for each in letters], now=now),
            *told(
                [_sent(each, care_system_id).became("message.scheduled", by.kind) for each in letters],
                now=now,
            ),
        ]
    )
    return [Scheduled(each.id, each.thread_id, now, each.publish_at) for each in letters]


async def due(message_id: UUID, *, now: datetime) -> Due | None:
    """The letter, held until the caller's transaction ends; None when it is not its time, or it is done."""
    for kept in await rows(_Kept, TAKE, message_id, now):
        letter = open_letter(
            kept.letter_sealed, kept.provider_key, provider_id=kept.provider_id, message_id=kept.id
        )
        accepted = Accepted(kept.accepted_at, kept.publish_at)
        return Due(kept.id, kept.thread_id, kept.care_system_id, letter, accepted, kept.link_id)
    return None


async def forget(message_id: UUID) -> None:
    """It is delivered, in the same transaction."""
    await run(FORGET, message_id)


async def postpone(message_id: UUID, *, until: datetime, now: datetime) -> None:
    """To be called while it is held."""
    await run(POSTPONE, until, message_id)
    await put(PUBLISH, {"message": message_id}, now=now, run_at=until)


@in_transaction
async def give_up(message_id: UUID, *, reason: str, now: datetime) -> None:
    """It could not be delivered: `reason` is the code. What it said is destroyed. Once."""
    for ended in await rows(_Ended, END, NOT_DELIVERED, reason, now, message_id):
        sent = Sent(ended.id, ended.thread_id, ended.provider_id, ended.care_system_id, ended.link_id)
        await tell([sent.became("message.not-delivered", CLOCK)], now=now)
        entry = Entry(
            action="message.not-delivered", at=now, actor_kind="care-system", actor_id=ended.care_system_id,
            resident_id=ended.resident_id, object_kind="message", object_id=str(ended.id),
        )  # fmt: skip
        await record(entry)


async def _ensure_threads(letters: Sequence[WaitingLetter]) -> None:
    ids = sorted({each.thread_id for each in letters})
    there = set(await rows(_Belongs, THREADS % places(ids), *ids))
    if any(_belongs(each) not in there for each in letters):
        raise UnknownThread


def _belongs(waiting: WaitingLetter) -> _Belongs:
    return _Belongs(waiting.thread_id, waiting.letter.resident_id, waiting.letter.clinic.id)


def _thread(waiting: WaitingLetter) -> Continued:
    return Continued(*_belongs(waiting), line=b"", hidden=waiting.letter.hidden_from_guardians)


def _sent(waiting: WaitingLetter, care_system_id: UUID) -> Sent:
    letter = waiting.letter
    return Sent(waiting.id, waiting.thread_id, letter.clinic.provider_id, care_system_id, letter.link[1])


def _row(waiting: WaitingLetter, care_system_id: UUID, now: datetime) -> tuple[object, ...]:
    letter, clinic = waiting.letter, waiting.letter.clinic
    return (
        waiting.id, waiting.thread_id, letter.resident_id, clinic.id, clinic.provider_id, care_system_id,
        *letter.link, *waiting.kept, now, waiting.publish_at, SCHEDULED,
    )  # fmt: skip


def _entry(waiting: WaitingLetter, by: Actor, now: datetime) -> Entry:
    return Entry(
        action="message.scheduled",
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        assignment=by.assignment,
        resident_id=waiting.letter.resident_id,
        care_unit=waiting.letter.clinic.hsa_id,
        object_kind="message",
        object_id=str(waiting.id),
        basis=waiting.letter.relation,
    )
