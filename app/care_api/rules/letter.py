"""What every letter must say (the guidelines' four: who sends, why, how answers are used, whom to ask)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.care_api.rules import payload as wire
from app.care_api.rules import refusals
from app.care_api.rules.text import line, needed, one_line
from app.care_api.rules.times import instant

SUMMONS = "summons"
CLOCKS_DIFFER = timedelta(minutes=5)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_PHONE = re.compile(r"\+?[0-9()\u2010-\u2013 /-]{3,}")


@dataclass(frozen=True)
class Checked:
    """A letter that says what it must, in clean words. Its clinic and recipient are not looked up yet."""

    hsa_id: str
    recipient: str
    kind: str
    relation: str
    subject: str
    format: str
    text: str
    language: str
    purpose: str
    use_of_answers: str
    contact_name: str
    contact_phone: str
    contact_hours: str
    thread_id: UUID | None
    written_at: datetime | None
    sender_reference: str


def check(letter: wire.Written, *, now: datetime) -> Checked:
    """Raises the first refusal, in the order of the fields in the contract."""
    contact = letter.contact or wire.Contact()
    return Checked(
        hsa_id=needed(letter.clinic, "/clinic", refusals.ClinicMissing, most=64),
        recipient=needed(letter.recipient, "/recipient", refusals.RecipientMissing, most=40),
        kind=_kind(letter.type) if isinstance(letter, wire.Payload) else SUMMONS,
        relation=_relation(letter.relation),
        subject=_subject(letter.subject),
        thread_id=letter.thread_id,
        format=_format(letter.body),
        text=_text(letter.body),
        language=_language(letter.language),
        purpose=needed(letter.purpose, "/purpose", refusals.PurposeMissing, most=wire.TEXT_MOST),
        use_of_answers=needed(
            letter.use_of_answers, "/use_of_answers", refusals.UseOfAnswersMissing, most=wire.TEXT_MOST
        ),
        contact_phone=_phone(contact.phone),
        contact_name=line(contact.name, "/contact/name", most=wire.LINE_MOST),
        contact_hours=line(contact.hours, "/contact/hours", most=wire.LINE_MOST),
        written_at=_written(letter.written_at, now=now),
        sender_reference=line(letter.sender_reference, "/sender_reference", most=wire.LINE_MOST),
    )


def _subject(text: str | None) -> str:
    subject = one_line(text, pointer="/subject")
    if not subject:
        raise refusals.SubjectMissing
    if len(subject) > wire.SUBJECT_MOST:
        raise refusals.SubjectTooLong(most=str(wire.SUBJECT_MOST))
    return subject


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


def _format(body: wire.Body | None) -> str:
    if body is None:
        raise refusals.BodyMissing(pointer="/body")
    if body.format not in wire.FORMATS:
        raise refusals.FormatUnknown(known=", ".join(wire.FORMATS))
    return body.format


def _text(body: wire.Body | None) -> str:
    if body is None or not body.text or not body.text.strip():
        raise refusals.BodyMissing
    return body.text


def _language(tag: str | None) -> str:
    if tag is None:
        return "sv"
    if not _LANGUAGE.fullmatch(tag):
        raise refusals.LanguageUnknown
    return tag


def _phone(text: str | None) -> str:
    phone = needed(text, "/contact/phone", refusals.ContactMissing, most=wire.PHONE_MOST)
    if not _PHONE.fullmatch(phone):
        raise refusals.PhoneInvalid
    return phone


def _written(when: datetime | None, *, now: datetime) -> datetime | None:
    if when is None:
        return None
    written = instant(when, "/written_at")
    if written > now + CLOCKS_DIFFER:
        raise refusals.WrittenLater
    return written
