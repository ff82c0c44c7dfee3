"""Putting letters in their recipients' inboxes."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.attachments.actions import keep
from app.audit.actions import Entry, recorded
from app.callbacks.actions import told
from app.database import Insert, in_transaction, insert_all, uuid7
from app.inbox.actions.continuing import Continued, begin_named, move_up, name_of
from app.inbox.actions.ending import Deadlines, reminders
from app.inbox.actions.letters import Letter
from app.inbox.actions.replacing import lock_replaced, mark_replaced
from app.inbox.actions.sent import Sent
from app.inbox.sealed import Copies, seal_content, seal_line
from app.outbox.actions import job
from app.residents.queries import Recipient, recipients_of
from app.sessions.principals import Actor


class Delivered(NamedTuple):
    id: UUID
    thread_id: UUID
    delivered_at: datetime


class SealedLetter(NamedTuple):
    """A letter ready to be stored, its text and its thread's line sealed.

    `begins`: its thread is new. `test`: it is to a made-up recipient.
    """

    id: UUID
    thread_id: UUID
    begins: bool
    letter: Letter
    line: bytes
    copies: Copies
    test: bool


# To a made-up recipient, who does something about it: a higher feature knows what.
REHEARSE = "rehearsal.begin"
NEW_THREADS = (
    "INSERT INTO threads (id, resident, clinic, line_sealed, last_at, unread, created_at,"
    " hidden_from_guardians)"
)
NEW_MESSAGES = (
    "INSERT INTO messages (id, thread, resident, clinic, provider_id, care_system_id, kind, relation,"
    " link_kind, link_id, content_sealed, resident_key, provider_key, delivered_at, reply_allowed, sensitive,"
    " hidden_from_guardians, notify, accepted_at, publish_at, due_at, expires_at, confirm_receipt,"
    " approval_id, test)"
)


async def deliver(letter: Letter, *, care_system_id: UUID, by: Actor, now: datetime) -> Delivered:
    """Put the letter in the resident's inbox: from then on it counts as arrived.

    It is the care system's letter, whoever caused it: a resident who books causes a confirmation. Raises
    `UnknownThread`, and for what it replaces `Missing` or `AlreadyReplaced`.
    """
    [delivered] = await deliver_all([letter], care_system_id=care_system_id, by=by, now=now)
    return delivered


async def deliver_all(
    letters: Sequence[Letter], *, care_system_id: UUID, by: Actor, now: datetime
) -> list[Delivered]:
    """Put the letters in their inboxes, all or none, in as few statements as one. Raises as `deliver`."""
    sealed = await seal_all(letters, care_system_id=care_system_id)
    return await deliver_sealed(sealed, care_system_id=care_system_id, by=by, now=now)


async def seal_all(letters: Sequence[Letter], *, care_system_id: UUID) -> list[SealedLetter]:
    """What costs time, done before a transaction locks anything."""
    known = await recipients_of([letter.resident_id for letter in letters])
    return [_sealed(letter, known[letter.resident_id], care_system_id) for letter in letters]


@in_transaction
async def deliver_sealed(
    sealed: Sequence[SealedLetter], *, care_system_id: UUID, by: Actor, now: datetime
) -> list[Delivered]:
    """Store what `seal_all` has made. Raises what `deliver` does."""
    continued = _continued(sealed)
    await keep({enclosed.id for each in sealed for enclosed in each.letter.attachments}, now=now)
    await begin_named([_in_thread(each) for each in sealed if _is_named(each.letter)], now=now)
    replaced = await lock_replaced([each.letter for each in sealed], [each.thread_id for each in continued])
    hidden = await move_up(continued, now=now)
    sent = [
        Sent(each.id, each.thread_id, each.letter.clinic.provider_id, care_system_id, each.letter.link[1])
        for each in sealed
    ]
    await insert_all(
        [
            Insert(NEW_THREADS, [_thread(each, now) for each in sealed if each.begins]),
            Insert(NEW_MESSAGES, [_message(each, care_system_id, hidden, now) for each in sealed]),
            recorded([_entry(each, by, now) for each in sealed]),
            reminders(_deadlines(sealed), now=now),
            *told([each.became("message.delivered", by.kind) for each in sent], now=now),
            *_rehearsed([each.id for each in sealed if each.test], now),
        ]
    )
    for earlier in replaced:
        await mark_replaced(earlier, by=_replacing(earlier.id, sealed), now=now)
    return [Delivered(each.id, each.thread_id, now) for each in sealed]


def _rehearsed(made_up: list[UUID], now: datetime) -> list[Insert]:
    return [job(REHEARSE, {"messages": made_up}, now=now)] if made_up else []


def _sealed(letter: Letter, recipient: Recipient, care_system_id: UUID) -> SealedLetter:
    known = letter.thread_id or name_of(letter, care_system_id)
    id, thread_id = letter.id or uuid7(), known or uuid7()
    return SealedLetter(
        id=id,
        thread_id=thread_id,
        begins=known is None,
        letter=letter,
        line=seal_line(letter.line(), key=recipient.key, thread_id=thread_id),
        copies=seal_content(letter.content(), provider_id=letter.clinic.provider_id, message_id=id),
        test=recipient.made_up,
    )


def _continued(sealed: Sequence[SealedLetter]) -> list[Continued]:
    return [_in_thread(each) for each in sealed if not each.begins]


def _in_thread(sealed: SealedLetter) -> Continued:
    letter = sealed.letter
    belongs = (sealed.thread_id, letter.resident_id, letter.clinic.id)
    return Continued(*belongs, sealed.line, letter.hidden_from_guardians)


def _deadlines(sealed: Sequence[SealedLetter]) -> list[Deadlines]:
    return [Deadlines(each.id, each.letter.due_at, each.letter.expires_at) for each in sealed]


def _thread(sealed: SealedLetter, now: datetime) -> tuple[object, ...]:
    letter = sealed.letter
    return (
        sealed.thread_id, letter.resident_id, letter.clinic.id, sealed.line, now, 1, now,
        letter.hidden_from_guardians,
    )  # fmt: skip


def _message(
    sealed: SealedLetter, care_system_id: UUID, hidden_threads: AbstractSet[UUID], now: datetime
) -> tuple[object, ...]:
    """Whatever comes into a thread that guardians may not see is hidden too: it answers what is."""
    letter, clinic = sealed.letter, sealed.letter.clinic
    hidden = letter.hidden_from_guardians or sealed.thread_id in hidden_threads
    return (
        sealed.id, sealed.thread_id, letter.resident_id, clinic.id, clinic.provider_id, care_system_id,
        letter.kind, letter.relation, *letter.link, *sealed.copies, now, letter.reply_allowed,
        letter.sensitive, hidden, letter.notify, *(letter.accepted or (None, None)), letter.due_at,
        letter.expires_at, letter.confirm_receipt, letter.approval_id, sealed.test,
    )  # fmt: skip


def _entry(sealed: SealedLetter, by: Actor, now: datetime) -> Entry:
    return Entry(
        action="message.delivered",
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        assignment=by.assignment,
        resident_id=sealed.letter.resident_id,
        care_unit=sealed.letter.clinic.hsa_id,
        object_kind="message",
        object_id=str(sealed.id),
        basis=sealed.letter.relation,
    )


def _is_named(letter: Letter) -> bool:
    return letter.thread_id is None and letter.thread_reference != ""


def _replacing(earlier_id: UUID, sealed: Sequence[SealedLetter]) -> UUID:
    return next(each.id for each in sealed if each.letter.replaces == earlier_id)
