"""From what a letter says to a letter that can be delivered: its reader, its sender, its text."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar
from uuid import UUID

from app.attachments.queries import enclosures
from app.attachments.sealed import Enclosure
from app.body import docbook, markdown, plain
from app.care.queries import Approval, Clinic, approval_for
from app.care.rules import ensure_approved
from app.care_api.queries import sending_clinic
from app.care_api.rules.letter import Checked
from app.care_api.rules.wording import CheckedWording, Text
from app.errors import Missing, Refused
from app.inbox.actions import Letter, Wording
from app.inbox.rules import UnknownThread
from app.inbox.sealed import ActionLink, InformationDocument, Version
from app.residents.queries import reachable_each
from app.residents.rules import read_number
from app.sessions.principals import CareSystem

T = TypeVar("T")
READERS = {"docbook": docbook.read, "markdown": markdown.read, "plain": plain.read}


async def letter_of(checked: Checked, care_system: CareSystem, *, now: datetime) -> Letter:
    """Raises what the body's readers, `read_number`, `sending_clinic` and `reachable` raise."""
    [letter] = await letters_of([checked], care_system, now=now)
    if not isinstance(letter, Letter):
        raise letter
    return letter


async def letters_of(
    checked: Sequence[Checked], care_system: CareSystem, *, now: datetime
) -> list[Letter | Refused | Missing]:
    """For each what `letter_of` gives, its refusal among them, in as few questions as for one."""
    numbers = [_answered(partial(read_number, each.recipient, today=now.date())) for each in checked]
    known = [number for number in numbers if isinstance(number, str)]
    residents = await reachable_each(known, test=care_system.test, now=now)
    provider_id = care_system.provider_id
    clinics = {
        hsa_id: await _tried(sending_clinic(care_system, hsa_id, now=now))
        for hsa_id in {each.hsa_id for each in checked}
    }
    files = {
        ids: await _tried(enclosures(ids, care_system=care_system))
        for ids in {each.attachments for each in checked}
    }
    approvals = {
        id: await _tried(approval_for(provider_id, id)) if id else None
        for id in {each.approval_id for each in checked}
    }
    letters: list[Letter | Refused | Missing] = []
    for each, number in zip(checked, numbers, strict=True):
        found = _Found(
            number=number,
            clinic=clinics[each.hsa_id],
            resident_id=residents[number] if isinstance(number, str) else number,
            files=files[each.attachments],
            approval=approvals[each.approval_id],
        )
        letters.append(_answered(partial(_letter, each, found, by=care_system, now=now)))
    return letters


class _Found(NamedTuple):
    """What was found for one letter, or why it cannot be sent."""

    number: str | Refused | Missing
    clinic: Clinic | Refused | Missing
    resident_id: UUID | Refused | Missing
    files: tuple[Enclosure, ...] | Refused | Missing
    approval: Approval | Refused | Missing | None


async def _tried(question: Awaitable[T]) -> T | Refused | Missing:
    try:
        return await question
    except (Refused, Missing) as why:
        return why


def _answered(ask: Callable[[], T]) -> T | Refused | Missing:
    try:
        return ask()
    except (Refused, Missing) as why:
        return why


def _had(answer: T | Refused | Missing) -> T:
    if isinstance(answer, (Refused, Missing)):
        raise answer
    return answer


def _letter(checked: Checked, found: _Found, *, by: CareSystem, now: datetime) -> Letter:
    """Raises the first refusal among what was found, in the order of the fields in the contract."""
    _had(found.number)
    clinic = _had(found.clinic)
    _ensure_approved(_had(found.approval), clinic, now)
    said = wording_of(checked.wording)
    return Letter(
        resident_id=_had(found.resident_id),
        clinic=clinic,
        kind=checked.kind,
        relation=checked.relation,
        approval_id=checked.approval_id,
        subject=said.subject,
        body=said.body,
        language=said.language,
        versions=said.versions,
        purpose=said.purpose,
        use_of_answers=said.use_of_answers,
        contact_name=said.contact_name,
        contact_phone=said.contact_phone,
        contact_hours=said.contact_hours,
        links=said.links,
        documents=said.documents,
        thread_id=checked.thread_id,
        thread_reference=checked.thread_reference,
        written_at=checked.written_at,
        sender_reference=checked.sender_reference,
        agent_name=by.agent_name,
        reply_allowed=checked.reply_allowed,
        sensitive=checked.sensitive,
        hidden_from_guardians=checked.hidden_from_guardians,
        notify=checked.notify,
        replaces=checked.replaces,
        attachments=_had(found.files),
        due_at=checked.life.due_at,
        expires_at=checked.life.expires_at,
        confirm_receipt=checked.life.confirm_receipt,
    )


def _ensure_approved(approval: Approval | None, clinic: Clinic, now: datetime) -> None:
    if approval is not None:
        ensure_approved(
            ends_at=approval.ends_at, region_code=approval.region_code, of_clinic=clinic.region_code, now=now
        )


def wording_of(checked: CheckedWording) -> Wording:
    """With every body read. Raises what the readers raise."""
    return Wording(
        subject=checked.text.subject,
        body=READERS[checked.text.format](checked.text.body),
        language=checked.text.language,
        versions=tuple(_version(text, place) for place, text in enumerate(checked.others)),
        purpose=checked.purpose,
        use_of_answers=checked.use_of_answers,
        contact_name=checked.contact_name,
        contact_phone=checked.contact_phone,
        contact_hours=checked.contact_hours,
        links=tuple(ActionLink(to.label, to.url, to.host, to.primary) for to in checked.links),
        documents=tuple(InformationDocument(to.label, to.url, to.host) for to in checked.documents),
    )


def _version(text: Text, place: int) -> Version:
    """The readers know of one body only, so the place of this one is told here."""
    try:
        return Version(text.language, text.subject, READERS[text.format](text.body))
    except Refused as refusal:
        raise type(refusal)(**refusal.values | {"pointer": f"/versions/{place}/body/text"}) from None


@contextmanager
def in_its_thread(letter: Letter) -> Iterator[None]:
    """A thread that is not there or not theirs: the same 404, and a row in the audit."""
    try:
        yield
    except UnknownThread:
        raise Missing("thread", letter.thread_id) from None
