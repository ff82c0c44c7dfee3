"""What every letter must say (the guidelines' four: who sends, why, how answers are used, whom to ask)."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from app.attachments.rules.kinds import ON_ONE_LETTER
from app.care_api.rules import payload as wire
from app.care_api.rules import refusals
from app.care_api.rules.life import Life, check_life
from app.care_api.rules.text import line, needed
from app.care_api.rules.times import CLOCKS_DIFFER, instant
from app.care_api.rules.wording import CheckedWording, check_wording
from app.inbox.rules import ORDINATION, REGION_WIDE
from app.residents.rules import holds_number

SUMMONS = "summons"


class Checked(Struct, frozen=True):
    """A letter that says what it must, in clean words. Its clinic and recipient are not looked up yet."""

    hsa_id: str
    recipient: str
    kind: str
    relation: str
    approval_id: UUID | None
    wording: CheckedWording
    thread_id: UUID | None
    thread_reference: str
    written_at: datetime | None
    sender_reference: str
    reply_allowed: bool
    sensitive: bool
    hidden_from_guardians: bool
    notify: bool
    replaces: UUID | None
    attachments: tuple[UUID, ...]
    life: Life


def check(letter: wire.Written, *, now: datetime) -> Checked:
    """Raises the first refusal, in `wire.ORDER`."""
    hsa_id = needed(letter.clinic, "/clinic", refusals.ClinicMissing, most=64)
    recipient = needed(letter.recipient, "/recipient", refusals.RecipientMissing, most=40)
    kind = _kind(letter.type) if isinstance(letter, wire.Payload) else SUMMONS
    return Checked(
        hsa_id=hsa_id,
        recipient=recipient,
        kind=kind,
        relation=_relation(letter.relation),
        approval_id=_approval(letter, kind),
        wording=check_wording(letter),
        thread_id=letter.thread_id,
        thread_reference=_thread_reference(letter, now=now),
        written_at=_written(letter.written_at, now=now),
        sender_reference=_reference(letter.sender_reference, "/sender_reference", now=now),
        reply_allowed=_reply(letter.reply, kind),
        sensitive=_sensitivity(letter.sensitivity),
        hidden_from_guardians=letter.hidden_from_guardians,
        notify=letter.notify,
        replaces=_replaces(letter, kind),
        attachments=_attachments(letter.attachments),
        life=check_life(letter, now=now),
    )


def _kind(text: str | None) -> str:
    if not text:
        raise refusals.TypeMissing
    if text not in wire.TYPES:
        raise refusals.TypeUnknown(known=", ".join(wire.TYPES))
    return text


def _relation(text: str | None) -> str:
    """What the sender states, recorded and never judged by us (domain.md §2.1)."""
    if not text:
        raise refusals.RelationMissing
    if text not in wire.RELATIONS:
        raise refusals.RelationUnknown(known=", ".join(wire.RELATIONS))
    return text


def _approval(letter: wire.Written, kind: str) -> UUID | None:
    approval_id = letter.approval if isinstance(letter, wire.Payload) else None
    if approval_id is None and kind == REGION_WIDE:
        raise refusals.ApprovalMissing
    return approval_id


def _attachments(ids: list[UUID]) -> tuple[UUID, ...]:
    if len(ids) > ON_ONE_LETTER:
        raise refusals.TooManyAttachments(most=str(ON_ONE_LETTER))
    if len(set(ids)) < len(ids):
        raise refusals.AttachmentTwice
    return tuple(ids)


def _written(when: datetime | None, *, now: datetime) -> datetime | None:
    if when is None:
        return None
    written = instant(when, "/written_at")
    if written > now + CLOCKS_DIFFER:
        raise refusals.WrittenLater
    return written


def _thread_reference(letter: wire.Written, *, now: datetime) -> str:
    if letter.thread_reference and letter.thread_id is not None:
        raise refusals.TwoThreads
    return _reference(letter.thread_reference, "/thread_reference", now=now)


def _reference(text: str | None, pointer: str, *, now: datetime) -> str:
    """What many may see at the sender's must not say whom it is about."""
    reference = line(text, pointer, most=wire.LINE_MOST)
    if reference and holds_number(reference, today=now.date()):
        raise refusals.NumberInReference(pointer=pointer)
    return reference


def _reply(reply: str | None, kind: str) -> bool:
    if reply not in (None, *wire.REPLIES):
        raise refusals.ReplyUnknown(known=", ".join(wire.REPLIES))
    if reply == wire.ALLOWED and kind == REGION_WIDE:
        raise refusals.ReplyToRegionWide
    return reply == wire.ALLOWED


def _sensitivity(sensitivity: str | None) -> bool:
    if sensitivity not in (None, *wire.SENSITIVITIES):
        raise refusals.SensitivityUnknown(known=", ".join(wire.SENSITIVITIES))
    return sensitivity == wire.SENSITIVE


def _replaces(letter: wire.Written, kind: str) -> UUID | None:
    replaces = letter.replaces if isinstance(letter, wire.Payload) else None
    if replaces and kind != ORDINATION:
        raise refusals.ReplacesOfOther
    return replaces
